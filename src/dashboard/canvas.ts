import { cursorHide, cursorShow, enterAlternativeScreen, eraseEndLine, exitAlternativeScreen } from "ansi-escapes";
import type { OutputStream } from "../output/streams.ts";

const enter = enterAlternativeScreen + cursorHide;
const leave = cursorShow + exitAlternativeScreen;
/** Two codes that ansi-escapes does not have. A pasted text comes between marks, which sets it apart from keys. */
const marksPastes = { on: "\u001b[?2004h", off: "\u001b[?2004l" };
const home = "\u001b[H";

/** The terminal's other screen, with the cursor hidden. */
export interface Canvas {
  /** Fills it with these lines, none wider or more than it has place for. Enters it when that is to be done. */
  paint(lines: readonly string[]): Promise<void>;
  /** Gives the terminal back; the next painting takes it again. */
  leave(): Promise<void>;
}

export function createCanvas(out: OutputStream, { keys }: { keys: boolean }): Canvas {
  const [before, after] = keys ? [enter + marksPastes.on, marksPastes.off + leave] : [enter, leave];
  let forget: (() => void) | undefined;
  return {
    async paint(lines) {
      const all = Array.from({ length: Math.max(out.rows, lines.length) }, (_, row) => lines[row] ?? "");
      const text = `${home}${all.map((line) => `${eraseEndLine}${line}`).join("\n")}`;
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
