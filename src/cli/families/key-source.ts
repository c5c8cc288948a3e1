import type { Context, GlobalOptions } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { cleanKey, looksLikeKey, splitCommand } from "../../keys/read.ts";
import { refusedKey, wayIn } from "../../keys/refused-options.ts";
import type { KeyKind, KeySource } from "../../model/key.ts";
import { readAll } from "../arguments/stdin.ts";
import type { OptionValues } from "../command.ts";
import { flag, programs, text, value } from "../options.ts";

/* The ways in which a key gets in: none of them is the command line itself. */

export const keySourceOptions = {
  stdin: flag("read the key from standard input"),
  keyCommand: text(
    "command",
    "a command whose first line of output is the key; run without a shell, each time it is needed",
    { completes: programs },
  ),
  keyEnv: text("variable", "an environment variable that holds the key"),
  // Refused here and not for all commands, since `events change` has an option of this name.
  changeKey: value(
    "key",
    "",
    (): string => {
      throw refusedKey("--change-key", wayIn("change"));
    },
    { hidden: true },
  ),
  keyring: flag("store the key in the operating system's keyring, not in the config file"),
} as const;

type KeySourceOptions = OptionValues<typeof keySourceOptions> & GlobalOptions;

/**
 * Refuses a key in place of a name, or after it: a second word can only be a key.
 *
 * @throws {CliError} `usage`, without the word
 */
export function refuseKeyWords({ vendors }: Context, command: string, name: string, excess: readonly string[]): void {
  if (looksLikeKey(name, vendors) || excess.length > 0) throw refusedKey(command);
}

/** The text of a prompt for a key, and the command that does without it. */
interface AskedKey {
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
  const { stdin, keyCommand, keyEnv, keyring } = options;
  const given = [stdin, keyCommand !== undefined, keyEnv !== undefined].filter(Boolean);
  if (given.length > 1) throw usageError("--stdin, --key-command and --key-env exclude each other");
  if (keyring === true && (keyCommand ?? keyEnv) !== undefined)
    throw usageError("--keyring stores a key itself, which --key-command and --key-env do not", asked.hint);
  if (keyCommand !== undefined) return commandSource(ctx, keyCommand);
  if (keyEnv !== undefined) return variableSource(ctx, keyEnv);
  // A key typed at a terminal must not be echoed, not even with --stdin.
  if (stdin === true && !ctx.streams.in.isTTY) return { text: cleanKey(await readAll(ctx.streams.in)) };
  const kind = asked.kind === "api" ? "API" : asked.kind;
  const remark = asked.remark === undefined ? "" : ` (${asked.remark})`;
  const question = `${kind} key of "${asked.name}"${remark}`;
  const read = (typed: string): KeySource | undefined => (typed === "" ? undefined : { text: cleanKey(typed) });
  return ctx.askFor(question, { ...options, secret: true, hint: asked.hint, read });
}

/** Whether a person typed the key, and reads what becomes of it. */
export function isTyped(ctx: Context, { stdin, ...options }: KeySourceOptions, key: KeySource | undefined): boolean {
  return key !== undefined && "text" in key && stdin !== true && ctx.canAsk(options);
}

function commandSource({ vendors }: Context, command: string): KeySource {
  if (looksLikeKey(command, vendors)) throw refusedKey("--key-command");
  splitCommand(command);
  return { command };
}

function variableSource({ vendors }: Context, name: string): KeySource {
  // A key has the form of a name, and would be stored and shown as one.
  if (looksLikeKey(name, vendors)) throw refusedKey("--key-env");
  if (/^[A-Za-z_]\w*$/.test(name)) return { env: name };
  // The value may be the key itself, so the message does not repeat it.
  throw usageError("--key-env takes the name of an environment variable", "--key-env ONDUTY_PROD_KEY");
}
