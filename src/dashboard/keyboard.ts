import { createInterface, emitKeypressEvents } from "node:readline";
import { Readable } from "node:stream";

/** Keys that move a mark or a page. */
export const moves = ["up", "down", "pageup", "pagedown", "home", "end"] as const;
export type Move = (typeof moves)[number];

/** A move, `enter`, `escape`, or the character that was typed. */
export type Key = string;

const names: Record<string, Key> = {
  ...Object.fromEntries(moves.map((move) => [move, move])),
  return: "enter",
  enter: "enter",
  escape: "escape",
};
const letters: Record<string, Move> = { j: "down", k: "up", g: "home", G: "end" };

/** How long a lone Escape waits for further bytes of a sequence, which may arrive in pieces. */
const escapeMs = 100;

/** Reads keys from the bytes of a terminal. */
export interface KeyReader {
  read(bytes: Uint8Array): void;
  close(): void;
}

/** A reader that ignores pasted text and unknown sequences. */
export function createKeyReader(onKey: (key: Key) => void): KeyReader {
  const source = silence();
  // Only for its `escapeCodeTimeout`.
  const timeouts = createInterface({ input: silence(), escapeCodeTimeout: escapeMs });
  emitKeypressEvents(source, timeouts);
  let pasting = false;
  let together: (Key | undefined)[] | undefined;
  source.on("keypress", (_: string | undefined, pressed: Pressed) => {
    if (pressed.name === "paste-start" || pressed.name === "paste-end") pasting = pressed.name === "paste-start";
    else if (together !== undefined) together.push(pasting ? undefined : toKey(pressed));
    // A lone Escape.
    else if (!pasting) onKey(toKey(pressed) ?? "");
  });
  return {
    read(bytes) {
      together = [];
      source.emit("data", Buffer.from(bytes));
      const keys = together;
      together = undefined;
      // Several keys at once are not typed: the terminal sends pasted text without marks, or a response of its own. Moves are
      // accepted, since a held key or a mouse wheel sends several at once.
      if (keys.length > 1 && !keys.every((key) => key !== undefined && isMove(key))) return;
      for (const key of keys) if (key !== undefined) onKey(key);
    },
    close() {
      source.removeAllListeners();
      timeouts.close();
    },
  };
}

export function isMove(key: Key): key is Move {
  return moves.some((move) => move === key);
}

interface Pressed {
  name?: string;
  sequence?: string;
  ctrl?: boolean;
  meta?: boolean;
}

function toKey({ name = "", sequence = "", ctrl, meta }: Pressed): Key | undefined {
  if (name === "escape") return "escape";
  if (ctrl === true || meta === true) return undefined;
  return names[name] ?? letters[sequence] ?? (/^[\x20-\x7e]$/.test(sequence) ? sequence : undefined);
}

function silence(): Readable {
  return new Readable({ read() {} });
}
