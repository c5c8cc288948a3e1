import { defineCommand } from "../cli/command.ts";
import { identify } from "../directory/identity.ts";
import type { Identity } from "../model/key.ts";
import { object } from "../output/result.ts";
import type { Shape } from "../output/shape.ts";

const identityShape: Shape<{ provider: string; profile: string } & Identity> = {
  columns: [
    { header: "PROFILE", value: (row) => row.profile },
    { header: "PROVIDER", value: (row) => row.provider },
    { header: "ACCOUNT", value: (row) => row.account && (row.account.name ?? row.account.id) },
    { header: "USER", value: (row) => row.user && (row.user.name ?? row.user.id) },
    { header: "KEY", value: (row) => row.key.kind },
  ],
  fields: ["provider", "profile", "account", "user", "key"],
  id: (row) => row.profile,
};

export const whoami = defineCommand({
  name: "whoami",
  summary: "Show the identity behind the profile's key",
  asks: true,
  output: identityShape,
  examples: ["onduty whoami", "onduty whoami --profile prod --json"],
  exitCodes: { ok: "shown", usage: "usage", network: "no response", auth: "key" },
  async run({ ctx, options, printer }) {
    const connected = await ctx.connect(options);
    const { provider, connection } = connected;
    const identity = await printer.progress("asking who this is", identify(connected));
    return object({ provider: provider.name, profile: connection.profile.name, ...identity });
  },
});
