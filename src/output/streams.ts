import type { ChalkInstance } from "chalk";

/** Where text goes. Writing never throws: a closed pipe is remembered in `closed`. */
export interface OutputStream {
  /** Resolves when more may be written (back-pressure). */
  write(text: string): Promise<void>;
  /** The same for bytes of another program, which go through as they are. */
  writeBytes(bytes: Uint8Array): Promise<void>;
  readonly isTTY: boolean;
  /** Columns of the terminal, 80 when unknown. */
  readonly columns: number;
  /** Lines of the terminal, 24 when unknown. */
  readonly rows: number;
  /** Told when the terminal changes its size, until the function that is returned is called. */
  onResize(handler: () => void): () => void;
  /** The other side has gone away (`| head`); nothing more needs to be made. */
  readonly closed: boolean;
}

export interface InputStream extends AsyncIterable<Uint8Array | string> {
  readonly isTTY: boolean;
}

export interface Streams {
  in: InputStream;
  out: OutputStream;
  err: OutputStream;
}

/** Chalk, loaded only when a stream has colour. */
export type Color = ChalkInstance;

/** What we use of a stream of Node's. */
type NodeWritable = NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };

/** A writable stream of Node's as an output: a pipe that closes is remembered, never an error. */
export function nodeOutput(stream: NodeWritable): OutputStream {
  let closed = false;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;
  let listening = false;
  const listen = (): void => {
    if (listening) return;
    listening = true;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      closed = true;
      // EPIPE is `| head`. Anything else, such as a full disk, means that output was lost.
      if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") failure = error;
      wake?.();
    });
  };
  async function write(data: string | Uint8Array): Promise<void> {
    listen();
    if (failure !== undefined) throw failure;
    if (closed || data.length === 0) return;
    if (stream.write(data)) return;
    await new Promise<void>((resolve) => {
      wake = resolve;
      stream.once("drain", resolve);
    });
  }
  return {
    write,
    writeBytes: write,
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns || 80;
    },
    get rows() {
      return stream.rows || 24;
    },
    onResize(handler) {
      stream.on("resize", handler);
      return () => void stream.off("resize", handler);
    },
    get closed() {
      return closed;
    },
  };
}

/**
 * A readable stream of Node's as an input. It is touched only when it is read: an unread stdin must not keep us alive. When
 * `signal` aborts, what waits for it fails.
 */
export function nodeInput(
  stream: () => NodeJS.ReadableStream & { isTTY?: boolean; destroy(): unknown },
  isTTY: boolean,
  signal: AbortSignal,
): InputStream {
  return {
    isTTY,
    async *[Symbol.asyncIterator]() {
      const source = stream();
      const stop = (): void => void source.destroy();
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop);
      try {
        yield* source as AsyncIterable<Uint8Array>;
      } finally {
        signal.removeEventListener("abort", stop);
      }
    },
  };
}
