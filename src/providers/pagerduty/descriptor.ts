import type { VendorDescriptor } from "../descriptor.ts";

/**
 * PagerDuty: an API key for all but events, which go to a host of their own with the key of an integration. Forms of keys: an API
 * key has 20 characters, often `u+` in front when it is a user's; an OAuth token begins with `pdus+_`; an integration key has 32
 * letters and digits. Sources: the vendor's documentation, and issues of its clients.
 */
export const pagerduty: VendorDescriptor = {
  name: "pagerduty",
  title: "PagerDuty",
  baseUrl: {
    default: "https://api.pagerduty.com",
    regions: { us: "https://api.pagerduty.com", eu: "https://api.eu.pagerduty.com" },
    example: "https://api.eu.pagerduty.com",
  },
  keys: {
    api: {
      advice:
        "A key of a user acts in that user's name; with a key of the account, set the user of the profile as well.",
      cannot: "sending events",
      // Of the vendor's MCP server, and of its Terraform provider.
      variables: ["PAGERDUTY_USER_API_KEY", "PAGERDUTY_TOKEN"],
      forms: [
        { pattern: /u\+[\w+=/-]{18}/ },
        { prefix: "pdus+_", pattern: /pdus\+_[\w.-]{8,}/ },
        { pattern: /(?=[\w+=/-]*\d)(?=[\w+=/-]*[a-z])(?=[\w+=/-]*[A-Z])[\w+=/-]{20}/, ambiguous: true },
      ],
    },
    integration: {
      forms: [{ pattern: /(?=[A-Za-z]*\d)[A-Za-z0-9]{32}/, ambiguous: true }],
      carriedBy: { fields: ["routing_key"] },
      origins: {
        "https://api.pagerduty.com": "https://events.pagerduty.com",
        "https://api.eu.pagerduty.com": "https://events.eu.pagerduty.com",
      },
    },
  },
  settings: {
    noRoutingKey: "a routing key of PagerDuty is a key: it is stored as the integration key of a profile",
    userFor: "E-mail address of the user in whose name incidents are changed; a key of the account needs it",
  },
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
  webhooks: {
    signature: { header: "X-PagerDuty-Signature", example: "v1=..." },
    unsigned: ["X-Webhook-Id"],
    load: async () => (await import("./webhooks.ts")).webhooks,
  },
  imports: {
    pd: {
      title: "pd, the command line of the npm package pagerduty-cli",
      folder: "pagerduty-cli",
      file: "config.json",
      variable: "PD_CONFIG_DIR",
      load: async () => (await import("./pd-config.ts")).readPdConfig,
    },
  },
  sandbox: true,
  load: async () => (await import("./index.ts")).pagerduty,
};
