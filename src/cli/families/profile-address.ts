import { checkBaseUrl, readVendor } from "../../config/settings.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import type { VendorDescriptor } from "../../providers/descriptor.ts";
import { providerNames } from "../../providers/index.ts";

/* Whom a new profile is for, and where: given by options, else asked for at a terminal. */

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
