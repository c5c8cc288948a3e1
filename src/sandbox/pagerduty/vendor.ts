import { sandboxKeys, services } from "../seed.ts";
import type { SandboxVendor } from "../vendor.ts";
import { fail } from "./call.ts";
import { createPagerduty } from "./routes.ts";
import { sendWebhook } from "./webhooks.ts";

export const pagerduty: SandboxVendor<"pagerduty"> = {
  name: "pagerduty",
  keys: sandboxKeys.pagerduty,
  profile: {
    keys: { api: sandboxKeys.pagerduty.user, integration: sandboxKeys.pagerduty.integration },
    service: services[0].pagerduty,
  },
  serve: ({ store, limiter, now }) => ({
    answer: createPagerduty({ store, limiter, now }),
    fail: ({ status, message }) => {
      const reply = fail(status, message, status === 429 ? 2020 : 2000);
      return status === 429 ? { ...reply, headers: { "ratelimit-remaining": "0", "ratelimit-reset": "1" } } : reply;
    },
    sendWebhook: (webhook, change, warn) => sendWebhook(webhook, change, now(), warn),
  }),
};
