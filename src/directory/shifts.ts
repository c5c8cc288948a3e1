import { parseTime } from "../cli/arguments/point-in-time.ts";
import type { ShiftOptions } from "../commands/directory/shift-options.ts";
import type { Context } from "../context.ts";
import { unsupported } from "../errors.ts";
import { type Shift, shiftFields } from "../model/oncall.ts";
import { personName } from "../model/person.ts";
import type { Shape } from "../output/shape.ts";
import { printedTime } from "../output/time.ts";
import { pick, readDirectory } from "./resolve.ts";

const weekMs = 7 * 86_400_000;

function shapeOf(tz: string | undefined): Shape<Shift> {
  return {
    columns: [
      { header: "FROM", value: (row) => printedTime(row.from, tz), pipe: (row) => row.from },
      { header: "UNTIL", value: (row) => printedTime(row.until, tz), pipe: (row) => row.until },
      {
        header: "ON CALL",
        value: (row) => (row.gap ? "NOBODY" : row.users.map(personName).join(", ")),
        style: (text, row, color) => (row.gap ? color.red.bold(text) : text),
        cut: 1,
      },
    ],
    fields: shiftFields,
    id: (row) => row.from,
    empty: "No shifts.",
  };
}

/** Prints who is on call on one schedule, shift by shift. */
export async function showShifts(ctx: Context, word: string, options: ShiftOptions): Promise<void> {
  const printer = ctx.printer(options);
  const shape = shapeOf(options.tz);
  printer.check(shape);
  const from = options.since === undefined ? ctx.now() : parseTime(options.since, ctx.now(), options.tz);
  const until = new Date(from.getTime() + (options.for ?? weekMs));
  const vendor = await ctx.connect(options);
  const { provider, connection } = vendor;
  const { shifts } = provider;
  if (shifts === undefined) throw unsupported(provider.name, "shifts to show", "onduty oncall");
  const look = async (): Promise<Shift[]> => {
    const { id, name } = pick("schedule", word, await readDirectory(vendor, "schedules"));
    return shifts(connection, { id, name }, { from, until });
  };
  await printer.list([await printer.progress("asking for the shifts", look())], shape);
}
