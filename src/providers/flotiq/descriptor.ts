import type { VendorDescriptor } from "../descriptor.ts";

/** Flotiq is a content system: it has runbooks, and no on-call features. */
export const flotiq: VendorDescriptor = {
  name: "flotiq",
  title: "Flotiq",
  baseUrl: { default: "https://api.flotiq.com", example: "https://api.flotiq.com" },
  keys: {
    api: { variables: ["FLOTIQ_API_KEY"], carriedBy: { headers: ["x-auth-token"], query: ["auth_token"] } },
  },
  capabilities: ["content"],
  sandbox: true,
  load: async () => (await import("./index.ts")).flotiq,
};
