import { usageError } from "../../errors.ts";
import type { OutputStream, Streams } from "../../output/streams.ts";

/** Streams of one call: no input, no terminal, and outputs that keep what is written until it is taken. */
export function callStreams(): { streams: Streams; takeOut(): string; takeErr(): string } {
  const [out, err] = [keeper(), keeper()];
  const streams: Streams = {
    in: {
      isTTY: false,
      // biome-ignore lint/correctness/useYield: it has nothing to give.
      async *[Symbol.asyncIterator]() {
        throw usageError("a tool has no standard input", "give the text or the ids themselves");
      },
      takeKeys: async () => () => {},
    },
    out: out.stream,
    err: err.stream,
  };
  return { streams, takeOut: out.take, takeErr: err.take };
}

function keeper(): { stream: OutputStream; take(): string } {
  let kept = "";
  const stream: OutputStream = {
    async write(text) {
      kept += text;
    },
    async writeBytes(bytes) {
      kept += Buffer.from(bytes).toString("utf8");
    },
    isTTY: false,
    columns: 80,
    rows: 24,
    onResize: () => () => {},
    restoreWith: () => () => {},
    closed: false,
  };
  const take = (): string => {
    const text = kept;
    kept = "";
    return text;
  };
  return { stream, take };
}
