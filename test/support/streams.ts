import type { OutputStream, Streams } from "../../src/output/streams.ts";

export interface MemoryOptions {
  tty?: boolean;
  columns?: number;
  stdin?: string | Uint8Array;
  stdinTTY?: boolean;
}

/** Streams in memory, as a terminal or a pipe. */
export function memoryStreams(options: MemoryOptions): { streams: Streams; stdout(): string; stderr(): string } {
  const text = { out: "", err: "" };
  const output = (name: "out" | "err"): OutputStream => ({
    async write(part) {
      text[name] += part;
    },
    async writeBytes(bytes) {
      text[name] += Buffer.from(bytes).toString("utf8");
    },
    isTTY: options.tty === true,
    columns: options.columns ?? 80,
    rows: 24,
    onResize: () => () => {},
    restoreWith: () => () => {},
    closed: false,
  });
  const streams: Streams = {
    in: {
      isTTY: options.stdinTTY === true,
      async *[Symbol.asyncIterator]() {
        if (options.stdin !== undefined) yield options.stdin;
      },
      takeKeys: async () => () => {},
    },
    out: output("out"),
    err: output("err"),
  };
  return { streams, stdout: () => text.out, stderr: () => text.err };
}
