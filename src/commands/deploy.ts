import { change } from "./events/change.ts";

export const deploy: typeof change = {
  ...change,
  name: "deploy",
  aliases: [],
  examples: [
    "onduty deploy --status started --environment production --version 1.4.0",
    'onduty deploy "Checkout 1.4.0" --status succeeded --change-key checkout-1.4.0',
    'onduty deploy --status "${{ job.status }}" --spool-ok',
  ],
};
