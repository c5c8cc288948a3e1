import type { VendorDescriptor } from "./descriptor.ts";
import { flashduty } from "./flashduty/descriptor.ts";
import { flotiq } from "./flotiq/descriptor.ts";
import { opsknight } from "./opsknight/descriptor.ts";
import { pagerduty } from "./pagerduty/descriptor.ts";
import type { Provider } from "./provider.ts";

/** Every vendor, in the order in which help names them. A new one is a line here and a folder; see docs/adding-a-provider.md. */
export const vendors: readonly VendorDescriptor[] = [opsknight, flashduty, flotiq, pagerduty];

/** The vendor of that name, as profiles write it. */
export function vendorNamed(name: string, list: readonly VendorDescriptor[] = vendors): VendorDescriptor | undefined {
  return list.find((vendor) => vendor.name === name);
}

export function providerNames(list: readonly VendorDescriptor[] = vendors): string[] {
  return list.map(({ name }) => name);
}

/** The vendors as people write them. */
export function providerTitles(list: readonly VendorDescriptor[] = vendors): string[] {
  return list.map(({ title }) => title);
}

/** Names of the vendors that need no base URL. */
export function providersWithDefaultUrl(list: readonly VendorDescriptor[] = vendors): string[] {
  return providerNames(list.filter(({ baseUrl }) => baseUrl.default !== undefined));
}

/** Loads the code of one vendor. */
export async function loadProvider({ name, title, load }: VendorDescriptor): Promise<Provider> {
  return { name, title, ...(await load()) };
}
