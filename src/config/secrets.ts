import { CliError, usageError } from "../errors.ts";
import type { KeySource } from "./store.ts";

const commandTimeoutMs = 30_000;

/**
 * The key that a source stands for.
 *
 * @throws {CliError} `auth` when the command fails or the variable is not set, `usage` when what came cannot be a key
 */
export async function readKey(
  source: KeySource,
  { env, signal }: { env: Readonly<Record<string, string | undefined>>; signal: AbortSignal },
): Promise<string> {
  if ("text" in source) return source.text;
  if ("env" in source) {
    const value = env[source.env];
    if (value === undefined || value === "") {
      throw new CliError("auth", `the environment variable ${source.env}, which holds the key, is not set`, {
        hint: `export ${source.env}=...`,
      });
    }
    return cleanKey(value);
  }
  if ("command" in source) return cleanKey(await runKeyCommand(source.command, env, signal));
  throw usageError("keyrings are not supported by this version", "store the key with --key-command or --stdin");
}

/** First line of what a command prints; its stderr goes to the terminal, so that it can ask for a passphrase. */
async function runKeyCommand(
  command: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string> {
  const [file = "", ...args] = splitCommand(command);
  const { spawn } = await import("node:child_process");
  // It may ask for a passphrase: stdin and stderr are the user's.
  const child = spawn(file, args, {
    env: { ...env },
    timeout: commandTimeoutMs,
    signal,
    stdio: ["inherit", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    // Never with what it printed: that may be a key.
    const fail = (why: string): void =>
      reject(new CliError("auth", `the key command "${file}" ${why}`, { hint: `try it by hand: ${command}` }));
    child.once("error", (error: NodeJS.ErrnoException) =>
      fail(error.code === "ENOENT" ? "was not found" : `could not be run (${error.code})`),
    );
    child.once("close", (code, killedBy) => {
      if (code === 0) resolve(output.split(/\r?\n/)[0] ?? "");
      else
        fail(
          killedBy === null
            ? `ended with ${code}`
            : `was ended by ${killedBy}, or took longer than ${commandTimeoutMs / 1000} s`,
        );
    });
  });
}

/**
 * Splits a command line into words without a shell; single and double quotes and backslashes keep spaces.
 *
 * @throws {CliError} `usage` on a quote that is not closed, or no word at all
 */
export function splitCommand(command: string): string[] {
  const words: string[] = [];
  const pattern = /\s*((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+)\s*/gy;
  let end = 0;
  for (const match of command.matchAll(pattern)) {
    words.push(
      (match[1] ?? "").replaceAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g, (_, double, single, escaped) => {
        if (double !== undefined) return (double as string).replaceAll(/\\(["\\$`])/g, "$1");
        return (single ?? escaped) as string;
      }),
    );
    end = match.index + match[0].length;
  }
  if (end < command.length) throw usageError(`the key command has a quote that is not closed: ${command}`);
  if (words.length === 0) throw usageError("the key command is empty", '--key-command "pass show onduty"');
  return words;
}

/**
 * A key as it was typed or piped in, without the newline at its end.
 *
 * @throws {CliError} `usage` when it is empty or could not stand in a header
 */
export function cleanKey(text: string): string {
  const key = text.replace(/\r?\n$/, "").trim();
  if (key === "") throw usageError("the key is empty");
  if (/\s/.test(key)) throw usageError("the key has spaces or several lines");
  if (/[^\u0021-\u007e]/.test(key)) throw usageError("the key has characters that no key has");
  return key;
}
