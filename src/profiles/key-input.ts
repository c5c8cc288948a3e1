import { type Command, Option } from "commander";
import { readAll } from "../cli/arguments/stdin.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { usageError } from "../errors.ts";
import { mistakenKind } from "../keys/forms.ts";
import { maskKey, redact } from "../keys/mask.ts";
import { cleanKey, looksLikeKey, splitCommand } from "../keys/read.ts";
import { refusedKey } from "../keys/refused-options.ts";
import type { KeySource } from "../model/key.ts";
import { type KeyKind, keyKinds, keyNames } from "../model/key.ts";
import type { VendorDescriptor } from "../providers/descriptor.ts";
import { vendors as allVendors } from "../providers/index.ts";

export interface KeySourceOptions extends GlobalOptions {
  stdin?: boolean;
  keyCommand?: string;
  keyEnv?: string;
  keyring?: boolean;
}

/** Declares the ways in which a key gets in. */
export function addKeySourceOptions(command: Command): Command {
  return (
    command
      .option("--stdin", "read the key from standard input")
      .option(
        "--key-command <command>",
        "a command whose first line of output is the key; run without a shell, each time it is needed",
      )
      .option("--key-env <variable>", "an environment variable that holds the key")
      // Of `events change` it is an option in its own right, so it is refused here and not everywhere.
      .addOption(
        new Option("--change-key <key>").hideHelp().argParser(() => {
          throw refusedKey("--change-key");
        }),
      )
      .option("--keyring", "store the key in the operating system's keyring, not in the config file")
  );
}

export function kindOption(description: string): Option {
  return new Option("--kind <kind>", description).choices(keyKinds);
}

/** What a prompt for a key says, and the command that does without it. */
export interface AskedKey {
  name: string;
  kind: KeyKind;
  /** Added to the prompt, such as `empty for none`. */
  remark?: string;
  hint: string;
}

/**
 * The source that the options name, or, at a terminal, the key that is typed; undefined when nothing was typed.
 *
 * @throws {CliError} `usage` on several sources, on an empty or impossible key, and where nothing can be asked
 */
export async function readKeySource(
  ctx: Context,
  options: KeySourceOptions,
  asked: AskedKey,
): Promise<KeySource | undefined> {
  const given = [options.stdin, options.keyCommand !== undefined, options.keyEnv !== undefined].filter(Boolean);
  if (given.length > 1) throw usageError("--stdin, --key-command and --key-env exclude each other");
  if (options.keyring === true && (options.keyCommand ?? options.keyEnv) !== undefined)
    throw usageError("--keyring stores a key itself, which --key-command and --key-env do not", asked.hint);
  if (options.keyCommand !== undefined) {
    if (looksLikeKey(options.keyCommand, ctx.vendors)) throw refusedKey("--key-command");
    splitCommand(options.keyCommand);
    return { command: options.keyCommand };
  }
  if (options.keyEnv !== undefined) {
    // A key has the form of a name, and would be stored and shown as one.
    if (looksLikeKey(options.keyEnv, ctx.vendors)) throw refusedKey("--key-env");
    if (/^[A-Za-z_]\w*$/.test(options.keyEnv)) return { env: options.keyEnv };
    // It may be the key itself, so it is not repeated.
    throw usageError("--key-env takes the name of an environment variable", "--key-env ONDUTY_PROD_KEY");
  }
  // What is typed at a terminal must not be echoed, with --stdin neither.
  if (options.stdin === true && !ctx.streams.in.isTTY) return { text: cleanKey(await readAll(ctx.streams.in)) };
  const kind = asked.kind === "api" ? "API" : asked.kind;
  const remark = asked.remark === undefined ? "" : ` (${asked.remark})`;
  const question = `${kind} key of "${asked.name}"${remark}`;
  const typed = await ctx.ask(question, { ...options, secret: true, hint: asked.hint });
  return typed === "" ? undefined : { text: cleanKey(typed) };
}

/** Where a key lives, without the key: its masked form, the command, or the variable. */
export function describeSource(
  source: KeySource,
  vendors: readonly VendorDescriptor[] = allVendors,
): { key: string | null; source: string } {
  if ("text" in source) return { key: maskKey(source.text, vendors), source: "config file" };
  if ("command" in source) return { key: null, source: `command: ${redact(source.command, [], vendors)}` };
  return { key: null, source: "env" in source ? `environment: ${source.env}` : `keyring: ${source.keyring}` };
}

/** What keys of a kind can do alone, and no others. */
const onlyDoes: Partial<Record<KeyKind, string>> = {
  integration: "can only send events",
  change: "can only send change events",
};

/** What is suspicious about a key of this kind; null when nothing is. */
export function suspicion(
  vendor: VendorDescriptor | undefined,
  kind: KeyKind,
  source: KeySource,
  vendors: readonly VendorDescriptor[] = allVendors,
): string | null {
  if ("command" in source && redact(source.command, [], vendors) !== source.command)
    return "warning: a key stands in the key command itself, where process lists show it; onduty keys set --stdin stores one";
  if (vendor === undefined || !("text" in source)) return null;
  const other = mistakenKind(vendor, kind, source.text);
  if (other === undefined) return null;
  const only = onlyDoes[other] === undefined ? "" : `, which ${onlyDoes[other]}`;
  return `warning: this looks like ${withArticle(keyNames[other])}${only}; store it with --kind ${other}`;
}

/** The warning for a key that was stored as what it looks like, of a new profile. */
export function storedAs(kind: KeyKind, name: string): string {
  const only = onlyDoes[kind] === undefined ? "" : `: it ${onlyDoes[kind]}`;
  return `warning: the key looks like ${withArticle(keyNames[kind])} and is stored as one${only}; onduty keys set ${name} adds an API key`;
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;
}
