import { setMaxListeners } from "node:events";
import { configDir, homeOf, stateDir } from "../config/paths.ts";
import { keyVariableNames, readableKeys } from "../config/settings.ts";
import { type Config, type ConfigStore, createConfigStore, type StoreOptions } from "../config/store.ts";
import type { Context } from "../context.ts";
import type { HttpClient } from "../http/client.ts";
import { helperKeyring, type Keyring } from "../keys/keyring.ts";
import { createSecrets } from "../keys/secrets.ts";
import { printerOptions } from "../output/options.ts";
import { createPrinter } from "../output/printer.ts";
import { disarmWorkflowCommands, sanitizeCell } from "../output/sanitize.ts";
import type { OutputStream, Streams } from "../output/streams.ts";
import type { VendorDescriptor } from "../providers/descriptor.ts";
import { vendors as allVendors } from "../providers/index.ts";
import { standalone } from "../standalone.ts";
import { version } from "../version.ts";
import { connect } from "./connect.ts";
import { ask, askFor, canAsk, confirm, type Prompt, type PromptOptions, terminalPrompt } from "./prompt.ts";
import { isTerminal, nodeInput, standardOutput } from "./standard-streams.ts";

/** What a context is made from. The process passes the real streams and environment, a test its own. */
export interface ProgramEnvironment {
  streams: Streams;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  /** See `Context.takeSignals`. */
  takeSignals: Context["takeSignals"];
  /** See `Context.startAgain`; default: does nothing. */
  startAgain?: Context["startAgain"];
  home: string;
  platform: NodeJS.Platform;
  prompt: Prompt;
  keyring: Keyring;
  /** Default: all. */
  vendors?: readonly VendorDescriptor[];
  now(): Date;
  /** Default: now. */
  startedAt?: Date;
  /** See `ForkOptions`. */
  profiles?: readonly string[];
  /** Waits between reads of what a vendor has changed. Default: a timer. */
  pause?(ms: number): Promise<void>;
}

/** Creates the context that commands get, from the environment of the program. */
export function createContext(environment: ProgramEnvironment): Context {
  const { env, signal, home, platform, now, vendors = allVendors } = environment;
  // Everything that is under way waits for it; Node would take more than ten of them for a leak.
  setMaxListeners(0, signal);
  const clients: HttpClient[] = [];
  // Keys of the environment are known from the start; those of profiles as the configuration or their source is read.
  const secrets = createSecrets(
    vendors,
    keyVariableNames(vendors).flatMap((name) => env[name] || []),
  );
  // A response may repeat the key that was sent, so all output is masked just before it is written.
  // A runner of GitHub Actions reads commands in all that a job prints: none of them may come from a vendor.
  const inActions = env.GITHUB_ACTIONS === "true";
  const safe = (mask: (text: string) => string) =>
    inActions ? (text: string) => disarmWorkflowCommands(mask(text)) : mask;
  const streams: Streams = {
    in: environment.streams.in,
    out: filtered(environment.streams.out, safe(secrets.mask)),
    err: filtered(environment.streams.err, safe(secrets.redact)),
  };
  const interactive = streams.err.isTTY && streams.in.isTTY;
  const prompting: PromptOptions = { prompt: environment.prompt, env, interactive, signal };
  const context: Context = {
    streams,
    env,
    signal,
    takeSignals: environment.takeSignals,
    startAgain: environment.startAgain ?? (async () => {}),
    now,
    startedAt: environment.startedAt ?? now(),
    pause: environment.pause ?? ((ms) => pause(ms, signal)),
    version,
    vendors,
    keyring: environment.keyring,
    home,
    stateDir: stateDir(env, platform, home),
    profiles: environment.profiles,
    config: narrowed(environment.profiles, {
      dir: configDir(env, platform, home),
      notice: (text) => void streams.err.write(`${sanitizeCell(text)}\n`),
      onRead: (config) => {
        for (const key of readableKeys(config, env)) secrets.add(key);
      },
      vendors,
    }),
    exitCode: 0,
    printer: (options) => createPrinter({ streams, env, now, ...printerOptions(options, env) }),
    connect: (options) =>
      connect(context, options, {
        secrets,
        onClient: (client) => void clients.push(client),
      }),
    confirm: (question, options, hint) => confirm(prompting, question, options, hint),
    ask: (question, options) => ask(prompting, question, options),
    askFor: (question, options) =>
      askFor(prompting, question, options, (line) => streams.err.write(`${sanitizeCell(line)}\n`)),
    canAsk: (options) => canAsk(prompting, options),
    redact: secrets.redact,
    maskReceived: secrets.maskReceived,
    async annotate(message) {
      // Percent signs are the escapes of a command, which ends at the line.
      if (inActions) await environment.streams.err.write(`::error::${message.replaceAll("%", "%25")}\n`);
    },
    async close() {
      await Promise.all(clients.splice(0).map((client) => client.close()));
    },
    fork: (own) => createContext({ ...environment, ...own }),
  };
  return context;
}

