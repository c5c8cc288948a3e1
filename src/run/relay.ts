import type { Readable } from "node:stream";
import type { OutputStream } from "../output/streams.ts";

/** Maximum size of the end that is kept. */
const maxTailBytes = 64 * 1024;

/** A pipe may be held open by the children of a child: once that has ended, so long is waited for more. */
const maxDrainMs = 300;

/** Copies a child's pipe to our own stream, byte for byte. */
export interface Relay {
  /** The end of it. */
  tail(): string;
  /** Resolves when all that the child wrote has been passed on. Time that our own reader takes does not count. */
  drained(): Promise<void>;
}

export function relay(from: Readable, to: OutputStream): Relay {
  const now = (): number => process.uptime() * 1000;
  let tail = Buffer.alloc(0);
  let closed = false;
  let writtenMs = 0;
  let writingSince: number | undefined;
  from.on("data", (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-maxTailBytes);
    from.pause();
    const began = now();
    writingSince = began;
    void to.writeBytes(chunk).finally(() => {
      writingSince = undefined;
      writtenMs += now() - began;
      from.resume();
    });
  });
  // A read error counts as the end.
  from.on("error", () => {});
  const end = new Promise<void>((resolve) => {
    from.on("close", () => {
      closed = true;
      resolve();
    });
  });
  return {
    tail: () => tail.toString("utf8"),
    async drained() {
      const start = now() - writtenMs;
      while (!closed) {
        const writingMs = writtenMs + (writingSince === undefined ? 0 : now() - writingSince);
        const leftMs = maxDrainMs - (now() - start - writingMs);
        if (leftMs <= 0 && writingSince === undefined) return;
        await Promise.race([end, new Promise((resolve) => setTimeout(resolve, Math.max(20, leftMs)).unref())]);
      }
    },
  };
}
