import type { VendorDescriptor } from "../descriptor.ts";

/** OpsKnight is installed by each customer, so it has no host of its own. */
export const opsknight: VendorDescriptor = {
  name: "opsknight",
  title: "OpsKnight",
  baseUrl: { example: "https://opsknight.example.com", routePrefix: "/api" },
  keys: { api: {}, integration: {} },
  capabilities: ["events", "incidents", "directory", "onCall"],
  load: async () => (await import("./index.ts")).opsknight,
};
