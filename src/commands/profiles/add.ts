import { resolve } from "node:path";
import { defineCommand } from "../../cli/command.ts";
import { keySourceOptions, readKeySource, refuseKeyWords } from "../../cli/families/key-source.ts";
import { checkRoutingKey, readBaseUrl, readProvider, readUser } from "../../cli/families/profile-address.ts";
import { files, flag, ids, oneOf, text, vendorNames, word } from "../../cli/options.ts";
import { checkProfileName, checkProxy } from "../../config/settings.ts";
import { defined } from "../../model/object.ts";
import { enumerate } from "../../model/text.ts";
import { plan, silent } from "../../output/result.ts";
import { addProfile, taken } from "../../profiles/change.ts";
import { providerNames, providersWithDefaultUrl, vendors } from "../../providers/index.ts";

function regionNames(): string[] {
  return [...new Set(vendors.flatMap(({ baseUrl: { regions = {} } }) => Object.keys(regions)))];
}

/** `us or eu on PagerDuty`. */
function regionWords(): string {
  const withRegions = vendors.flatMap(({ title, baseUrl: { regions } }) =>
    regions === undefined ? [] : [`${enumerate(Object.keys(regions), "or")} on ${title}`],
  );
  return enumerate(withRegions, "and");
}

export const add = defineCommand({
  name: "add",
  summary: "Add a profile; at a terminal what is missing is asked for",
  arguments: { name: word("name", "letters, digits, dots, underscores and dashes") },
  excess: true,
  options: {
    provider: text("provider", enumerate(providerNames(), "or"), { completes: vendorNames }),
    baseUrl: text("url", `the vendor's address; has a default on ${enumerate(providersWithDefaultUrl(), "and")}`),
    region: text("name", `instead of an address: ${regionWords()}`, { completes: oneOf(regionNames()) }),
    ...keySourceOptions,
    service: text("id", "service that events go to", { completes: ids("services") }),
    routingKey: text("key", "routing key of events"),
    user: text("user", "who me is: id, e-mail or name", { completes: ids("users", "me") }),
    caFile: text("file", "PEM file of additional certificate authorities", { completes: files }),
    proxy: text("url", "proxy to go through"),
    allowHttp: flag("send keys in clear text to an http:// address"),
  },
  writes: true,
  examples: [
    "onduty profiles add prod --provider opsknight --base-url https://opsknight.example.com --service SERVICE_ID",
    'onduty profiles add eu.prod --provider flashduty --key-command "pass show flashduty"',
    "onduty profiles add docs --provider flotiq --stdin < key.txt",
    "onduty profiles add home --provider flotiq --keyring",
  ],
  exitCodes: { ok: "added", usage: "usage" },
  async run({ ctx, args: { name }, options, excess, printer }) {
    refuseKeyWords(ctx, "profiles add", name, excess);
    checkProfileName(name);
    if ((await ctx.config.load()).profiles.has(name))
      throw taken(name, `onduty keys set ${name}, or onduty profiles remove ${name}`);
    const vendor = await readProvider(ctx, options);
    const baseUrl = await readBaseUrl(ctx, vendor, options);
    const { service, routingKey, proxy } = options;
    checkRoutingKey(vendor, routingKey, name);
    if (proxy !== undefined) checkProxy(proxy);
    const key = await readKeySource(ctx, options, {
      name,
      kind: "api",
      remark: "empty for none",
      hint: `onduty profiles add ${name} --provider ${vendor.name} --base-url ${baseUrl} --stdin < FILE`,
    });
    const user = await readUser(ctx, vendor, options);
    const caFile = options.caFile === undefined ? undefined : resolve(options.caFile);
    const allowHttp = options.allowHttp === true ? true : undefined;
    const profile = defined({ provider: vendor.name, baseUrl, service, routingKey, user, caFile, proxy, allowHttp });
    return plan(`would add profile "${name}": ${vendor.name} at ${baseUrl}`, {
      async apply() {
        const keyring = options.keyring === true;
        const { isCurrent } = await addProfile(ctx, printer, { name, vendor, profile, key, keyring });
        const use = isCurrent ? ", which is the current one" : `; onduty profiles use ${name} makes it the current one`;
        const next =
          key === undefined
            ? `it has no key yet: onduty keys set ${name} [--kind api|integration|change]`
            : `check it: onduty keys validate ${name}`;
        return silent({ notices: [`added profile "${name}"${use}`, next] });
      },
    });
  },
});
