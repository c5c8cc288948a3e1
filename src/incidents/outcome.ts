import type { Vendor } from "../context.ts";
import { CliError, type ErrorKind, Interrupted, isInterrupt, mayHaveSucceeded, messageWithIds } from "../errors.ts";
import { type CommandProfile, forProfile } from "../model/command-line.ts";
import { cut } from "../model/cut.ts";
import type { Incident, IncidentAction, ItemOutcome, Outcome } from "../model/incident.ts";
import { defined } from "../model/object.ts";
import { personName } from "../model/person.ts";
import { count } from "../model/text.ts";
import { type ListResult, list } from "../output/result.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import type { Shape } from "../output/shape.ts";
import { relativeTime } from "../output/time.ts";
import type { ActionKind } from "./action.ts";

/** The error kind of each failed outcome; absent for good ones. */
const failureKinds: Partial<Record<Outcome, ErrorKind>> = {
  notFound: "notFound",
  forbidden: "auth",
  unauthorized: "auth",
  failed: "failure",
};

/** How to go on where the vendor's rate limit has ended the work, for as many as a minute takes, or more. */
function hintToGoOn({ command, profile }: Again, ids: readonly string[], { retryAfterMs = 0 }: CliError): string {
  const minutes = Math.max(3, Math.ceil(retryAfterMs / 60_000) + 1);
  const words = ids.length > maxNamedIds ? "-" : ids.join(" ");
  const rest = ids.length > maxNamedIds ? ", with the same ids; those that are done are skipped" : "";
  return `${forProfile(`onduty incidents ${command} ${words} --max-wait ${minutes}m`, profile)}${rest}`;
}

const maxNamedIds = 10;

/** What does an action again. */
interface Again {
  /** `ack`. */
  command: string;
  profile: CommandProfile | undefined;
}

/** The error that a set of outcomes ends in: none, their own when all failed alike, `partial` when some went well. */
function summarize(
  verb: string,
  outcomes: readonly ItemOutcome[],
  { command, profile }: Partial<Again> = {},
): CliError | undefined {
  // A partly completed action has an error too, such as one whose note was not added.
  const failed = outcomes.filter(({ outcome, error }) => failureKinds[outcome] !== undefined || error !== null);
  const [first] = failed;
  if (first === undefined) return undefined;
  const inDoubt = failed.filter(({ cause }) => isInDoubt(cause));
  const [{ cause: interrupt } = {}] = inDoubt;
  if (interrupt !== undefined)
    return unknownResult(
      verb,
      inDoubt.map(({ id }) => id),
      interrupt,
      profile,
    );
  const kindOf = ({ outcome }: ItemOutcome): ErrorKind => failureKinds[outcome] ?? "partial";
  const isDone = failed.every(({ outcome }) => failureKinds[outcome] === undefined);
  const done = `${participle(verb)}, but ${first.error}`;
  if (outcomes.length === 1)
    return new CliError(
      kindOf(first),
      isDone ? `${first.id} was ${done}` : `could not ${verb} ${first.id}: ${first.error}`,
      {
        hint: first.cause?.hint,
        status: first.cause?.status,
        code: first.cause?.code,
        requestId: first.cause?.requestId,
        cause: first.cause,
      },
    );
  const kinds = new Set(failed.map(kindOf));
  const some = failed.length < outcomes.length;
  const limited = failed.filter(({ cause }) => cause?.kind === "rateLimited");
  const [{ cause: limit } = {}] = limited;
  const left = limited.map(({ id }) => id);
  return new CliError(
    some ? "partial" : kinds.size === 1 ? kindOf(first) : "failure",
    isDone
      ? `${failed.length} of ${outcomes.length} incidents were ${done}`
      : `could not ${verb} ${failed.length} of ${outcomes.length} incidents: ${first.error}`,
    limit === undefined || command === undefined
      ? {}
      : {
          hint: hintToGoOn({ command, profile }, left, limit),
          status: limit.status,
          retryAfterMs: limit.retryAfterMs,
          retryable: true,
        },
  );
}

/** Whether the user stopped the program while a write was under way. */
function isInDoubt(error: CliError | undefined): boolean {
  return isInterrupt(error) && error?.reason === "maybeSent";
}

