import type { VendorDescriptor } from "../descriptor.ts";

/**
 * OpsKnight is installed by each customer, so it has no host of its own. Forms of keys: the API reference names `sk_live_` and
 * `sk_test_`, server 1.3.1 issues `ok_`, and its integration keys are 32 hexadecimal digits.
 */
export const opsknight: VendorDescriptor = {
  name: "opsknight",
  title: "OpsKnight",
  baseUrl: { example: "https://opsknight.example.com", routePrefix: "/api" },
  keys: {
    api: {
      advice: "Make it as a RESPONDER: with that of a plain USER the server shows only a part of the incidents.",
      forms: [
        { prefix: "sk_live_", pattern: /sk_live_[\w-]{8,}/ },
        { prefix: "sk_test_", pattern: /sk_test_[\w-]{8,}/ },
        { prefix: "ok_", pattern: /ok_[\w-]{20,}/ },
      ],
    },
    integration: { forms: [{ pattern: /[0-9a-fA-F]{32}/, ambiguous: true }] },
  },
  capabilities: ["events", "incidents", "directory", "onCall"],
  webhooks: {
    signature: { header: "X-OpsKnight-Signature", example: "sha256=..." },
    timestamp: { header: "X-OpsKnight-Timestamp" },
    otherSignatures: ["X-Webhook-Signature"],
    unsigned: ["X-Webhook-Event"],
    // Seen with server 1.3.1.
    silentAbout:
      "OpsKnight sends no service webhook when an event acknowledges or resolves an incident, and no status page webhook when an event acknowledges one",
    load: async () => (await import("./webhooks.ts")).webhooks,
  },
  sandbox: true,
  load: async () => (await import("./index.ts")).opsknight,
};
