import type { VendorDescriptor } from "../../../src/providers/descriptor.ts";

/** A vendor that exists nowhere, at these addresses: its events have a host of their own, as some vendors' have. */
export function toyVendor({ baseUrl, eventsUrl }: { baseUrl: string; eventsUrl: string }): VendorDescriptor {
  return {
    name: "toy",
    title: "Toy Pager",
    baseUrl: { default: "https://api.toy.example", example: "https://api.toy.example", routePrefix: "/v9" },
    keys: {
      api: {
        title: "toy token",
        cannot: "sending events",
        variables: ["TOY_TOKEN"],
        forms: [{ prefix: "toy_", pattern: /toy_\w{12,}/ }],
        carriedBy: { headers: ["x-toy-token"] },
      },
      integration: {
        variables: ["TOY_ROUTING_KEY"],
        forms: [{ pattern: /[0-9A-Z]{24}/, ambiguous: true }],
        carriedBy: { fields: ["toy_key"] },
        origins: { [baseUrl]: eventsUrl },
      },
    },
    settings: { noRoutingKey: "Toy Pager's routing key is its integration key", userFor: "E-mail address for changes" },
    requestIdHeader: "x-toy-trace",
    capabilities: ["events", "incidents"],
    load: async () => (await import("./index.ts")).toy,
  };
}
