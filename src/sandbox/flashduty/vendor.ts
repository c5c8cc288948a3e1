import { sandboxKeys } from "../seed.ts";
import type { SandboxVendor } from "../vendor.ts";
import { createFlashduty, envelope, requestIdOf } from "./routes.ts";

const codes = {
  429: "RequestTooFrequently",
  500: "InternalError",
  502: "InternalError",
  503: "ServiceUnavailable",
} as const;

export const flashduty: SandboxVendor<"flashduty"> = {
  name: "flashduty",
  keys: sandboxKeys.flashduty,
  profile: {
    keys: {
      api: sandboxKeys.flashduty.app,
      integration: sandboxKeys.flashduty.integration,
      change: sandboxKeys.flashduty.change,
    },
  },
  serve: ({ store, limiter, now, quirks }) => ({
    answer: createFlashduty({ store, limiter, now, quirks }),
    fail: ({ status, message, count }) => envelope(requestIdOf(now, count), { fail: [status, codes[status], message] }),
  }),
};
