import type { Incident } from "../../model/incident.ts";
import type { Printer } from "../../output/printer.ts";
import { sanitizeCell } from "../../output/sanitize.ts";
import type { OutputStream } from "../../output/streams.ts";
import { printedTime } from "../../output/time.ts";
import { incidentShape } from "./shape.ts";

const enter = "\u001b[?1049h\u001b[?25l";
const leave = "\u001b[?25h\u001b[?1049l";
const home = "\u001b[H";
const eraseLine = "\u001b[K";
const eraseBelow = "\u001b[J";

/** What was seen last. */
export interface Look {
  rows: Incident[];
  /** When the rows were what they are; undefined before the first answer. */
  lastLook: Date | undefined;
  /** Why there may be more than the rows. */
  truncated: string | undefined;
}

/** A table that stays in its place, on the terminal's other screen. */
export interface Screen {
  draw(look: Look, intervalMs: number): Promise<void>;
  /** A line below the table, until the next one. */
  say(text: string): Promise<void>;
  /** Draws anew while the program waits; `wake` ends the waiting. */
  onResize(redraw: () => Promise<void>, wake: () => void): void;
  /** Gives the terminal back, with the last table on it. */
  close(rows: Incident[]): Promise<void>;
}

export function createScreen(out: OutputStream, printer: Printer, tz: string | undefined): Screen {
  let entered = false;
  let said = "";
  let stop: (() => void) | undefined;
  async function enterOnce(): Promise<void> {
    if (entered) return;
    entered = true;
    await out.write(enter);
  }
  return {
    async draw({ rows, lastLook, truncated }, intervalMs) {
      await enterOnce();
      // Head, head of the table, what is hidden, what is said, and the cursor's own line have their places first.
      const tall = out.rows > 10;
      const room = Math.max(1, out.rows - (tall ? 6 : 5));
      const shown = rows.length > room ? rows.slice(0, room) : rows;
      const nothing = lastLook === undefined || truncated !== undefined ? "" : "No incidents match.";
      const table = rows.length === 0 ? nothing : await printer.render(shown, incidentShape, { color: true });
      // Not the time of drawing: an old table must not look like a new one.
      const count = `${rows.length} ${rows.length === 1 ? "incident" : "incidents"}`;
      const known =
        lastLook === undefined ? "no answer yet" : `${count}, as of ${printedTime(lastLook.toISOString(), tz)}`;
      const head = `${known}; every ${intervalMs / 1000} s, Ctrl-C ends`;
      const lines = [
        cut(head),
        ...(tall ? [""] : []),
        ...table.split("\n"),
        ...(rows.length > shown.length ? [`… and ${rows.length - shown.length} more`] : []),
        ...(said === "" ? [] : [cut(said)]),
      ].slice(0, out.rows - 1);
      await out.write(`${home}${lines.map((line) => `${line}${eraseLine}`).join("\n")}${eraseBelow}`);
    },
    async say(text) {
      said = sanitizeCell(text);
    },
    onResize(redraw) {
      stop?.();
      stop = out.onResize(() => void redraw());
    },
    async close(rows) {
      stop?.();
      if (!entered) return;
      await out.write(leave);
      if (rows.length > 0) await out.write(`${await printer.render(rows, incidentShape, { color: true })}\n`);
      if (said !== "") await printer.warn(said);
    },
  };

  function cut(text: string): string {
    return text.length > out.columns ? `${text.slice(0, out.columns - 1)}…` : text;
  }
}
