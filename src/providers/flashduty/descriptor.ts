import type { VendorDescriptor } from "../descriptor.ts";

/** Flashduty: an APP key for everything but events, and a key of an integration for each sort of event. */
export const flashduty: VendorDescriptor = {
  name: "flashduty",
  title: "Flashduty",
  baseUrl: { default: "https://api.flashcat.cloud", example: "https://api.flashcat.cloud" },
  keys: {
    api: {
      title: "APP key",
      cannot: "sending events",
      variables: ["FLASHDUTY_APP_KEY"],
      carriedBy: { query: ["app_key"] },
    },
    integration: { carriedBy: { query: ["integration_key"] } },
    change: { carriedBy: { query: ["integration_key"] } },
  },
  requestIdHeader: "flashcat-request-id",
  capabilities: [
    "events",
    "incidents",
    "merge",
    "alerts",
    "similar",
    "directory",
    "onCall",
    "shifts",
    "overrides",
    "changes",
    "silences",
  ],
  sandbox: true,
  load: async () => (await import("./index.ts")).flashduty,
};
