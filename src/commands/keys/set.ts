import { defineCommand } from "../../cli/command.ts";
import { isTyped, keySourceOptions, readKeySource, refuseKeyWords } from "../../cli/families/key-source.ts";
import { profileName } from "../../cli/families/profile-name.ts";
import { choiceOr } from "../../cli/options.ts";
import type { Context } from "../../context.ts";
import { ExitCode, usageError } from "../../errors.ts";
import { type KeyKind, keyKinds } from "../../model/key.ts";
import { enumerate } from "../../model/text.ts";
import { plan, silent } from "../../output/result.ts";
import { findProfile, storeKey } from "../../profiles/change.ts";
import { describeSource } from "../../profiles/key-source.ts";
import { checkNewKey } from "../../profiles/validate.ts";
import { vendorNamed } from "../../providers/index.ts";

export const set = defineCommand({
  name: "set",
  summary: "Store a key of a profile; at a terminal it prompts and shows nothing",
  arguments: { name: profileName },
  excess: true,
  options: { kind: choiceOr("kind", "what the key is for", keyKinds, "api"), ...keySourceOptions },
  writes: true,
  notes: "With --keyring, if no keyring responds within 3 s, the key is stored in the config file, with a notice.",
  examples: [
    "onduty keys set prod",
    "onduty keys set prod --stdin < key.txt",
    'onduty keys set prod --key-command "pass show opsknight"',
    "onduty keys set prod --kind integration --key-env PROD_INTEGRATION_KEY",
    "onduty keys set prod --keyring --stdin < key.txt",
  ],
  exitCodes: { ok: "stored", usage: "usage", partial: "stored, but the keyring still has the previous key" },
  async run({ ctx, args: { name }, options, excess, printer }) {
    refuseKeyWords(ctx, "keys set", name, excess);
    const { kind } = options;
    requireKind(ctx, (await findProfile(ctx, name)).provider, kind);
    const keyring = options.keyring === true;
    const flags = `${kind === "api" ? "" : ` --kind ${kind}`}${keyring ? " --keyring" : ""}`;
    const hint = `onduty keys set ${name}${flags} --stdin < FILE`;
    const given = await readKeySource(ctx, options, { name, kind, hint });
    if (given === undefined) throw usageError("the key is empty", hint);
    return plan(`would store the ${kind} key of "${name}"`, {
      async apply() {
        const { source, isClean } = await storeKey(ctx, printer, { name, kind, key: given, keyring });
        const { key } = describeSource(given, ctx.vendors);
        const { source: place } = describeSource(source, ctx.vendors);
        const checked = isTyped(ctx, options, given) ? await checkNewKey(ctx, options, { name, kind }) : undefined;
        const lines = checked === undefined ? [] : [checked.text];
        return silent({
          notices: [
            `stored the ${kind} key of "${name}"${key === null ? "" : ` ${key}`} (${place})`,
            ...(checked?.isGood === true ? lines : []),
          ],
          ...(checked?.isGood === false && { warnings: lines }),
          exitCode: isClean ? undefined : ExitCode.partial,
        });
      },
    });
  },
});

/** @throws {CliError} `usage` on a kind of key that no request to the vendor uses */
function requireKind({ vendors }: Context, provider: string, kind: KeyKind): void {
  const vendor = vendorNamed(provider, vendors);
  if (vendor === undefined || vendor.keys[kind] !== undefined) return;
  throw usageError(`${vendor.title} has no ${kind} key`, `--kind ${enumerate(Object.keys(vendor.keys), "or")}`);
}
