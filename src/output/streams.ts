import type { ChalkInstance } from "chalk";

/** Where text goes. Writing never throws: a closed pipe is remembered in `closed`. */
export interface OutputStream {
  /** Resolves when more may be written (back-pressure). */
  write(text: string): Promise<void>;
  readonly isTTY: boolean;
  /** Columns of the terminal, 80 when unknown. */
  readonly columns: number;
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
