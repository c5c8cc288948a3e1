import { Interrupted } from "../errors.ts";

/** The operating system's keyring, with entries of this program alone. */
export interface Keyring {
  /** The key of an entry; null when the entry does not exist. @throws {KeyringError} */
  get(account: string): Promise<string | null>;
  /** @throws {KeyringError} */
  set(account: string, key: string): Promise<void>;
  /** Removes an entry. A missing entry is not an error. @throws {KeyringError} */
  remove(account: string): Promise<void>;
}

/** The keyring cannot be used. The message is the reason, for the end of a sentence. */
export class KeyringError extends Error {
  override readonly name = "KeyringError";
  /** How to fix it. */
  readonly hint: string;

  constructor(reason: string, hint: string) {
    super(reason);
    this.hint = hint;
  }
}

/** The argument that starts this program as its own helper for the keyring. */
export const keyringHelper = "__keyring";

/** A request to the helper, one line of JSON on its standard input. Keys never appear in a process list. */
export type KeyringRequest =
  | { do: "get"; account: string }
  | { do: "remove"; account: string }
  | { do: "set"; account: string; key: string };

/** The helper's response on its standard output. `missing` when the library is not installed. */
export type KeyringAnswer = { key: string | null } | { failed: string; missing?: boolean };

export interface HelperOptions {
  /** Command that starts this program again. */
  program: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  /** Milliseconds; default 3 s. */
  timeoutMs?: number;
}

/**
 * The keyring, accessed from a separate process: a call into the system's library cannot be canceled, and may wait without end
 * for a locked keyring.
 */
export function helperKeyring(options: HelperOptions): Keyring {
  return {
    get: (account) => ask({ do: "get", account }, options),
    async set(account, key) {
      await ask({ do: "set", account, key }, options);
    },
    async remove(account) {
      await ask({ do: "remove", account }, options);
    },
  };
}

async function ask(request: KeyringRequest, options: HelperOptions): Promise<string | null> {
  const { program, env, signal, timeoutMs = 3000 } = options;
  const [file = "", ...first] = program;
  const { spawn } = await import("node:child_process");
  const child = spawn(file, [...first, keyringHelper], {
    env: { ...env },
    stdio: ["pipe", "pipe", "ignore"],
    windowsHide: true,
    signal,
    killSignal: "SIGKILL",
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  let text = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (chunk: string) => {
    text += chunk;
  });
  child.stdin.on("error", () => {});
  child.stdin.end(`${JSON.stringify(request)}\n`);
  try {
    // "exit" as well: processes that the library started may hold the pipe open.
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", () => resolve());
      child.once("exit", () => setTimeout(resolve, 200).unref());
    });
  } catch (error) {
    if (signal.aborted) throw new Interrupted(signal);
    throw new KeyringError(`it could not be asked (${(error as NodeJS.ErrnoException).code})`, "try again");
  } finally {
    clearTimeout(timer);
    child.stdout.destroy();
  }
  if (late)
    throw new KeyringError(`it did not respond within ${timeoutMs / 1000} s; is it locked?`, "unlock it and try again");
  return readAnswer(text);
}

function readAnswer(text: string): string | null {
  let answer: KeyringAnswer;
  try {
    answer = JSON.parse(text) as KeyringAnswer;
  } catch {
    throw new KeyringError("its library did not respond", "try again");
  }
  if ("key" in answer) return answer.key;
  if (answer.missing === true)
    throw new KeyringError("its library is not installed", "npm install --global @napi-rs/keyring");
  throw new KeyringError(answer.failed, "--key-command and --key-env keep a key out of the config file too");
}
