import { incidentShape } from "../incidents/shape.ts";
import type { Incident } from "../model/incident.ts";
import { count } from "../model/text.ts";
import { cutText } from "../output/fit.ts";
import type { Printer } from "../output/printer.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import type { OutputStream } from "../output/streams.ts";
import { printedTime } from "../output/time.ts";
import { createCanvas } from "./canvas.ts";

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
  onWait(redraw: () => Promise<void>, wake: () => void): void;
  /** Resolves when somebody leaves by a key. */
  readonly left: Promise<void>;
  /** Gives the terminal back, with the last table on it. */
  close(rows: Incident[]): Promise<void>;
}

/** A screen without keys. */
export function createScreen(out: OutputStream, printer: Printer, tz: string | undefined): Screen {
  const canvas = createCanvas(out, { keys: false });
  let entered = false;
  let said = "";
  let stop: (() => void) | undefined;
  return {
    async draw(look, intervalMs) {
      entered = true;
      const { rows } = look;
      // Head, head of the table, what is hidden, what is said, and the cursor's own line have their places first.
      const tall = out.rows > 10;
      const room = Math.max(1, out.rows - (tall ? 6 : 5));
      const shown = rows.length > room ? rows.slice(0, room) : rows;
      const table = rows.length === 0 ? nothing(look) : await printer.render(shown, incidentShape, { color: true });
      const lines = [
        cutText(`${asOf(look, tz)}; every ${intervalMs / 1000} s, Ctrl-C ends`, out.columns),
        ...(tall ? [""] : []),
        ...table.split("\n"),
        ...(rows.length > shown.length ? [`… and ${rows.length - shown.length} more`] : []),
        ...(said === "" ? [] : [cutText(said, out.columns)]),
      ];
      await canvas.paint(lines.slice(0, out.rows - 1));
    },
    async say(text) {
      said = sanitizeCell(text);
    },
    onWait(redraw) {
      stop?.();
      stop = out.onResize(() => void redraw());
    },
    left: new Promise(() => {}),
    async close(rows) {
      stop?.();
      if (!entered) return;
      await canvas.leave();
      await leaveBehind(out, printer, rows, said === "" ? [] : [said]);
    },
  };
}

/** How many there are, and since when that is known. Not the time of drawing: an old table must not look like a new one. */
export function asOf({ rows, lastLook }: Look, tz: string | undefined, shown = ""): string {
  if (lastLook === undefined) return "no response yet";
  return `${shown}${count(rows.length, "incident")}, as of ${printedTime(lastLook.toISOString(), tz)}`;
}

/** In place of a table without rows. */
export function nothing({ lastLook, truncated }: Look): string {
  return lastLook === undefined || truncated !== undefined ? "" : "No incidents match.";
}

/** The last table and what was said last, to be read when the other screen is gone. */
export async function leaveBehind(
  out: OutputStream,
  printer: Printer,
  rows: Incident[],
  said: readonly string[],
): Promise<void> {
  if (rows.length > 0) await out.write(`${await printer.render(rows, incidentShape, { color: true })}\n`);
  for (const text of said) await printer.warn(text);
}
