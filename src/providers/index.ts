import type { Provider, ProviderName } from "./provider.ts";

/** Base URL of the vendors that have one host for every customer. */
export const defaultBaseUrls: Record<ProviderName, string | undefined> = {
  opsknight: undefined,
  flashduty: "https://api.flashcat.cloud",
  flotiq: "https://api.flotiq.com",
};

/** Loads the one provider that is needed. */
export async function loadProvider(name: ProviderName): Promise<Provider> {
  switch (name) {
    case "opsknight":
      return (await import("./opsknight/index.ts")).opsknight;
    case "flashduty":
      return (await import("./flashduty/index.ts")).flashduty;
    case "flotiq":
      return (await import("./flotiq/index.ts")).flotiq;
  }
}
