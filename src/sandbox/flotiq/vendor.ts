import { sandboxKeys } from "../seed.ts";
import type { SandboxVendor } from "../vendor.ts";
import { answerFlotiq } from "./routes.ts";

export const flotiq: SandboxVendor<"flotiq"> = {
  name: "flotiq",
  keys: sandboxKeys.flotiq,
  profile: { keys: { api: sandboxKeys.flotiq.all } },
  serve: () => ({
    answer: answerFlotiq,
    fail: ({ status, message }) => ({ status, body: { code: status, message } }),
  }),
};
