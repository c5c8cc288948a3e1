import { defineCommand } from "../../cli/command.ts";
import { checkRoutingKey, givenAddress, readCaFile, regionOption } from "../../cli/families/profile-address.ts";
import { profileName } from "../../cli/families/profile-name.ts";
import { choice, files, flag, ids, text } from "../../cli/options.ts";
import { checkBaseUrl, checkProxy, readVendor } from "../../config/settings.ts";
import { usageError } from "../../errors.ts";
import { defined } from "../../model/object.ts";
import { unlessBlank } from "../../model/text.ts";
import { notice, plan } from "../../output/result.ts";
import { editProfile, findProfile, hasKeys, type Settings, unsettable } from "../../profiles/change.ts";

export const edit = defineCommand({
  name: "edit",
  summary: "Change settings of a profile; its keys stay",
  arguments: { name: profileName },
  options: {
    baseUrl: text("url", "the vendor's address"),
    region: regionOption,
    service: text("id", "service that events go to", { completes: ids("services") }),
    routingKey: text("key", "routing key of events"),
    user: text("user", 'the user that "me" stands for: id, e-mail address or name', { completes: ids("users", "me") }),
    caFile: text("file", "PEM file of additional certificate authorities", { completes: files }),
    proxy: text("url", "proxy to go through"),
    allowHttp: flag("send keys in clear text to an http:// address"),
    unset: choice("setting", "remove this setting", unsettable),
  },
  writes: true,
  notes: "Keys go only to the host of their profile: another host is confirmed, or given with --yes.",
  examples: [
    "onduty profiles edit prod --user ada@example.com",
    "onduty profiles edit prod --base-url https://opsknight.example.com --yes",
    "onduty profiles edit prod --unset proxy",
  ],
  exitCodes: { ok: "changed", usage: "usage" },
  check({ baseUrl, region, service, routingKey, user, caFile, proxy, allowHttp, unset }, { name }) {
    for (const [setting, value] of [
      ["service", service],
      ["routing-key", routingKey],
      ["user", user],
    ])
      if (value !== undefined && unlessBlank(value) === undefined)
        throw usageError(`--${setting} is empty`, `onduty profiles edit ${name} --unset ${setting}`);
    const given = [baseUrl, region, service, routingKey, user, caFile, proxy, allowHttp, unset];
    if (given.every((one) => one === undefined))
      throw usageError("nothing to change is given", "onduty profiles edit NAME --user EMAIL, or --base-url URL");
  },
  async run({ ctx, args: { name }, options }) {
    const profile = await findProfile(ctx, name);
    const vendor = readVendor(profile.provider, `profile "${name}"`, ctx.vendors);
    const { service, routingKey, user, proxy, unset } = options;
    checkRoutingKey(vendor, routingKey, name);
    if (proxy !== undefined) checkProxy(proxy);
    const allowHttp = options.allowHttp === true || (profile.allowHttp === true && unset !== "allow-http");
    const baseUrl = checkBaseUrl(givenAddress(vendor, options) ?? profile.baseUrl, vendor, allowHttp);
    const caFile = readCaFile(options.caFile);
    const change: Partial<Settings> = defined({
      ...{ baseUrl, service, routingKey, user, caFile, proxy },
      allowHttp: options.allowHttp === true ? true : undefined,
    });
    const moves = new URL(baseUrl).origin !== new URL(profile.baseUrl).origin && hasKeys(profile);
    const question = `The keys of "${name}" will go to ${new URL(baseUrl).origin}, which is another host. Change it?`;
    return plan(`would change "${name}"`, {
      ...(moves && { ask: { question, hint: `onduty profiles edit ${name} --base-url ${baseUrl} --yes` } }),
      async apply() {
        await editProfile(ctx, name, change, unset);
        return notice(`changed "${name}"; see it: onduty profiles show ${name}`);
      },
    });
  },
});
