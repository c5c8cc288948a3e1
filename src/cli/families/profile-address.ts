import { checkBaseUrl, readVendor } from "../../config/settings.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { usageError } from "../../errors.ts";
import type { VendorDescriptor } from "../../providers/descriptor.ts";
import { providerNames } from "../../providers/index.ts";

/* The vendor of a new profile, its address and user: given by options, else asked for at a terminal. */

/** @throws {CliError} `usage` if it names no vendor, or no question can be asked */
export async function readProvider(
  ctx: Context,
  options: GlobalOptions & { provider?: string },
): Promise<VendorDescriptor> {
  const { vendors } = ctx;
  const question = `Provider (${providerNames(vendors).join(", ")})`;
  const hint = `--provider ${vendors[0]?.name}`;
  const name = options.provider ?? (await ctx.ask(question, { ...options, hint }));
  return readVendor(name, "--provider", vendors);
}

/** @throws {CliError} `usage` if it cannot be the address of a vendor, or no question can be asked */
export async function readBaseUrl(
  ctx: Context,
  vendor: VendorDescriptor,
  options: GlobalOptions & { baseUrl?: string; allowHttp?: boolean },
): Promise<string> {
  const { example, default: usual } = vendor.baseUrl;
  const address =
    options.baseUrl ?? usual ?? (await ctx.ask("Base URL", { ...options, hint: `--base-url ${example}` }));
  return checkBaseUrl(address, vendor, options.allowHttp === true);
}

/** @throws {CliError} `usage`, without the value, if the vendor's routing key is a key */
export function checkRoutingKey({ settings }: VendorDescriptor, routingKey: string | undefined, name: string): void {
  if (routingKey === undefined || settings?.noRoutingKey === undefined) return;
  throw usageError(settings.noRoutingKey, `onduty keys set ${name} --kind integration --stdin < FILE`);
}

/** The user of a new profile; undefined for none. Asked for where the vendor needs one and there is somebody to ask. */
export async function readUser(
  ctx: Context,
  { settings }: VendorDescriptor,
  options: GlobalOptions & { user?: string },
): Promise<string | undefined> {
  if (options.user !== undefined || settings?.userFor === undefined || !ctx.canAsk(options)) return options.user;
  const typed = await ctx.ask(`${settings.userFor} (empty for none)`, { ...options, hint: "--user EMAIL" });
  return typed === "" ? undefined : typed;
}
