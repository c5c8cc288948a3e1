import { incidentShape } from "../incidents/shape.ts";
import type { Incident } from "../model/incident.ts";
import { count } from "../model/text.ts";
import { cutText } from "../output/fit.ts";
import type { Printer } from "../output/printer.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import type { OutputStream } from "../output/streams.ts";
import { printedTime } from "../output/time.ts";
import { createCanvas } from "./canvas.ts";

/** The incidents as they were last read. */
export interface Snapshot {
  rows: Incident[];
  /** When the rows were read; undefined before the first response. */
  lastLook: Date | undefined;
  /** Why the rows may be incomplete; undefined when they are complete. */
  truncated: string | undefined;
}

/** A table that is redrawn in place, on the terminal's alternative screen. */
export interface Screen {
  draw(snapshot: Snapshot, intervalMs: number): Promise<void>;
  /** Sets the line below the table, until the next call. Empty for none. */
  showStatus(text: string): Promise<void>;
  /** Called before each wait: the screen may redraw during it, and end it with `wake`. */
  onWait(redraw: () => Promise<void>, wake: () => void): void;
  /** Resolves when the user leaves by a key. */
  readonly left: Promise<void>;
  /** Restores the terminal and prints the last table. */
  close(rows: Incident[]): Promise<void>;
}

/** A screen without keys. */
export function createScreen(out: OutputStream, printer: Printer, tz: string | undefined): Screen {
  const canvas = createCanvas(out, { keys: false });
  let entered = false;
  let status = "";
  let stop: (() => void) | undefined;
  return {
    async draw(snapshot, intervalMs) {
      entered = true;
      const { rows } = snapshot;
      // Reserves lines for both heads, the number of hidden rows, the status and the cursor.
      const tall = out.rows > 10;
      const room = Math.max(1, out.rows - (tall ? 6 : 5));
      const shown = rows.length > room ? rows.slice(0, room) : rows;
      const table =
        rows.length === 0 ? emptyText(snapshot) : await printer.render(shown, incidentShape, { color: true });
      const lines = [
        cutText(`${asOf(snapshot, tz)}; every ${intervalMs / 1000} s, Ctrl-C ends`, out.columns),
        ...(tall ? [""] : []),
        ...table.split("\n"),
        ...(rows.length > shown.length ? [`… and ${rows.length - shown.length} more`] : []),
        ...(status === "" ? [] : [cutText(status, out.columns)]),
      ];
      await canvas.paint(lines.slice(0, out.rows - 1));
    },
    async showStatus(text) {
      status = sanitizeCell(text);
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
      await leaveBehind(out, printer, rows, status === "" ? [] : [status]);
    },
  };
}

/** How many there are, and since when that is known. Not the time of drawing: an old table must not snapshot like a new one. */
export function asOf({ rows, lastLook }: Snapshot, tz: string | undefined, shown = ""): string {
  if (lastLook === undefined) return "no response yet";
  return `${shown}${count(rows.length, "incident")}, as of ${printedTime(lastLook.toISOString(), tz)}`;
}

/** The text in place of a table without rows. Empty unless it is certain that no incident matches. */
export function emptyText({ lastLook, truncated }: Snapshot): string {
  return lastLook === undefined || truncated !== undefined ? "" : "No incidents match.";
}

/** Prints the last table and messages after the alternative screen has closed. */
export async function leaveBehind(
  out: OutputStream,
  printer: Printer,
  rows: Incident[],
  messages: readonly string[],
): Promise<void> {
  if (rows.length > 0) await out.write(`${await printer.render(rows, incidentShape, { color: true })}\n`);
  for (const text of messages) await printer.warn(text);
}
