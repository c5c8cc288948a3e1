import { fstatSync, statSync, writeSync } from "node:fs";
import { CliError, usageError } from "../errors.ts";
import type { InputStream, OutputStream } from "../output/streams.ts";

/** The part of a Node stream that we use. */
type NodeWritable = NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };

/**
 * Standard output or error. What is no terminal is written to directly, as Node does too (on Linux and macOS its streams of
 * files and pipes wait for each write), but without its stream, which brings all of node:net along.
 *
 * @param stream Node's stream of the same file descriptor; asked for only when it is needed
 */
export function standardOutput(fd: 1 | 2, stream: () => NodeWritable): OutputStream {
  if (process.platform === "win32" || isTerminal(fd)) return nodeOutput(stream());
  let closed = false;
  let instead: OutputStream | undefined;
  function writeNow(data: Uint8Array): Promise<void> | undefined {
    if (instead !== undefined) return instead.writeBytes(data);
    for (let from = 0; from < data.length && !closed; ) {
      try {
        from += writeSync(fd, data, from);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // A failure to write to standard error cannot be reported anywhere.
        if (code === "EPIPE" || fd === 2) closed = true;
        else if (code === "EAGAIN") {
          // The pipe is in non-blocking mode, and full.
          instead = nodeOutput(stream());
          return instead.writeBytes(data.subarray(from));
        } else throw lostOutput(error);
      }
    }
    return undefined;
  }
  return {
    async write(text) {
      await writeNow(Buffer.from(text));
    },
    async writeBytes(bytes) {
      await writeNow(bytes);
    },
    isTTY: false,
    columns: 80,
    rows: 24,
    onResize: () => () => {},
    restoreWith: () => () => {},
    get closed() {
      return closed || instead?.closed === true;
    },
  };
}

const lossReasons: Record<string, string> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of the disk is used up",
  EFBIG: "the file may not grow any more",
};

function lostOutput(error: unknown): CliError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? message : (lossReasons[code] ?? code);
  return new CliError("failure", `standard output cannot be written: ${reason}`, { cause: error });
}

/** Whether a file descriptor is a terminal. */
export function isTerminal(fd: 0 | 1 | 2): boolean {
  try {
    // Most are known without node:tty, which loads node:net: pipes, files, and /dev/null.
    if (process.platform !== "win32") {
      const found = fstatSync(fd);
      if (!found.isCharacterDevice() || found.rdev === statSync("/dev/null").rdev) return false;
    }
  } catch {
    return false;
  }
  return process.getBuiltinModule("node:tty").isatty(fd);
}

/** A writable stream of Node's as an output: a pipe that closes is remembered, never an error. */
function nodeOutput(stream: NodeWritable): OutputStream {
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
      if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") failure = lostOutput(error);
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
    restoreWith(text) {
      const restore = (): void => void stream.write(text);
      process.once("exit", restore);
      return () => void process.off("exit", restore);
    },
    get closed() {
      return closed;
    },
  };
}

/**
 * A readable stream of Node's as an input. It is touched only when it is read: an unread stdin must not keep us alive. When
 * `signal` aborts, what waits for it fails. `interrupt` does what SIGINT does, which a terminal does not send while its keys
 * are taken.
 */
export function nodeInput(
  stream: () => NodeJS.ReadStream,
  isTTY: () => boolean,
  { signal, interrupt }: { signal: AbortSignal; interrupt(): void },
): InputStream {
  return {
    get isTTY() {
      return isTTY();
    },
    async *[Symbol.asyncIterator]() {
      // Node takes a folder for an input in which nothing stands.
      if (isFolder(0))
        throw usageError("standard input is a folder", "is there a redirection of a folder, as in `< .`?");
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
    async takeKeys(taker) {
      const { takeTerminal } = await import("./terminal.ts");
      return takeTerminal(stream(), interrupt, taker);
    },
  };
}

function isFolder(fd: number): boolean {
  try {
    return fstatSync(fd).isDirectory();
  } catch {
    return false;
  }
}
