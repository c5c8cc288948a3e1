import { createInterface, emitKeypressEvents } from "node:readline";
import { Readable } from "node:stream";

/** Keys that move a mark or a page. */
export const moves = ["up", "down", "pageup", "pagedown", "home", "end"] as const;
export type Move = (typeof moves)[number];

/** A move, `enter`, `escape`, `tab`, or the character that was typed. While a line is typed also `backspace` and `clear`. */
export type Key = string;

const names: Record<string, Key> = {
  ...Object.fromEntries(moves.map((move) => [move, move])),
  return: "enter",
  enter: "enter",
  escape: "escape",
  tab: "tab",
};
const letters: Record<string, Move> = { j: "down", k: "up", g: "home", G: "end" };

/** How long a lone Escape waits for further bytes of a sequence, which may arrive in pieces. */
const escapeMs = 100;

/** Reads keys from the bytes of a terminal. */
export interface KeyReader {
  read(bytes: Uint8Array): void;
  close(): void;
}

/** Who gets what is typed. */
export interface Typist {
  onKey(key: Key): void;
  /** Whether a line is being typed: letters are text then, and so is what is pasted. */
  isTyping?(): boolean;
  onText?(text: string): void;
}

/** A reader that ignores unknown sequences, and pasted text where no line is being typed. */
export function createKeyReader(typist: Typist): KeyReader {
  const source = silence();
  // Only for its `escapeCodeTimeout`.
  const timeouts = createInterface({ input: silence(), escapeCodeTimeout: escapeMs });
  emitKeypressEvents(source, timeouts);
  let pasting = false;
  let together: Pressed[] | undefined;
  source.on("keypress", (_: string | undefined, pressed: Pressed) => {
    if (pressed.name === "paste-start" || pressed.name === "paste-end") pasting = pressed.name === "paste-start";
    else if (together !== undefined) together.push({ ...pressed, pasted: pasting });
    // A lone Escape.
    else if (!pasting) typist.onKey(toKey(pressed) ?? "");
  });
  return {
    read(bytes) {
      together = [];
      source.emit("data", Buffer.from(bytes));
      const pressed = together;
      together = undefined;
      if (typist.isTyping?.() === true) return typeAll(pressed, typist);
      const keys = pressed.map((one) => (one.pasted ? undefined : toKey(one)));
      // Several keys at once are not typed: the terminal sends pasted text without marks, or a response of its own. Moves are
      // accepted, since a held key or a mouse wheel sends several at once, and so is one key after them: a slow connection sends
      // together what was typed one after the other.
      if (!keys.slice(0, -1).every((key) => key !== undefined && isMove(key))) return;
      for (const key of keys) if (key !== undefined) typist.onKey(key);
    },
    close() {
      source.removeAllListeners();
      timeouts.close();
    },
  };
}

/** What is typed into a line. A line break in pasted text is a blank; only the last of several keys can end the line. */
function typeAll(pressed: readonly Pressed[], { onKey, onText }: Typist): void {
  for (const [index, one] of pressed.entries()) {
    const { sequence = "", name = "", ctrl, meta, pasted } = one;
    if (name === "return" || name === "enter") {
      if (pasted === true || index < pressed.length - 1) onText?.(" ");
      else onKey("enter");
    } else if (name === "backspace") onKey("backspace");
    else if (ctrl === true && name === "u") onKey("clear");
    else if (name === "escape") onKey("escape");
    else if (ctrl !== true && meta !== true && /^[^\p{Cc}\p{Cs}]+$/u.test(sequence)) onText?.(sequence);
  }
}

export function isMove(key: Key): key is Move {
  return moves.some((move) => move === key);
}

interface Pressed {
  name?: string;
  sequence?: string;
  ctrl?: boolean;
  meta?: boolean;
  pasted?: boolean;
}

function toKey({ name = "", sequence = "", ctrl, meta }: Pressed): Key | undefined {
  if (name === "escape") return "escape";
  if (ctrl === true || meta === true) return undefined;
  return names[name] ?? letters[sequence] ?? (/^[\x20-\x7e]$/.test(sequence) ? sequence : undefined);
}

function silence(): Readable {
  return new Readable({ read() {} });
}
