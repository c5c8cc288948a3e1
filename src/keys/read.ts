import { CliError, stopped, usageError } from "../errors.ts";
import { splitWords } from "../model/command-line.ts";
import type { KeySource } from "../model/key.ts";
import type { VendorDescriptor } from "../providers/descriptor.ts";
import { vendors as allVendors } from "../providers/index.ts";
import { knownKeys } from "./forms.ts";
import { type Keyring, KeyringError } from "./keyring.ts";
import { maskKey } from "./mask.ts";

export interface ReadKeyOptions {
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  keyring: Keyring;
  /** For a key command, in milliseconds; default 30 s. */
  timeoutMs?: number;
}

/**
 * Reads the key from its source.
 *
 * @throws {CliError} `auth` when the command fails, the variable is not set, no keyring answers, or what came cannot be a
 *   key
 */
export async function readKey(source: KeySource, options: ReadKeyOptions): Promise<string> {
  if ("text" in source) return cleanFoundKey(source.text, "the stored key", "onduty keys set NAME --stdin < FILE");
  if ("env" in source) {
    const value = options.env[source.env];
    if (value === undefined || value === "") {
      throw new CliError("auth", `the environment variable ${source.env}, which holds the key, is not set`, {
        hint: `export ${source.env}=...`,
      });
    }
    return cleanFoundKey(value, `the environment variable ${source.env}`, `export ${source.env}=...`);
  }
  if ("command" in source) {
    const [file] = splitCommand(source.command);
    const line = await runKeyCommand(source.command, options);
    return cleanFoundKey(
      line,
      `the first line that the key command "${file}" printed`,
      `try it by hand: ${source.command}`,
    );
  }
  return readKeyring(source.keyring, options.keyring);
}

async function readKeyring(account: string, keyring: Keyring): Promise<string> {
  const again = "onduty keys set NAME --keyring";
  try {
    const key = await keyring.get(account);
    if (key === null) throw new CliError("auth", `the keyring has no entry "${account}"`, { hint: again });
    return cleanFoundKey(key, `what the keyring holds as "${account}"`, again);
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    throw new CliError("auth", `the key is in the keyring, which cannot be read: ${error.message}`, {
      hint: error.hint,
    });
  }
}

/** A key that was found, trimmed and checked. @throws {CliError} `auth` when it cannot be a key */
function cleanFoundKey(text: string, what: string, hint: string): string {
  try {
    return cleanKey(text);
  } catch (error) {
    throw new CliError("auth", `${what} cannot be used: ${(error as Error).message}`, { hint });
  }
}

/** Maximum of characters to read for a line: longer than any key. */
const maxLineChars = 64 * 1024;

/** The first line that a command prints. Its stderr is the terminal, so that it can ask for a passphrase. */
async function runKeyCommand(command: string, { env, signal, timeoutMs = 30_000 }: ReadKeyOptions): Promise<string> {
  const [file = "", ...args] = splitCommand(command);
  const { spawn } = await import("node:child_process");
  const { isatty } = await import("node:tty");
  // It may read a passphrase from a terminal, but not from a pipe: that is input of this program, as in `ack -`.
  const stdin = isatty(0) ? "inherit" : "ignore";
  // No `timeout` option: its timer keeps this process running when the command does not exist.
  const child = spawn(file, args, {
    env: { ...env },
    // A command that ignores SIGTERM would never end.
    killSignal: "SIGKILL",
    signal,
    stdio: [stdin, "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    // The output is never shown: it may be a key.
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      reject(new CliError("auth", `the key command "${file}" ${why}`, { hint: `try it by hand: ${command}` }));
    };
    const stop = (why: string): void => {
      child.kill("SIGKILL");
      fail(why);
    };
    const timer = setTimeout(() => stop(`took longer than ${timeoutMs / 1000} s`), timeoutMs);
    let output = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (chunk: string) => {
      // Only the first line is needed, and a command may print without end.
      if (output.includes("\n")) return;
      output += chunk;
      if (output.length > maxLineChars && !output.includes("\n")) stop("prints no line that could be a key");
    });
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (signal.aborted) reject(stopped(signal));
      fail(error.code === "ENOENT" ? "was not found" : `could not be run (${error.code})`);
    });
    child.once("exit", (code, killedBy) => {
      clearTimeout(timer);
      if (signal.aborted) return reject(stopped(signal));
      if (code !== 0) return fail(killedBy === null ? `ended with ${code}` : `was ended by ${killedBy}`);
      const done = (): void => {
        child.stdout.destroy();
        resolve(output.split(/\r?\n/)[0] ?? "");
      };
      // An agent that the command started may hold the pipe open. The command's own output has arrived by now.
      const late = setTimeout(done, 200);
      child.once("close", () => {
        clearTimeout(late);
        done();
      });
    });
  });
}

/**
 * Splits a key command into its words, without a shell.
 *
 * @throws {CliError} `usage` on a quote that is not closed, or no word at all
 */
export function splitCommand(command: string): string[] {
  if (command.trim() === "") throw usageError("the key command is empty", '--key-command "pass show onduty"');
  const words = splitWords(command);
  if (words === undefined) throw usageError(`the key command has a quote that is not closed: ${command}`);
  return words;
}

/**
 * A key that was typed or piped in, without blanks and newlines around it.
 *
 * @throws {CliError} `usage` when it is empty or has characters that a header cannot carry
 */
export function cleanKey(text: string): string {
  const key = text.trim();
  if (key === "") throw usageError("the key is empty");
  if (/\s/.test(key)) throw usageError("the key has spaces or several lines");
  if (/[^\u0021-\u007e]/.test(key)) throw usageError("the key has characters that keys cannot contain");
  return key;
}

/** Whether an argument looks like a key: then it must not be repeated in a message. */
export function looksLikeKey(word: string, vendors: readonly VendorDescriptor[] = allVendors): boolean {
  return knownKeys(vendors).word.test(word);
}

/** An argument for a message: in quotes, masked when it looks like a key. */
export function quoted(word: string, vendors: readonly VendorDescriptor[] = allVendors): string {
  return `"${looksLikeKey(word, vendors) ? maskKey(word, vendors) : word}"`;
}
