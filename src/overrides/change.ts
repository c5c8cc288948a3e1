import type { Context, GlobalOptions, Vendor } from "../context.ts";
import { CliError, Declined, isInterrupt, mayHaveSucceeded, usageError } from "../errors.ts";
import { mayHaveHappened } from "../incidents/outcome.ts";
import { forProfile, quoteWord } from "../model/command-line.ts";
import type { Person, Reference } from "../model/incident.ts";
import { fold } from "../model/match.ts";
import type { Shift } from "../model/oncall.ts";
import type { NewOverride, Override, ScheduleState, Span } from "../model/override.ts";
import { personName } from "../model/person.ts";
import type { Printer } from "../output/printer.ts";
import { clockTime } from "../output/time.ts";
import { changeText } from "./preview.ts";
import { namesOf } from "./shape.ts";

/* Changes of who is on call: read, shown, confirmed, read again, written, and read back. */

export interface ChangeTools {
  ctx: Context;
  printer: Printer;
  options: GlobalOptions;
  vendor: Vendor<"overrides">;
}

/** A change that was made. */
export interface Changed {
  override: Override;
  /** What to know about it, with the way back. */
  notices: string[];
  /** What is not known, or not as it was wanted. */
  doubt?: string;
}

type Read = () => Promise<ScheduleState>;

/**
 * Puts a person on call. Undefined with `--dry-run`.
 *
 * @throws {CliError} `usage` when that changes nothing, `failure` when the schedule has changed since it was shown
 */
export async function addOverride(
  tools: ChangeTools,
  schedule: Reference,
  wanted: NewOverride,
): Promise<Changed | undefined> {
  const { provider, connection } = tools.vendor;
  const span = provider.overrides.span(wanted);
  const override = { ...wanted, ...span };
  const read: Read = () => provider.overrides.read(connection, schedule, span);
  const seen = await tools.printer.progress(`reading ${schedule.name}`, read());
  if (isOnCall(seen.shifts, override)) throw alreadyOnCall(tools, schedule, override);
  const name = personName(override.user);
  const others = othersIn(seen, override);
  const end = shown(tools, span.until);
  const state = await agreed(tools, seen, read, {
    span,
    instead: () => name,
    question: `Put ${name} on call on ${schedule.name} until ${end}${others === "" ? "" : `, instead of ${others}`}?`,
  });
  const look = inProfile(tools, "schedules override list", schedule.name);
  const adding = addOnce(tools, state, override, { read, look });
  const made = await tools.printer.progress(`overriding ${schedule.name}`, adding);
  if (tools.options.dryRun === true) return undefined;
  const isLonger = awayFrom(span.from, wanted.from) >= 1000 || awayFrom(span.until, wanted.until) >= 1000;
  const notices = [
    ...(isLonger ? [`${provider.name} takes it from ${shown(tools, span.from)} until ${end}`] : []),
    `undo: ${inProfile(tools, "schedules override remove", schedule.id, made.id)}`,
  ];
  return { override: made, notices, ...(await doubtOf(() => whyNotOnCall(read, override), look)) };
}

/** Adds it. Where no response came, the schedule decides whether it was added. */
async function addOnce(
  { vendor: { provider, connection } }: ChangeTools,
  state: ScheduleState,
  override: NewOverride,
  { read, look }: { read: Read; look: string },
): Promise<Override> {
  try {
    return await provider.overrides.add(connection, state, override);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const before = state.overrides.map(({ id }) => id);
    const isOpen = mayHaveSucceeded(error) && !isInterrupt(error);
    const found = isOpen
      ? (await readOr(read))?.overrides.find((one) => !before.includes(one.id) && isSame(one, override))
      : undefined;
    if (found !== undefined) return found;
    throw mayHaveHappened(error, "added", look);
  }
}

/**
 * Removes an override, or ends it where it has begun. Undefined with `--dry-run`.
 *
 * @throws {CliError} `notFound` when the schedule has none with this id that has not ended
 */
export async function removeOverride(
  tools: ChangeTools,
  schedule: Reference,
  id: string,
): Promise<Changed | undefined> {
  const { provider, connection } = tools.vendor;
  const list = await tools.printer.progress(`reading ${schedule.name}`, provider.overrides.list(connection, schedule));
  const override = list.rows.find((one) => one.id === id);
  const look = inProfile(tools, "schedules override list", schedule.name);
  if (override === undefined)
    throw new CliError("notFound", `${schedule.name} has no override "${id}" that has not ended`, { hint: look });
  const span = spanLeft(override, tools.ctx.now());
  const read: Read = () => provider.overrides.read(connection, schedule, span);
  const seen = await read();
  if (!seen.overrides.some((one) => one.id === id)) throw changedMeanwhile(tools, schedule);
  const end = override.until === null ? "" : `, until ${shown(tools, new Date(override.until))}`;
  const state = await agreed(tools, seen, read, {
    span,
    instead: ({ override: isOver, users }) => (isOver === false ? namesOf(users) : "the rotation"),
    question: `Remove the override of ${namesOf(override.users)} on ${schedule.name}${end}?`,
  });
  const removing = provider.overrides.remove(connection, state, override).catch((error: unknown) => {
    throw error instanceof CliError ? mayHaveHappened(error, "removed", look) : error;
  });
  await tools.printer.progress(`removing ${id}`, removing);
  if (tools.options.dryRun === true) return undefined;
  return {
    override,
    notices: override.until === null ? [] : [`undo: ${addAgain(tools, override, override.until)}`],
    ...(await doubtOf(() => whyNotGone(read, override, tools.ctx), look)),
  };
}

