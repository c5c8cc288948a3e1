import { resolve } from "node:path";
import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import { checkBaseUrl, checkProfileName, readVendor } from "../../config/settings.ts";
import { keyField, type Profile } from "../../config/store.ts";
import type { Context } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { mistakenKind } from "../../keys/forms.ts";
import { looksLikeKey } from "../../keys/read.ts";
import { refusedKey } from "../../keys/refused-options.ts";
import { enumerate } from "../../model/text.ts";
import {
  addKeySourceOptions,
  type KeySourceOptions,
  readKeySource,
  storedAs,
  suspicion,
} from "../../profiles/key-input.ts";
import { intoKeyring, removeFromKeyring } from "../../profiles/keyring-entries.ts";
import { providerNames, providersWithDefaultUrl } from "../../providers/index.ts";

interface AddOptions extends KeySourceOptions {
  provider?: string;
  baseUrl?: string;
  service?: string;
  routingKey?: string;
  user?: string;
  caFile?: string;
  proxy?: string;
  allowHttp?: boolean;
}

export function addProfilesAdd(parent: Command, ctx: Context): void {
  const command = parent
    .command("add")
    .description("Add a profile; at a terminal what is missing is asked for")
    .argument("<name>", "letters, digits, dots, underscores and dashes")
    .allowExcessArguments()
    .option("--provider <provider>", enumerate(providerNames(ctx.vendors), "or"))
    .option(
      "--base-url <url>",
      `the vendor's address; has a default on ${enumerate(providersWithDefaultUrl(ctx.vendors), "and")}`,
    );
  addKeySourceOptions(command)
    .option("--service <id>", "service that events go to")
    .option("--routing-key <key>", "routing key of events")
    .option("--user <user>", "who me is: id, e-mail or name")
    .option("--ca-file <file>", "PEM file of additional certificate authorities")
    .option("--proxy <url>", "proxy to go through")
    .option("--allow-http", "send keys in clear text to an http:// address")
    .addHelpText(
      "after",
      `
Examples:
  onduty profiles add prod --provider opsknight --base-url https://opsknight.example.com --service SERVICE_ID
  onduty profiles add eu.prod --provider flashduty --key-command "pass show flashduty"
  onduty profiles add docs --provider flotiq --stdin < key.txt
  onduty profiles add home --provider flotiq --keyring

Exit codes: 0 added, 2 usage
`,
    )
    .action((name: string, _, self: Command) => addProfile(ctx, name, self));
  declareTraits(command, { writes: true });
}

async function addProfile(ctx: Context, name: string, self: Command): Promise<void> {
  const options = self.optsWithGlobals<AddOptions>();
  // A second word can only be meant as the key.
  if (looksLikeKey(name, ctx.vendors) || self.args.length > 1) throw refusedKey("profiles add");
  checkProfileName(name);
  const printer = ctx.printer(options);
  const taken = (await ctx.config.load()).profiles.has(name);
  if (taken)
    throw usageError(
      `there is a profile "${name}" already`,
      `onduty keys set ${name}, or onduty profiles remove ${name}`,
    );
  const word =
    options.provider ??
    (await ctx.ask(`Provider (${providerNames(ctx.vendors).join(", ")})`, {
      ...options,
      hint: `--provider ${ctx.vendors[0]?.name}`,
    }));
  const vendor = readVendor(word, "--provider", ctx.vendors);
  const provider = vendor.name;
  const address =
    options.baseUrl ??
    vendor.baseUrl.default ??
    (await ctx.ask("Base URL", { ...options, hint: `--base-url ${vendor.baseUrl.example}` }));
  const baseUrl = checkBaseUrl(address, vendor, options.allowHttp === true);
  if (options.proxy !== undefined && !(/^https?:\/\/.+/i.test(options.proxy) && URL.canParse(options.proxy)))
    throw usageError(
      // What stands before an @ may be a password, and is not repeated.
      `the proxy "${options.proxy.replace(/^([a-z]+:\/\/)?.*@/i, "$1…@")}" is not an http:// or https:// URL`,
      "--proxy http://proxy.example.com:3128",
    );
  const given = await readKeySource(ctx, options, {
    name,
    kind: "api",
    remark: "empty for none",
    hint: `onduty profiles add ${name} --provider ${provider} --base-url ${baseUrl} --stdin < FILE`,
  });
  if (options.dryRun === true) return printer.notice(`would add profile "${name}": ${provider} at ${baseUrl}`);
  const warning = given === undefined ? null : suspicion(vendor, "api", given, ctx.vendors);
  const other = given !== undefined && "text" in given ? mistakenKind(vendor, "api", given.text) : undefined;
  const kind = other ?? "api";
  const source =
    given !== undefined && options.keyring === true ? await intoKeyring(ctx, printer, given, { name, kind }) : given;
  const profile: Profile = {
    provider,
    baseUrl,
    // A key with the form of another kind can only be one; as an API key it could do nothing.
    ...(source !== undefined && { [keyField[kind]]: source }),
    ...(options.service !== undefined && { service: options.service }),
    ...(options.routingKey !== undefined && { routingKey: options.routingKey }),
    ...(options.user !== undefined && { user: options.user }),
    ...(options.caFile !== undefined && { caFile: resolve(options.caFile) }),
    ...(options.proxy !== undefined && { proxy: options.proxy }),
    ...(options.allowHttp === true && { allowHttp: true }),
  };
  const { current } = await ctx.config
    .update((config) => {
      if (config.profiles.has(name)) throw usageError(`there is a profile "${name}" already`, "onduty profiles list");
      config.profiles.set(name, profile);
      config.current ??= name;
    })
    .catch(async (error: unknown) => {
      await removeFromKeyring(ctx, printer, [source]);
      throw error;
    });
  if (other !== undefined) await printer.warn(storedAs(other, name));
  else if (warning !== null) await printer.warn(warning);
  await printer.notice(
    `added profile "${name}"${current === name ? ", which is the current one" : `; onduty profiles use ${name} makes it the current one`}`,
  );
  await printer.notice(
    source === undefined
      ? `it has no key yet: onduty keys set ${name} [--kind api|integration|change]`
      : `check it: onduty keys validate ${name}`,
  );
}
