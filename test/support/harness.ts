import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createContext } from "../../src/cli/runtime.ts";
import type { Keyring } from "../../src/keys/keyring.ts";
import { main } from "../../src/main.ts";
import type { VendorDescriptor } from "../../src/providers/descriptor.ts";
import { noKeyring } from "./keyring.ts";
import { memoryStreams } from "./streams.ts";
import { tempDir } from "./temp-dir.ts";

export interface RunOptions {
  /** A terminal of 80 columns, or of that many; default a pipe. */
  tty?: boolean | number;
  env?: Record<string, string>;
  stdin?: string;
  /** Folder that stands for the home of the user; a new one for each run when left out. */
  home?: string;
  /** Profiles of the config file, in the form it has on disk. */
  profiles?: Record<string, unknown>;
  current?: string;
  now?: Date;
  /** When the process began; default: now. */
  startedAt?: Date;
  /** Answers to prompts, in order; only with `tty`. A function does something before it answers. */
  answers?: (string | ((home: string) => Promise<string>))[];
  signal?: AbortSignal;
  /** Default: none answers. */
  keyring?: Keyring;
  /** Vendors of the program; default: all. */
  vendors?: readonly VendorDescriptor[];
}

export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
  home: string;
}

/** A command line that runs in this process. */
export interface Running {
  ended: Promise<RunResult>;
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
  interrupt(name?: "SIGINT" | "SIGTERM"): void;
}

/** Runs one command line in this process: real files, real sockets, streams in memory. */
export async function run(commandLine: string | string[], options: RunOptions = {}): Promise<RunResult> {
  return (await begin(commandLine, options)).ended;
}

/** The same; messages on stderr that are JSON, beside JSON on stdout, are read as their texts. */
export async function runAndRead(...given: Parameters<typeof run>): Promise<RunResult> {
  const result = await run(...given);
  return { ...result, stderr: readable(result.stderr) };
}

/** The same for one that goes on until it is interrupted, which it is after the test. */
export async function start(commandLine: string | string[], options: RunOptions = {}): Promise<Running> {
  const abort = new AbortController();
  const { ended, stdout, stderr } = await begin(commandLine, { ...options, signal: abort.signal });
  const interrupt = (name = "SIGINT"): void => abort.abort(name);
  onTestFinished(async () => {
    interrupt();
    await ended;
  });
  return { ended, stdout, stderr, interrupt };
}

async function begin(commandLine: string | string[], options: RunOptions): Promise<Omit<Running, "interrupt">> {
  const home = options.home ?? (await tempDir());
  if (options.profiles !== undefined) {
    const folder = join(home, ".config/onduty");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const [first] = Object.keys(options.profiles);
    const config = { current: options.current ?? first, profiles: options.profiles };
    writeFileSync(join(folder, "config.json"), JSON.stringify(config), { mode: 0o600 });
  }
  const memory = memoryStreams({
    tty: options.tty !== undefined && options.tty !== false,
    ...(typeof options.tty === "number" && { columns: options.tty }),
    ...(options.stdin !== undefined && { stdin: options.stdin }),
    ...(options.stdin === undefined && options.tty !== undefined && options.tty !== false && { stdinTTY: true }),
  });
  const answers = [...(options.answers ?? [])];
  const context = createContext({
    streams: memory.streams,
    env: options.env ?? {},
    signal: options.signal ?? new AbortController().signal,
    takeSignals: () => () => {},
    home,
    platform: "linux",
    keyring: options.keyring ?? noKeyring(),
    ...(options.vendors !== undefined && { vendors: options.vendors }),
    now: () => options.now ?? new Date(),
    ...(options.startedAt !== undefined && { startedAt: options.startedAt }),
    pause: async () => {},
    async prompt(question) {
      await memory.streams.err.write(`${question}\n`);
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`the test has no response to "${question}"`);
      return typeof answer === "string" ? answer : answer(home);
    },
  });
  const argv = typeof commandLine === "string" ? split(commandLine) : commandLine;
  const ended = main(argv, context).then((code) => ({
    code,
    stdout: memory.stdout(),
    stderr: memory.stderr(),
    home,
  }));
  return { ended, stdout: memory.stdout, stderr: memory.stderr };
}

/** Lines of stderr with `{"notice": TEXT}` and `{"warning": TEXT}` as the texts. */
function readable(stderr: string): string {
  return stderr.replaceAll(/^\{"(notice|warning|debug)":.*\}$/gm, (line) => {
    const { notice, warning, debug } = JSON.parse(line) as Record<string, string>;
    return notice ?? debug ?? `warning: ${warning}`;
  });
}

/** Words of a command line; quotes keep spaces. */
function split(commandLine: string): string[] {
  return [...commandLine.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
}