interface Question {
  span: Span;
  /** Who is on call instead, in a shift of now. */
  instead(shift: Shift): string;
  question: string;
}

/**
 * Shows a change and asks, where that has to be. Returns the state to build on.
 *
 * @throws {CliError} `failure` when the schedule is another one by then
 * @throws {Declined}
 */
async function agreed(
  tools: ChangeTools,
  seen: ScheduleState,
  read: Read,
  { span, instead, question }: Question,
): Promise<ScheduleState> {
  const { ctx, printer, options } = tools;
  if (seen.unknown !== undefined) await printer.warn(`warning: ${seen.unknown}`);
  if (options.yes === true) return seen;
  if (options.dryRun === true || ctx.canAsk(options))
    await printer.warnLines(await changeText(printer, seen, span, instead));
  if (options.dryRun === true) return seen;
  if (!(await ctx.confirm(question, options, "the same command with --yes"))) throw new Declined();
  const now = await printer.progress(`reading ${seen.schedule.name}`, read());
  if (now.version !== seen.version) throw changedMeanwhile(tools, seen.schedule);
  return now;
}

function changedMeanwhile(tools: ChangeTools, { name }: Reference): CliError {
  return new CliError("failure", `${name} has changed since it was shown: nothing was changed`, {
    hint: `repeat the command; to look at it: ${inProfile(tools, "schedules shifts", name)}`,
    retryable: true,
  });
}

function alreadyOnCall(tools: ChangeTools, { name }: Reference, { user, from, until }: NewOverride): CliError {
  return usageError(
    `${personName(user)} is on call on ${name} already, from ${shown(tools, from)} until ${shown(tools, until)}`,
    inProfile(tools, "schedules shifts", name),
  );
}

/** Whether a person is on call for all of a span, alone or with others. */
function isOnCall(shifts: readonly Shift[], { user, from, until }: NewOverride): boolean {
  let at = from.getTime();
  const own = shifts.filter(({ users, gap }) => !gap && users.some((one) => isPerson(one, user)));
  for (const shift of own.sort((a, b) => Date.parse(a.from) - Date.parse(b.from)))
    if (Date.parse(shift.from) <= at) at = Math.max(at, Date.parse(shift.until));
  return at >= until.getTime();
}

function isPerson(one: Person, { id, email }: Person): boolean {
  return one.id === id || (email !== null && one.email !== null && fold(email) === fold(one.email));
}

function isSame({ users, from, until }: Override, wanted: NewOverride): boolean {
  return (
    Date.parse(from) === wanted.from.getTime() &&
    Date.parse(until ?? "") === wanted.until.getTime() &&
    users.some((one) => isPerson(one, wanted.user))
  );
}

/** Whom a person takes the place of. */
function othersIn({ shifts }: ScheduleState, { from, until, user }: NewOverride): string {
  const others = shifts.filter(
    (one) =>
      Date.parse(one.from) < until.getTime() &&
      Date.parse(one.until) > from.getTime() &&
      !one.users.some((person) => isPerson(person, user)),
  );
  return [...new Set(others.map(({ users }) => namesOf(users)))].join(", then ");
}

/** Milliseconds. */
function awayFrom(one: Date, other: Date): number {
  return Math.abs(one.getTime() - other.getTime());
}

/** What is left of an override. Of one without an end, a day. */
function spanLeft({ from, until }: Override, now: Date): Span {
  const start = Math.max(Date.parse(from), now.getTime());
  return { from: new Date(start), until: until === null ? new Date(start + 86_400_000) : new Date(until) };
}

/** Why a change may not be in effect; nothing when it is. */
async function doubtOf(check: () => Promise<string | undefined>, look: string): Promise<{ doubt?: string }> {
  let doubt: string | undefined;
  try {
    doubt = await check();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    doubt = `it could not be read back: ${error.message}`;
  }
  return doubt === undefined ? {} : { doubt: `${doubt}; look: ${look}` };
}

async function whyNotOnCall(read: Read, override: NewOverride): Promise<string | undefined> {
  const { shifts, schedule, overrides } = await read();
  if (!overrides.some((one) => isSame(one, override))) return `${schedule.name} does not list the override`;
  if (isOnCall(shifts, override)) return undefined;
  return `${schedule.name} lists the override, but ${personName(override.user)} is not on call for all of that time`;
}

async function whyNotGone(read: Read, { id }: Override, { now }: Context): Promise<string | undefined> {
  const { overrides, schedule } = await read();
  const left = overrides.find((one) => one.id === id);
  // One that had begun is cut; clocks differ.
  const isOver = left === undefined || (left.until !== null && Date.parse(left.until) <= now().getTime() + 60_000);
  return isOver ? undefined : `${schedule.name} still lists the override`;
}

async function readOr(read: Read): Promise<ScheduleState | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CliError) || isInterrupt(error)) throw error;
    return undefined;
  }
}

function addAgain(tools: ChangeTools, { schedule, users, from }: Override, until: string): string {
  const start = new Date(Math.max(Date.parse(from), tools.ctx.now().getTime())).toISOString();
  const options = `--user ${quoteWord(users[0]?.id ?? "")} --from ${start} --until ${until}`;
  return forProfile(
    `onduty schedules override add ${quoteWord(schedule.id)} ${options}`,
    tools.vendor.connection.profile,
  );
}

/** A command on these words, to be pasted. */
function inProfile({ vendor }: ChangeTools, command: string, ...words: string[]): string {
  return forProfile(`onduty ${command} ${words.map(quoteWord).join(" ")}`, vendor.connection.profile);
}

function shown({ ctx, options }: ChangeTools, time: Date): string {
  return clockTime(time.toISOString(), ctx.now(), options.tz);
}