/** The config store, in which only these profiles exist for who reads it. */
function narrowed(names: readonly string[] | undefined, options: StoreOptions): ConfigStore {
  const store = createConfigStore(options);
  if (names === undefined) return store;
  const only = ({ current, profiles }: Config): Config => {
    const kept = new Map([...profiles].filter(([name]) => names.includes(name)));
    const first = current !== undefined && kept.has(current) ? current : [...kept.keys()][0];
    return { profiles: kept, ...(first !== undefined && { current: first }) };
  };
  return { ...store, load: async () => only(await store.load()), peek: async () => only(await store.peek()) };
}

function filtered(stream: OutputStream, change: (text: string) => string): OutputStream {
  return {
    write: (text) => stream.write(change(text)),
    writeBytes: (bytes) => stream.writeBytes(bytes),
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
    onResize: (handler) => stream.onResize(handler),
    restoreWith: (text) => stream.restoreWith(text),
    get closed() {
      return stream.closed;
    },
  };
}

/** Signals that a program which runs another passes on to it. */
const passedOn = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

function listenForSignals(): Pick<ProgramEnvironment, "signal" | "takeSignals"> & { interrupt(): void } {
  const abort = new AbortController();
  let taker: ((name: NodeJS.Signals) => void) | undefined;
  let asked = 0;
  const end = (name: "SIGINT" | "SIGTERM"): void => {
    if (taker === undefined) asked += 1;
    // A second Ctrl-C ends the program at once, without a clean end.
    if (taker !== undefined) taker(name);
    else if (asked > 1) process.exit(name === "SIGINT" ? 130 : 143);
    else abort.abort(name);
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, end);
  // A write beyond the limit of a file's size would end the program; with a listener it fails as any other.
  if (process.platform !== "win32") process.on("SIGXFSZ", () => {});
  return {
    signal: abort.signal,
    interrupt: () => end("SIGINT"),
    takeSignals(handler) {
      const others = passedOn.filter((name) => name !== "SIGINT" && name !== "SIGTERM");
      taker = handler;
      for (const name of others) process.on(name, handler);
      return () => {
        taker = undefined;
        for (const name of others) process.off(name, handler);
      };
    },
  };
}

/** The context of this process, how to start it again in the background, and how to end it once its output is written. */
export function systemContext(): {
  context: Context;
  startAgain(words: string[]): Promise<void>;
  finish(code: number): Promise<never>;
} {
  const { signal, takeSignals, interrupt } = listenForSignals();
  // The stand-alone executable is a program by itself; a script needs its runtime.
  const program = standalone === undefined ? [process.execPath, process.argv[1] ?? ""] : [process.execPath];
  const buffered: NodeJS.WritableStream[] = [];
  const buffer = <Stream extends NodeJS.WritableStream>(stream: Stream): Stream => {
    buffered.push(stream);
    return stream;
  };
  const streams = {
    in: nodeInput(
      () => process.stdin,
      () => isTerminal(0),
      { signal, interrupt },
    ),
    out: standardOutput(1, () => buffer(process.stdout)),
    err: standardOutput(2, () => buffer(process.stderr)),
  };
  const context = createContext({
    streams,
    env: process.env,
    signal,
    takeSignals,
    startAgain: (words) => startDetached([...program, ...words]),
    home: homeOf([ownHome, () => os().homedir(), () => os().userInfo().homedir]),
    platform: process.platform,
    prompt: terminalPrompt(
      () => process.stdin,
      () => process.stderr,
    ),
    keyring: helperKeyring({ program, env: process.env, signal }),
    now: () => new Date(),
    // `performance.timeOrigin` is the same, and takes a millisecond to load.
    startedAt: new Date(Date.now() - process.uptime() * 1000),
  });
  // Connections end with the process, which is about to end: closing each first takes 3 ms.
  context.close = async () => {};
  return {
    context,
    startAgain: (words) => startDetached([...program, ...words]),
    async finish(code) {
      await Promise.all(buffered.map(written));
      process.exit(code);
    },
  };
}

/** Where it is set, it is what node:os gives. */
function ownHome(): string {
  return process.platform === "win32" ? "" : (process.env.HOME ?? "");
}

/** Loaded where the environment does not name a home. */
function os(): typeof import("node:os") {
  return process.getBuiltinModule("node:os");
}

/** Waits, until `signal` is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { setTimeout: wait } = await import("node:timers/promises");
  await wait(ms, undefined, { signal }).catch(() => {});
}

/** Resolves once all that a stream was given is written, or its reader is gone. */
function written(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}

/** Ends this process after `ms` milliseconds, even if it still waits; it may end earlier. */
export function endAfter(ms: number): void {
  setTimeout(() => process.exit(0), ms).unref();
}

/** Starts this program once more with other arguments, apart from the terminal, to go on when this process has ended. */
async function startDetached([file = "", ...words]: readonly string[]): Promise<void> {
  const { spawn } = await import("node:child_process");
  // A key command may use gpg, which would ask for its passphrase in the middle of the line that is being typed.
  const { GPG_TTY: _terminal, ...env } = process.env;
  const child = spawn(file, words, { detached: true, stdio: "ignore", env, windowsHide: true });
  child.on("error", () => {});
  child.unref();
}
