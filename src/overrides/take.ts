import type { Context, GlobalOptions, Vendor } from "../context.ts";
import { readAllShifts } from "../directory/all-shifts.ts";
import { pick, readDirectory } from "../directory/resolve.ts";
import { CliError, isInterrupt, usageError } from "../errors.ts";
import type { Person, Reference } from "../model/incident.ts";
import { match } from "../model/match.ts";
import type { Printer } from "../output/printer.ts";

/** How far the rotation is read to find who is in it. */
const rotationMs = 28 * 86_400_000;
const maxToPick = 50;

export interface TakeTools {
  ctx: Context;
  printer: Printer;
  options: GlobalOptions;
  vendor: Vendor<"overrides" | "directory">;
}

/**
 * The schedule that a word means. Without one: the only schedule, the only one with this person in its rotation, or one that is picked.
 *
 * @throws {CliError} `usage` where several could be meant and nobody can be asked
 */
export async function scheduleToTake(tools: TakeTools, word: string | undefined, person: Person): Promise<Reference> {
  const { vendor, printer } = tools;
  const listed = await readDirectory(vendor, "schedules");
  if (word !== undefined) return referenceOf(pick("schedule", word, listed));
  const all = listed.rows.map(referenceOf);
  const [only, ...others] = all;
  if (only === undefined) throw noSchedules(listed.truncated);
  // With more schedules than are listed, none is known to be the only one.
  if (listed.truncated !== undefined || listed.notice !== undefined) return pickOne(tools, all);
  if (others.length === 0) return only;
  const own = await printer.progress("looking for your schedules", schedulesOf(vendor, person));
  const [mine] = own;
  if (own.length === 1 && mine !== undefined) return mine;
  return pickOne(tools, own.length === 0 ? all : own);
}

function noSchedules(truncated: string | undefined): CliError {
  if (truncated === undefined) return new CliError("notFound", "no schedules found", { hint: "onduty schedules list" });
  return new CliError("failure", `not all schedules are listed: ${truncated}`, {
    hint: "give the id of one: onduty oncall take SCHEDULE",
  });
}

function referenceOf({ id, name }: Reference): Reference {
  return { id, name };
}

/** The schedules with this person in their rotation; none when not all could be read. */
async function schedulesOf(vendor: Vendor<"directory">, person: Person): Promise<Reference[]> {
  const from = vendor.connection.now();
  try {
    const report = await readAllShifts(vendor, [], { from, until: new Date(from.getTime() + rotationMs) });
    if (report.failure !== undefined) return [];
    const own = report.shifts.filter(
      ({ override, users }) => override !== true && users.some(({ id }) => id === person.id),
    );
    return [...new Map(own.map(({ schedule }) => [schedule.id, schedule])).values()];
  } catch (error) {
    if (!(error instanceof CliError) || isInterrupt(error)) throw error;
    return [];
  }
}

async function pickOne({ ctx, printer, options }: TakeTools, schedules: readonly Reference[]): Promise<Reference> {
  const some = schedules.slice(0, maxToPick);
  if (!ctx.canAsk(options))
    throw usageError(
      `which schedule? one of ${some.map(({ name }) => name).join(", ")}`,
      `onduty oncall take ${some[0]?.id ?? "SCHEDULE"}`,
    );
  await printer.warnLines(some.map(({ name }, index) => `${index + 1}  ${name}`).join("\n"));
  return ctx.askFor("Take which schedule? A number or a name", {
    ...options,
    hint: "onduty oncall take SCHEDULE",
    read(answer) {
      const [found, ...others] = match(answer, schedules).things;
      const one = some[Number(answer) - 1] ?? (others.length === 0 ? found : undefined);
      if (one === undefined) throw usageError(`"${answer}" is not one of them; nothing was changed`);
      return one;
    },
  });
}
