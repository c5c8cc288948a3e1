import { expect, onTestFinished } from "vitest";
import { createContext } from "../../src/cli/runtime.ts";
import { main } from "../../src/main.ts";
import type { KeyTaker, OutputStream } from "../../src/output/streams.ts";
import { type Emulator, emulator } from "./emulator.ts";
import { noKeyring } from "./keyring.ts";

/** A program at a terminal that somebody looks at and types into. */
export interface Live {
  /** Types keys; at a real terminal several may arrive together, which no person does, so that one is to be seen before the next. */
  press(...keys: string[]): Promise<void>;
  resize(columns: number, rows: number): void;
  lines(): Promise<string[]>;
  /** The lines, once one of them holds all of these texts. */
  sees(...texts: string[]): Promise<string[]>;
  /** The line that is marked. */
  marked(): Promise<string>;
  screen: Emulator;
  /** Everything the terminal was sent. */
  sent(): string;
  ended: Promise<number>;
}

export interface LiveOptions {
  columns?: number;
  rows?: number;
}

/** Runs a command line in this process, at a terminal that is in memory. `taken` tells whether its keys are taken. */
export function liveHere(
  argv: string[],
  env: Record<string, string>,
  { columns = 80, rows = 24, now = () => new Date() }: LiveOptions & { now?: () => Date } = {},
): Live & { taken(): boolean; interrupt(): void; stop(): void; goOn(): void } {
  const screen = emulator(columns, rows);
  const size = { columns, rows };
  const resizers = new Set<() => void>();
  const abort = new AbortController();
  let taker: KeyTaker | undefined;
  let sent = "";
  const write = async (text: string): Promise<void> => {
    sent += text;
    screen.write(text);
  };
  const output: OutputStream = {
    write,
    writeBytes: (bytes) => write(Buffer.from(bytes).toString()),
    isTTY: true,
    get columns() {
      return size.columns;
    },
    get rows() {
      return size.rows;
    },
    onResize(handler) {
      resizers.add(handler);
      return () => resizers.delete(handler);
    },
    restoreWith: () => () => {},
    closed: false,
  };
  const context = createContext({
    streams: {
      in: {
        isTTY: true,
        [Symbol.asyncIterator]() {
          throw new Error("nobody reads lines here");
        },
        async takeKeys(given) {
          taker = given;
          return () => {
            taker = undefined;
          };
        },
      },
      out: output,
      err: output,
    },
    env,
    signal: abort.signal,
    takeSignals: () => () => {},
    home: env.HOME ?? "",
    platform: "linux",
    keyring: noKeyring(),
    now,
    prompt: async () => {
      throw new Error("nothing asks for a line here");
    },
  });
  const ended = main(argv, context);
  onTestFinished(async () => {
    abort.abort("SIGINT");
    await ended;
    screen.close();
  });
  return {
    ...looking(screen, () => sent),
    async press(...keys) {
      await expect.poll(() => taker, { timeout: 10_000 }).toBeDefined();
      for (const key of keys) taker?.onBytes(Buffer.from(key));
    },
    resize(wide, high) {
      Object.assign(size, { columns: wide, rows: high });
      screen.resize(wide, high);
      for (const handler of resizers) handler();
    },
    ended,
    taken: () => taker !== undefined,
    interrupt: () => abort.abort("SIGINT"),
    stop: () => taker?.onStop(),
    goOn: () => taker?.onContinue(),
  };
}

/** How somebody looks at a screen. */
export function looking(
  screen: Emulator,
  sent: () => string,
): Pick<Live, "lines" | "sees" | "marked" | "screen" | "sent"> {
  return {
    screen,
    sent,
    lines: () => screen.lines(),
    async sees(...texts) {
      const holds = (line: string): boolean => texts.every((text) => line.includes(text));
      await expect
        .poll(async () => (await screen.lines()).filter((line) => line !== ""), { timeout: 15_000 })
        .toSatisfy((lines: string[]) => lines.some(holds), `a line with ${texts.join(" and ")}`);
      return screen.lines();
    },
    async marked() {
      return (await screen.lines()).find((line) => line.startsWith(">")) ?? "";
    },
  };
}
