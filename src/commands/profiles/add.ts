import { defineCommand } from "../../cli/command.ts";
import { isTyped, keySourceOptions, readKeySource, refuseKeyWords } from "../../cli/families/key-source.ts";
import {
  checkRoutingKey,
  readBaseUrl,
  readCaFile,
  readProvider,
  readUser,
  regionOption,
} from "../../cli/families/profile-address.ts";
import { files, flag, ids, optionalWord, text, vendorNames } from "../../cli/options.ts";
import { checkProfileName, checkProxy } from "../../config/settings.ts";
import { defined } from "../../model/object.ts";
import { enumerate, unlessBlank } from "../../model/text.ts";
import { plan, silent } from "../../output/result.ts";
import { addProfile, taken } from "../../profiles/change.ts";
import { checkNewKey } from "../../profiles/validate.ts";
import { providerNames, providersWithDefaultUrl } from "../../providers/index.ts";

export const add = defineCommand({
  name: "add",
  summary: "Add a profile; at a terminal what is missing is asked for",
  arguments: { name: optionalWord("name", "letters, digits, dots, underscores and dashes") },
  excess: true,
  options: {
    provider: text("provider", enumerate(providerNames(), "or"), { completes: vendorNames }),
    baseUrl: text("url", `the vendor's address; has a default on ${enumerate(providersWithDefaultUrl(), "and")}`),
    region: regionOption,
    ...keySourceOptions,
    service: text("id", "service that events go to", { completes: ids("services") }),
    routingKey: text("key", "routing key of events"),
    user: text("user", 'the user that "me" stands for: id, e-mail address or name', { completes: ids("users", "me") }),
    caFile: text("file", "PEM file of additional certificate authorities", { completes: files }),
    proxy: text("url", "proxy to go through"),
    allowHttp: flag("send keys in clear text to an http:// address"),
  },
  writes: true,
  examples: [
    "onduty profiles add",
    "onduty profiles add prod --provider opsknight --base-url https://opsknight.example.com --service SERVICE_ID",
    'onduty profiles add eu.prod --provider flashduty --key-command "pass show flashduty"',
    "onduty profiles add docs --provider flotiq --stdin < key.txt",
    "onduty profiles add home --provider flotiq --keyring",
  ],
  exitCodes: { ok: "added", usage: "usage" },
  async run({ ctx, args, options, excess, printer }) {
    if (args.name !== undefined) refuseKeyWords(ctx, "profiles add", args.name, excess);
    const { profiles } = await ctx.config.load();
    const readName = (given: string): string => {
      checkProfileName(given);
      if (!profiles.has(given)) return given;
      throw taken(given, `onduty profiles edit ${given}, or onduty keys set ${given}`);
    };
    const asking = { ...options, hint: "onduty profiles add NAME", read: readName };
    const name = args.name === undefined ? await ctx.askFor("Name of the profile", asking) : readName(args.name);
    const vendor = await readProvider(ctx, options, name);
    const baseUrl = await readBaseUrl(ctx, vendor, options);
    const { proxy } = options;
    const [service, routingKey] = [options.service, options.routingKey].map(unlessBlank);
    checkRoutingKey(vendor, routingKey, name);
    if (proxy !== undefined) checkProxy(proxy);
    const key = await readKeySource(ctx, options, {
      name,
      kind: "api",
      remark: "empty for none",
      hint: `onduty profiles add ${name} --provider ${vendor.name} --base-url ${baseUrl} --stdin < FILE`,
    });
    const user = await readUser(ctx, vendor, options);
    const caFile = readCaFile(options.caFile);
    const allowHttp = options.allowHttp === true ? true : undefined;
    const profile = defined({ provider: vendor.name, baseUrl, service, routingKey, user, caFile, proxy, allowHttp });
    return plan(`would add profile "${name}": ${vendor.name} at ${baseUrl}`, {
      async apply() {
        const keyring = options.keyring === true;
        const { isCurrent } = await addProfile(ctx, printer, { name, vendor, profile, key, keyring });
        const use = isCurrent ? ", which is the current one" : `; onduty profiles use ${name} makes it the current one`;
        const added = `added profile "${name}"${use}`;
        if (isTyped(ctx, options, key)) {
          const { text, isGood } = await checkNewKey(ctx, options, { name, kind: "api" });
          return silent(isGood ? { notices: [added, text] } : { notices: [added], warnings: [text] });
        }
        const next =
          key === undefined
            ? `it has no key yet: onduty keys set ${name} [--kind api|integration|change]`
            : `check it: onduty keys validate ${name}`;
        return silent({ notices: [added, next] });
      },
    });
  },
});
