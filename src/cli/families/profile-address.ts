import { resolve } from "node:path";
import { checkBaseUrl, readVendor } from "../../config/settings.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { isLoopback } from "../../model/loopback.ts";
import { enumerate, unlessBlank } from "../../model/text.ts";
import type { VendorDescriptor } from "../../providers/descriptor.ts";
import { providerNames, vendors } from "../../providers/index.ts";
import { oneOf, text } from "../options.ts";

/* The vendor of a new profile, its address and user: given by options, else asked for at a terminal. */

export const regionOption = text("name", `instead of an address: ${regionWords()}`, {
  completes: oneOf([...new Set(vendors.flatMap(({ baseUrl: { regions = {} } }) => Object.keys(regions)))]),
});

/** `us or eu on PagerDuty`. */
function regionWords(): string {
  const withRegions = vendors.flatMap(({ title, baseUrl: { regions } }) =>
    regions === undefined ? [] : [`${enumerate(Object.keys(regions), "or")} on ${title}`],
  );
  return enumerate(withRegions, "and");
}

/** @throws {CliError} `usage` if it names no vendor, or no question can be asked */
export async function readProvider(
  ctx: Context,
  options: GlobalOptions & { provider?: string },
  name: string,
): Promise<VendorDescriptor> {
  const { vendors } = ctx;
  const hintFor = (near: string | undefined): string => `onduty profiles add ${name} --provider ${near}`;
  if (options.provider !== undefined) return readVendor(options.provider, "--provider", vendors, hintFor);
  const names = providerNames(vendors);
  const question = `Provider (${names.map((name, index) => `${index + 1} ${name}`).join(", ")})`;
  return ctx.askFor(question, {
    ...options,
    hint: `--provider ${names[0]}`,
    read: (typed) => readVendor(wordFor(typed, names), "the provider", vendors),
  });
}

/** The name that a number or the beginning of it means; the text itself where it means none, or several. */
function wordFor(typed: string, names: readonly string[]): string {
  const numbered = /^\d+$/.test(typed) ? names[Number(typed) - 1] : undefined;
  const begun = names.filter((name) => typed !== "" && name.startsWith(typed.toLowerCase()));
  return numbered ?? (begun.length === 1 ? begun[0] : undefined) ?? typed;
}

/** @throws {CliError} `usage` if it cannot be the address of a vendor, or no question can be asked */
export async function readBaseUrl(
  ctx: Context,
  vendor: VendorDescriptor,
  options: GlobalOptions & { baseUrl?: string; region?: string; allowHttp?: boolean },
): Promise<string> {
  const { example, default: usual } = vendor.baseUrl;
  const check = (address: string): string => checkBaseUrl(address, vendor, options.allowHttp === true);
  const given = givenAddress(vendor, options) ?? usual;
  if (given !== undefined) return check(given);
  const hint = `--base-url ${example}`;
  return ctx.askFor("Base URL", { ...options, hint, read: (typed) => check(withScheme(typed)) });
}

/**
 * The address that options give, by itself or by a region; undefined without either.
 *
 * @throws {CliError} `usage` if the vendor has no region of this name, or an address is given too
 */
export function givenAddress(
  { name, baseUrl: { regions = {} } }: VendorDescriptor,
  { baseUrl, region: given }: { baseUrl?: string; region?: string },
): string | undefined {
  if (given === undefined) return baseUrl;
  const region = given.trim().toLowerCase();
  const names = Object.keys(regions);
  if (names.length === 0) throw usageError(`${name} has no regions`, "--base-url URL");
  if (baseUrl !== undefined) throw usageError("--region and --base-url exclude each other", `--region ${names[0]}`);
  const url = Object.hasOwn(regions, region) ? regions[region] : undefined;
  if (url !== undefined) return url;
  throw usageError(`"${given}" is not a region of ${name}; known: ${enumerate(names, "and")}`, `--region ${names[0]}`);
}

/** An address as people type it: on this machine there is no TLS. */
function withScheme(typed: string): string {
  if (typed === "" || /^[a-z][a-z0-9+.-]*:\/\//i.test(typed)) return typed;
  const [host = ""] = typed.split(/[/:]/);
  return `${isLoopback(host) ? "http" : "https"}://${typed}`;
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
  const given = unlessBlank(options.user);
  if (given !== undefined || settings?.userFor === undefined || !ctx.canAsk(options)) return given;
  const typed = await ctx.ask(`${settings.userFor} (empty for none)`, { ...options, hint: "--user EMAIL" });
  return typed === "" ? undefined : typed;
}

/** The absolute path of `--ca-file`. @throws {CliError} `usage` on an empty one, which would be the folder of the command line */
export function readCaFile(given: string | undefined): string | undefined {
  if (given === "") throw usageError("--ca-file is empty", "--ca-file ca.pem");
  return given === undefined ? undefined : resolve(given);
}