/** An interrupt while these incidents were being changed. */
function unknownResult(
  verb: string,
  ids: readonly string[],
  { kind, reason }: CliError,
  profile: Again["profile"],
): CliError {
  const look = ids.length > maxNamedIds ? "list --status all" : `show ${ids.join(" ")}`;
  const were = ids.length === 1 ? "was" : "were";
  const message = `it is not known whether ${nameIds(ids)} ${were} ${participle(verb)}; look: ${forProfile(`onduty incidents ${look}`, profile)}`;
  return new CliError(kind, message, { reason });
}

/** `acknowledged`, `commented on`: what was done to an incident. */
function participle(verb: string): string {
  const [word = "", ...others] = verb.split(" ");
  return [`${word}${word.endsWith("e") ? "d" : "ed"}`, ...others].join(" ");
}

/** Maximum number of unchanged incidents with a line each. */
const maxUnchangedLines = 20;

/** Lines for incidents that were unchanged: who has them, and since when. */
export function unchangedLines(verb: string, outcomes: readonly ItemOutcome[], now: Date): string[] {
  const unchanged = outcomes.filter(({ outcome }) => outcome === "already");
  if (unchanged.length > maxUnchangedLines) return [`${nameItems(unchanged)} were so already`];
  return unchanged.map((item) => unchangedLine(verb, item, now));
}

export interface OutcomesOptions {
  notices?: readonly string[];
  warnings?: readonly string[];
  /** The command that does it again, such as `ack`. */
  again?: string;
  /** Of the commands that are suggested. */
  profile?: CommandProfile;
  /** What a terminal gets instead of a table, and the notices that it needs beside. */
  picture?: Required<Pick<ListResult<ItemOutcome>, "drawn" | "drawnNotices">>;
}

/** Outcomes as the result of a command: rows, and the failure that they add up to. */
export function outcomesResult(
  verb: string,
  outcomes: readonly ItemOutcome[],
  { notices = [], warnings = [], again, profile, picture }: OutcomesOptions = {},
): ListResult<ItemOutcome> {
  const failed = outcomes.length === 1 ? [] : outcomes.filter(({ error }) => error !== null);
  // What is for messages alone is no field.
  const rows = outcomes.map((outcome) => {
    const { assignees: _, title: _title, notice: _notice, cause: _cause, ...row } = outcome;
    return { ...row, error: errorText(outcome) };
  });
  return list(rows, {
    notices,
    ...picture,
    warnings: [...noticeLines(outcomes), ...warnings],
    unprinted: failed.map((outcome) => `warning: ${outcome.id}: ${errorText(outcome)}`),
    failure: summarize(verb, outcomes, defined({ command: again, profile })),
    done: { what: "what was done", lines: outcomes.map(({ id, outcome }) => `${id}: ${outcome}`) },
  });
}

/** The reason of a failure, with the vendor's code and the id of the request, which its support asks for. */
function errorText({ error, cause }: ItemOutcome): string | null {
  return error === null || cause === undefined ? error : messageWithIds(cause, error);
}

/** What is not known of incidents, each text once. */
function noticeLines(outcomes: readonly ItemOutcome[]): string[] {
  const ids = new Map<string, string[]>();
  for (const { id, notice } of outcomes) if (notice !== undefined) ids.set(notice, [...(ids.get(notice) ?? []), id]);
  return [...ids].map(([notice, own]) => `warning: ${nameIds(own)}: ${notice}`);
}

/** An incident that was unchanged: who has it, and since when. */
export function unchangedLine(
  verb: string,
  { id, status, by, at, assignees = [] }: ItemOutcome,
  now: Date,
  name: string = id,
): string {
  if (verb === "assign") return `${name} was assigned to ${by ?? "nobody"} already`;
  if (verb === "update") return `${name} is already up to date`;
  const who = by === null ? "" : ` by ${by}`;
  const when = at === null ? "" : ` ${relativeTime(at, now)}`;
  const owner = by === null && assignees.length > 0 ? `assigned to ${assignees.map(personName).join(", ")}` : "";
  const known = [`${when}${who}`.trim(), owner].filter((text) => text !== "").join("; ");
  return `${name} was ${status ?? "done"} already${known === "" ? "" : `: ${known}`}`;
}

/** Maximum characters of a title in a line with other parts. */
const maxTitleLength = 48;

/** An incident as a line about it names it: `Disk full on db-1 (inc_1)`; the id where the title is not known. */
export function titled(id: string, title: string | undefined): string {
  return title === undefined || title === "" ? id : `${cut(sanitizeCell(title), maxTitleLength)} (${id})`;
}

