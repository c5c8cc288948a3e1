import type { ChalkInstance } from "chalk";

/**
 * Where text goes. A pipe that the other side has closed is no error: it is remembered in `closed`.
 *
 * Writing throws a {CliError} `failure` when output was lost, as on a full disk.
 */
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
  /** Calls the listener when the terminal changes its size, until the returned function is called. */
  onResize(handler: () => void): () => void;
  /**
   * Text to write to the terminal if the process ends before the returned function is called. The terminal must
   * not stay in the mode of the program.
   */
  restoreWith(text: string): () => void;
  /** The other side has gone away (`| head`); nothing more needs to be made. */
  readonly closed: boolean;
}

export interface InputStream extends AsyncIterable<Uint8Array | string> {
  readonly isTTY: boolean;
  /**
   * Takes each key of the terminal at once and without echo, until the function that is returned is called. Ctrl-C and Ctrl-Z
   * go on to interrupt and to stop the program.
   */
  takeKeys(taker: KeyTaker): Promise<() => void>;
}

/** The receiver of the keys of a terminal. */
export interface KeyTaker {
  /** The bytes of a key, of a part of one, or of several. */
  onBytes(bytes: Uint8Array): void;
  /** The program is about to be stopped; from now on the terminal is the shell's. */
  onStop(): void;
  /** It goes on, and the terminal may have been used for something else. */
  onContinue(): void;
}

export interface Streams {
  in: InputStream;
  out: OutputStream;
  err: OutputStream;
}

/** Chalk, loaded only when a stream has color. */
export type Color = ChalkInstance;
