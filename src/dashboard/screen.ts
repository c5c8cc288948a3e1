import { incidentShape } from "../incidents/shape.ts";
import type { Incident } from "../model/incident.ts";
import { cutText } from "../output/fit.ts";
import type { Printer } from "../output/printer.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import type { Color, OutputStream } from "../output/streams.ts";
import { createCanvas } from "./canvas.ts";
import { alarmLine, asOf, emptyText, notLive, type Snapshot } from "./head.ts";

/** A table that is redrawn in place, on the terminal's alternative screen. */
export interface Screen {
  draw(snapshot: Snapshot): Promise<void>;
  /** Draws again, with the age that the table has by now. */
  tick(): Promise<void>;
  /** Sets the line below the table, until the next call. Empty for none. */
  showStatus(text: string): Promise<void>;
  /** Called before each wait, which the screen may end with `wake`. */
  onWait(wake: () => void): void;
  /** Resolves when the user leaves by a key. */
  readonly left: Promise<void>;
  /** Restores the terminal and prints the last table. */
  close(rows: Incident[]): Promise<void>;
}

export interface ScreenOptions {
  out: OutputStream;
  printer: Printer;
  tz: string | undefined;
  intervalMs: number;
  /** Absent: no color. */
  color: Color | undefined;
  now(): Date;
}

/** A screen without keys. */
export function createScreen({ out, printer, tz, intervalMs, color, now }: ScreenOptions): Screen {
  const canvas = createCanvas(out, { keys: false });
  const headOptions = () => ({ now: now(), intervalMs, tz });
  let snapshot: Snapshot | undefined;
  let status = "";
  const paint = async (): Promise<void> => {
    if (snapshot !== undefined) await canvas.paint(await lines(snapshot));
  };
  const stop = out.onResize(() => void paint());
  async function lines(current: Snapshot): Promise<string[]> {
    const { rows } = current;
    const alarm = notLive(current, headOptions());
    // Reserves lines for the heads, the number of hidden rows, the status and the cursor.
    const tall = out.rows > 10;
    const room = Math.max(1, out.rows - (tall ? 6 : 5) - (alarm === undefined ? 0 : 1));
    const shown = rows.length > room ? rows.slice(0, room) : rows;
    const table = rows.length === 0 ? emptyText(current) : await printer.render(shown, incidentShape, { color: true });
    return [
      ...(alarm === undefined ? [] : [alarmLine(alarm, out.columns, color)]),
      cutText(`${asOf(current, headOptions())}; every ${intervalMs / 1000} s, Ctrl-C ends`, out.columns),
      ...(tall ? [""] : []),
      ...table.split("\n"),
      ...(rows.length > shown.length ? [`… and ${rows.length - shown.length} more`] : []),
      ...(status === "" ? [] : [cutText(status, out.columns)]),
    ].slice(0, out.rows - 1);
  }
  return {
    async draw(current) {
      // Nothing is known before the first response.
      if (snapshot === undefined && current.lastLook === undefined && current.failure === undefined) return;
      snapshot = current;
      await paint();
    },
    tick: paint,
    async showStatus(text) {
      status = sanitizeCell(text);
    },
    onWait() {},
    left: new Promise(() => {}),
    async close(rows) {
      stop();
      if (snapshot === undefined) return;
      await canvas.leave();
      const alarm = notLive(snapshot, headOptions());
      await leaveBehind(out, printer, rows, [
        ...(alarm === undefined ? [] : [alarm]),
        ...(status === "" ? [] : [status]),
      ]);
    },
  };
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
