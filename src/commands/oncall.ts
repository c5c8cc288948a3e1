import type { Command } from "commander";
import { parseTime } from "../cli/arguments/point-in-time.ts";
import { declareTraits } from "../cli/traits.ts";
import type { Connected, Context, GlobalOptions } from "../context.ts";
import { findMe, findUser, isOpaque } from "../directory/resolve.ts";
import { CliError, ExitCode, unsupported, usageError } from "../errors.ts";
import type { Person } from "../model/incident.ts";
import { type OnCall, type OnCallAnswer, onCallFields } from "../model/oncall.ts";
import type { Printer } from "../output/printer.ts";
import type { Shape } from "../output/shape.ts";
import { relativeTime } from "../output/time.ts";

interface OnCallOptions extends GlobalOptions {
  user?: string;
  at?: string;
  exitStatus?: boolean;
}

export function addOnCall(command: Command, ctx: Context, run = showOnCall): void {
  command
    .argument("[schedule...]", "ids or names of schedules; without any, every one")
    .option("--user <user>", "only schedules on which this person is on call: id, e-mail address, name or me")
    .option("--at <time>", "at another time than now, where the vendor can tell")
    .option("--exit-status", "with --user: exit 0 when on call, 9 when not")
    .addHelpText(
      "after",
      `
Examples:
  onduty oncall
  onduty oncall primary --json
  onduty oncall --user me --exit-status && echo "it is me"

Exit codes: 0 answered, 2 usage, 3 no answer, 4 key, 5 no such schedule or person, 7 some schedules did not answer, 9 --exit-status and not on call
`,
    )
    .action((schedules: string[], _, self: Command) => run(ctx, schedules, self.optsWithGlobals<OnCallOptions>()));
  declareTraits(command, { prints: shape });
}

export async function showOnCall(ctx: Context, schedules: string[], options: OnCallOptions): Promise<void> {
  if (options.exitStatus === true && options.user === undefined) {
    throw usageError("--exit-status asks about one person: --user is missing", "onduty oncall --user me --exit-status");
  }
  if (schedules.some((word) => word.trim() === ""))
    throw usageError("the name of a schedule is empty", "onduty oncall");
  const printer = ctx.printer(options);
  printer.check(shape);
  const at = options.at === undefined ? ctx.now() : parseTime(options.at, ctx.now(), options.tz);
  const { provider, connection } = await ctx.connect(options);
  const { onCall } = provider;
  if (onCall === undefined) throw unsupported(provider.name, "on-call schedules");
  const { user } = options;
  if (user?.trim() === "") throw usageError("--user names nobody", "--user me");

  const answers = await printer.progress("asking who is on call", onCall(connection, { schedules, at }));
  const failures = answers.flatMap((answer) => ("error" in answer ? [answer] : []));
  const all = answers.flatMap((answer) => ("onCall" in answer ? [answer.onCall] : []));
  if (all.length === 0 && failures[0] !== undefined) throw failures[0].error;
  const rows = user === undefined ? all : await ofPerson({ provider, connection }, all, user);
  // Of schedules that did not answer nothing is said here: the error below names them.
  const empty = failures.length > 0 ? {} : { empty: whenEmpty(user, schedules, all) };
  await printer.list([rows], { ...shape, ...empty });
  if (user === undefined) await tellGaps(printer, rows);
  if (options.exitStatus === true && rows.length > 0) return;
  if (failures.length > 0) throw failed(failures, answers.length);
  if (options.exitStatus === true) ctx.exitCode = ExitCode.no;
}

/** What is said when there is no row: of somebody who is on none of the schedules, with those that were named. */
function whenEmpty(user: string | undefined, named: string[], answered: OnCall[]): string {
  if (user === undefined) return "There are no schedules.";
  const where = named.length === 0 ? "" : ` on ${answered.map(({ schedule }) => schedule.name).join(", ")}`;
  return `${user === "me" ? "You are" : `${user} is`} not on call${where}.`;
}

/**
 * The rows on which a person is on call. A name is looked up among all people, so that it is never taken for another's;
 * an id or e-mail address that is on call needs no look.
 */
async function ofPerson(
  vendor: Pick<Connected, "provider" | "connection">,
  all: OnCall[],
  given: string,
): Promise<OnCall[]> {
  const word = given === "me" ? vendor.connection.profile.user : given;
  if (word !== undefined) {
    const direct = rowsOf(all, { id: word, email: word });
    if (direct.length > 0) return direct;
  }
  const everybody = all.flatMap((row) => row.users);
  // Who is known by an id of this form, and is not there, is not on call.
  if (word !== undefined && isOpaque(word) && everybody.every(({ id }) => isOpaque(id))) return [];
  try {
    return rowsOf(all, await (given === "me" ? findMe(vendor) : findUser(vendor, given)));
  } catch (error) {
    // A key that may not read users can still tell by e-mail addresses, when everybody has one.
    const refused = error instanceof CliError && error.status === 403;
    if (refused && word?.includes("@") && everybody.every(({ email }) => email !== null)) return [];
    throw error;
  }
}

function rowsOf(all: OnCall[], { id, email }: Pick<Person, "id" | "email">): OnCall[] {
  const mail = email?.toLowerCase();
  const isSame = (one: Person): boolean =>
    one.id === id || (mail !== undefined && [one.id, one.email].some((own) => own?.toLowerCase() === mail));
  const same = new Set(all.flatMap((row) => row.users.filter(isSame)).map((person) => person.id));
  return all.filter((row) => row.users.some((person) => same.has(person.id)));
}

async function tellGaps(printer: Printer, rows: OnCall[]): Promise<void> {
  for (const { gap, schedule } of rows) {
    if (gap) await printer.warn(`warning: nobody is on call on ${schedule.name}`);
  }
}

function failed(failures: Extract<OnCallAnswer, { error: Error }>[], total: number): CliError {
  const reasons = failures.map(({ schedule, error }) => `${schedule}: ${error.message}`);
  return new CliError("partial", `${failures.length} of ${total} schedules did not answer: ${reasons.join("; ")}`);
}

const names = (people: Person[]): string | null =>
  people.length === 0 ? null : people.map((person) => person.name ?? person.email ?? person.id).join(", ");

const shape: Shape<OnCall> = {
  columns: [
    { header: "SCHEDULE", value: (row) => row.schedule.name, cut: 3 },
    {
      header: "ON CALL",
      value: (row) => (row.gap ? "NOBODY" : names(row.users)),
      style: (text, row, color) => (row.gap ? color.red.bold(text) : color.green(text)),
      cut: 2,
    },
    { header: "UNTIL", value: (row, now) => row.until && relativeTime(row.until, now), pipe: (row) => row.until },
    { header: "NEXT", value: (row) => row.next && names(row.next.users), cut: 1 },
    {
      header: "NEXT FROM",
      value: (row, now) => (row.next?.from ? relativeTime(row.next.from, now) : null),
      pipe: (row) => row.next?.from ?? null,
    },
  ],
  fields: onCallFields,
  id: (row) => row.schedule.id,
};