/**
 * The outcomes in one line. Failures come first, since the line may be cut.
 *
 * @param titles by id, as far as they are known
 */
export function outcomeLine(
  verb: string,
  outcomes: ItemOutcome[],
  now: Date,
  titles: ReadonlyMap<string, string> = new Map(),
): string {
  const parts: string[] = [];
  const name = ({ id }: ItemOutcome): string => titled(id, titles.get(id));
  const failure = summarize(verb, outcomes);
  if (failure !== undefined) {
    const [one, other] = outcomes.filter(({ error }) => error !== null);
    const title = one === undefined || other !== undefined ? undefined : titles.get(one.id);
    // The reason stands before the title: a line that is too long is cut.
    parts.push(failure.message + (title === undefined ? "" : ` (${cut(sanitizeCell(title), maxTitleLength)})`));
  }
  const already = outcomes.filter(({ outcome }) => outcome === "already");
  const done = outcomes.filter(({ outcome }) => failureKinds[outcome] === undefined && outcome !== "already");
  const [one] = done;
  if (one !== undefined) parts.push(`${one.outcome}  ${done.length === 1 ? name(one) : nameItems(done)}`);
  const [first] = already;
  if (first !== undefined && already.length === 1) parts.push(unchangedLine(verb, first, now, name(first)));
  else if (first !== undefined) parts.push(`${nameItems(already)} were ${first.status ?? "done"} already`);
  parts.push(...new Set(outcomes.flatMap(({ notice }) => notice ?? [])));
  return parts.join("; ");
}

function nameItems(items: readonly { id: string }[]): string {
  return nameIds(items.map(({ id }) => id));
}

/** As in "acknowledge inc_1" and "resolve 3 incidents". */
export function nameIds(ids: readonly string[]): string {
  return ids.length === 1 ? `${ids[0]}` : count(ids.length, "incident");
}

/** Does an action. @throws {CliError} what concerns all ids, with what was to be done */
export async function act(
  { provider, connection }: Vendor<"incidents">,
  ids: string[],
  action: IncidentAction,
  { verb, command }: Pick<ActionKind, "verb" | "command">,
  listed?: readonly Incident[],
): Promise<ItemOutcome[]> {
  try {
    return await provider.incidents.act(connection, ids, action, listed);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const { profile } = connection;
    const failure = couldNot(verb, ids, error, profile);
    const isLimit = error.kind === "rateLimited" && ids.length > 1;
    throw isLimit ? failure.reworded(failure.message, { hint: hintToGoOn({ command, profile }, ids, error) }) : failure;
  }
}

export const outcomeShape: Shape<ItemOutcome> = {
  columns: [
    { header: "ID", value: (item) => item.id },
    {
      header: "OUTCOME",
      value: (item) => item.outcome,
      style: (text, item, color) => (failureKinds[item.outcome] === undefined ? color.green(text) : color.red(text)),
    },
    { header: "STATUS", value: (item) => item.status },
    { header: "BY", value: (item) => item.by, cut: 2 },
    { header: "SINCE", value: (item, now) => item.at && relativeTime(item.at, now), pipe: (item) => item.at, cut: 3 },
    { header: "ERROR", value: (item) => item.error, cut: 1 },
  ],
  fields: ["id", "outcome", "status", "by", "at", "error"],
  id: (item) => item.id,
};

/** An error of all ids at once, with what was to be done. */
export function couldNot(verb: string, ids: readonly string[], error: CliError, profile: CommandProfile): CliError {
  if (error.kind === "usage") return error;
  if (isInterrupt(error)) return isInDoubt(error) ? unknownResult(verb, ids, error, profile) : error;
  return error.reworded(`could not ${verb} ${nameIds(ids)}: ${error.message}`);
}

/** A request that may have arrived is not sent again: the user has to check, with the command `look`. */
export function mayHaveHappened(error: CliError, done: string, look: string): CliError {
  if (isInDoubt(error))
    return error instanceof Interrupted
      ? error.reworded(`it is not known whether it was ${done}; look: ${look}`)
      : error;
  if (!mayHaveSucceeded(error)) return error;
  const { status, code, requestId, kind } = error;
  const message = `${error.message}; it may have been ${done} all the same`;
  return new CliError(kind, message, { hint: look, status, code, reason: "mayHaveHappened", requestId, cause: error });
}
