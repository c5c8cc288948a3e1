import { cursorHide, cursorShow, enterAlternativeScreen, eraseEndLine, exitAlternativeScreen } from "ansi-escapes";
import type { OutputStream } from "../output/streams.ts";

const enter = enterAlternativeScreen + cursorHide;
const leave = cursorShow + exitAlternativeScreen;
/* Codes that ansi-escapes lacks. */
/** Marks pasted text, so that it is not read as keys. */
const bracketedPaste = { on: "\u001b[?2004h", off: "\u001b[?2004l" };
/** Terminals disagree on the width of some emoji: a line that got too wide would move the head off the screen. */
const autoWrap = { on: "\u001b[?7h", off: "\u001b[?7l" };
const home = "\u001b[H";

/** The terminal's alternative screen, with the cursor hidden. */
export interface Canvas {
  /** Enters the screen if needed and fills it with lines, which must fit. */
  paint(lines: readonly string[]): Promise<void>;
  /** Restores the terminal; the next `paint` enters the screen again. */
  leave(): Promise<void>;
}

export function createCanvas(out: OutputStream, { keys }: { keys: boolean }): Canvas {
  const before = enter + autoWrap.off + (keys ? bracketedPaste.on : "");
  const after = autoWrap.on + (keys ? bracketedPaste.off : "") + leave;
  let forget: (() => void) | undefined;
  let last = "";
  return {
    async paint(lines) {
      const all = Array.from({ length: Math.max(out.rows, lines.length) }, (_, row) => lines[row] ?? "");
      const text = `${home}${all.map((line) => `${eraseEndLine}${line}`).join("\n")}`;
      const picture = `${out.columns}x${out.rows}${text}`;
      if (forget !== undefined && picture === last) return;
      last = picture;
      if (forget !== undefined) return out.write(text);
      forget = out.restoreWith(after);
      await out.write(before + text);
    },
    async leave() {
      if (forget === undefined) return;
      forget();
      forget = undefined;
      await out.write(after);
    },
  };
}
