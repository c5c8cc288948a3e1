import type { Connected, Context, Vendor } from "../../context.ts";
import { findAssignee, findMe, pick, readDirectory } from "../../directory/resolve.ts";
import { CliError, ExitCode, isInterrupt, unsupported, usageError } from "../../errors.ts";
import type { Person } from "../../model/incident.ts";
import type { Override, Span } from "../../model/override.ts";
import { type ObjectResult, object } from "../../output/result.ts";
import { clockTime, momentText, shortClockTime } from "../../output/time.ts";
import type { Changed } from "../../overrides/change.ts";
import { namesOf } from "../../overrides/shape.ts";
import { parseFutureTime } from "../arguments/point-in-time.ts";

/* What commands on overrides share. */

export const lacksOverrides = "overrides of schedules";

/**
 * The vendor with its overrides.
 *
 * @throws {CliError} `usage` when it has none, with the page of the schedule that a word means, or of all
 */
export async function requireOverrides(
  vendor: Vendor<"directory">,
  word: string | undefined,
): Promise<Vendor<"overrides" | "directory">> {
  if (hasOverrides(vendor)) return vendor;
  const page = await pageOf(vendor, word);
  throw unsupported(vendor.provider.name, lacksOverrides, page === undefined ? undefined : `see ${page}`);
}

function hasOverrides(vendor: Vendor<"directory">): vendor is Vendor<"overrides" | "directory"> {
  return vendor.provider.overrides !== undefined;
}

async function pageOf(vendor: Connected, word: string | undefined): Promise<string | undefined> {
  const { provider, connection } = vendor;
  if (word === undefined) return provider.schedulePage?.(connection);
  try {
    const { id } = pick("schedule", word, await readDirectory(vendor, "schedules"));
    return provider.schedulePage?.(connection, id);
  } catch (error) {
    if (!(error instanceof CliError) || isInterrupt(error)) throw error;
    return undefined;
  }
}

/** The person to put on call, with a name: a question names them. */
export async function findStandIn(vendor: Connected, word: string): Promise<Person> {
  const wanted = word === "me" ? vendor.connection.profile.user : word;
  if (wanted !== undefined && wanted !== "me") return findAssignee(vendor, wanted);
  const { id, name, email } = await findMe(vendor);
  return { id, name, email };
}

/** @throws {CliError} `usage` on an empty word */
export function checkWords(words: Readonly<Record<string, string | undefined>>): void {
  for (const [what, word] of Object.entries(words))
    if (word?.trim() === "") throw usageError(`the ${what} is empty`, "onduty schedules list");
}

/** @throws {CliError} `usage` on a time that is over, no end, or both ends */
export function spanOfOverride(
  { for: length, until, from, tz }: { for?: number; until?: string; from?: string; tz?: string },
  ctx: Context,
): Span {
  if ((length === undefined) === (until === undefined))
    throw usageError("an override takes --until TIME or --for DURATION, one of them", "--for 2h");
  const now = ctx.now();
  const begin = from === undefined ? now : parseFutureTime(from, now, tz);
  const end = until === undefined ? new Date(begin.getTime() + (length ?? 0)) : parseFutureTime(until, now, tz);
  if (end <= begin)
    throw usageError(`--until ${momentText(end, tz)} is not after --from ${momentText(begin, tz)}`, "--for 2h");
  if (end <= now) throw usageError(`the override is over before it begins: it ends ${momentText(end, tz)}`, "--for 2h");
  // Who was on call stays who was.
  return { from: begin < now ? now : begin, until: end };
}

/** What is printed of a change; nothing with `--dry-run`. */
export function changeResult(
  changed: Changed | undefined,
  ctx: Context,
  { tz, removed = false }: { tz?: string | undefined; removed?: boolean },
): ObjectResult<Override> | undefined {
  if (changed === undefined) return undefined;
  const { override, notices, doubt } = changed;
  const { users, schedule, from, until } = override;
  const now = ctx.now();
  // How long ago it began would make the line longer than a terminal is wide.
  const at = (iso: string): string => (new Date(iso) <= now ? shortClockTime : clockTime)(iso, now, tz);
  const span = `from ${at(from)}${until === null ? "" : ` until ${at(until)}`}`;
  const who = `${namesOf(users)} on ${schedule.name} ${span}`;
  return object(override, {
    text: removed ? `removed the override: ${who}` : `on call: ${who}`,
    notices,
    ...(doubt !== undefined && { warnings: [`warning: ${doubt}`], exitCode: ExitCode.partial }),
    done: { what: `override ${override.id} was ${removed ? "removed" : "added"}, but` },
  });
}
