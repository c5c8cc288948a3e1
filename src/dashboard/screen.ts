import { incidentShape } from "../incidents/shape.ts";
import type { Incident } from "../model/incident.ts";
import { cutText } from "../output/fit.ts";
import type { Printer } from "../output/printer.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import { type Shape, withProfileColumn } from "../output/shape.ts";
import type { Color, OutputStream } from "../output/streams.ts";
import { createCanvas } from "./canvas.ts";
import { alarmLine, asOf, emptyText, notLiveLines, rowsOf, type Snapshot, statusOf } from "./head.ts";

/** A table that is redrawn in place, on the terminal's alternative screen. */
export interface Screen {
  draw(snapshots: readonly Snapshot[]): Promise<void>;
  /** Draws again, with the age that the table has by now. */
  tick(): Promise<void>;
  /** Called before each wait for the next look at a profile, which the screen may end with `wake`. */
  onWait(profile: string, wake: () => void): void;
  /** Resolves when the user leaves by a key. */
  readonly left: Promise<void>;
  /** Restores the terminal and prints the last table. */
  close(): Promise<void>;
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
  let snapshots: readonly Snapshot[] = [];
  const paint = async (): Promise<void> => {
    if (snapshots.length > 0) await canvas.paint(await lines());
  };
  const stop = out.onResize(() => void paint());
  async function lines(): Promise<string[]> {
    const rows = rowsOf(snapshots);
    const alarms = notLiveLines(snapshots, headOptions());
    const status = sanitizeCell(statusOf(snapshots));
    // Reserves lines for the heads, the number of hidden rows, the status and the cursor.
    const tall = out.rows > 10;
    const room = Math.max(1, out.rows - (tall ? 6 : 5) - alarms.length);
    const shown = rows.length > room ? rows.slice(0, room) : rows;
    const table =
      rows.length === 0
        ? emptyText(snapshots, headOptions())
        : await printer.render(shown, shapeFor(snapshots), { color: true });
    return [
      ...alarms.map((alarm) => alarmLine(alarm, out.columns, color)),
      cutText(`${asOf(snapshots, headOptions())}; every ${intervalMs / 1000} s, Ctrl-C ends`, out.columns),
      ...(tall ? [""] : []),
      ...table.split("\n"),
      ...(rows.length > shown.length ? [`… and ${rows.length - shown.length} more`] : []),
      ...(status === "" ? [] : [cutText(status, out.columns)]),
    ].slice(0, out.rows - 1);
  }
  return {
    async draw(current) {
      // Nothing is known before the first response.
      const isKnown = current.some(({ lastLook, failure }) => lastLook !== undefined || failure !== undefined);
      if (snapshots.length === 0 && !isKnown) return;
      snapshots = current;
      await paint();
    },
    tick: paint,
    onWait() {},
    left: new Promise(() => {}),
    async close() {
      stop();
      if (snapshots.length === 0) return;
      await canvas.leave();
      await leaveBehind(out, printer, snapshots, notLiveLines(snapshots, headOptions()));
    },
  };
}

/** Prints the last table and messages after the alternative screen has closed. */
export async function leaveBehind(
  out: OutputStream,
  printer: Printer,
  snapshots: readonly Snapshot[],
  messages: readonly string[],
): Promise<void> {
  const rows = rowsOf(snapshots);
  if (rows.length > 0) await out.write(`${await printer.render(rows, shapeFor(snapshots), { color: true })}\n`);
  const all = [...messages, statusOf(snapshots)];
  for (const text of all) if (text !== "") await printer.warn(sanitizeCell(text));
}

/** The columns of incidents; those of several profiles have its name in front. */
function shapeFor(snapshots: readonly Snapshot[]): Shape<Incident> {
  return snapshots.length > 1 ? withProfileColumn(incidentShape) : incidentShape;
}
