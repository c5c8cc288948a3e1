import { answerOpsknight13 } from "../opsknight-1.3/routes.ts";
import { createWebhookSender } from "../opsknight-1.3/webhooks.ts";
import { people, sandboxKeys, services } from "../seed.ts";
import type { SandboxVendor } from "../vendor.ts";
import { answerOpsknight } from "./routes.ts";
import { sendDocumentedWebhook } from "./webhooks.ts";

export const opsknight: SandboxVendor<"opsknight"> = {
  name: "opsknight",
  keys: sandboxKeys.opsknight,
  profile: {
    keys: { api: sandboxKeys.opsknight.all },
    service: services[0].opsknight,
    user: people[0].opsknight,
  },
  serve({ store, limiter, now, dialect, quirks }) {
    const send = createWebhookSender(now);
    return {
      sendWebhook(webhook, change, warn) {
        if (dialect === "1.3") void send(webhook, change, warn);
        else sendDocumentedWebhook(webhook, change, now(), warn);
      },
      answer: (request) =>
        dialect === "1.3"
          ? answerOpsknight13(request, store, limiter, now, quirks()?.conflicts === true)
          : answerOpsknight(request, store, limiter, now),
      fail({ status, message }) {
        if (dialect === "1.3") return { status, body: { error: message } };
        const limited = status === 429;
        const error = {
          code: limited ? "RATE_LIMITED" : "INTERNAL_ERROR",
          message,
          ...(limited && { retry_after: 1 }),
        };
        return { status, body: { error } };
      },
    };
  },
};
