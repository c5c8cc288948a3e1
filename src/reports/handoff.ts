import pMap from "p-map";
import { type Connected, requireCapability } from "../context.ts";
import { askOnCall, onCallOf } from "../directory/on-call.ts";
import { CliError } from "../errors.ts";
import type { RecordedChange } from "../model/change.ts";
import { type Incident, type Person, unresolved } from "../model/incident.ts";
import type { OnCall } from "../model/oncall.ts";
import { readChanges } from "./changes.ts";
import { type Gathered, gather, incidentsBetween, withPast } from "./incidents.ts";

/** A comment on an incident. */
export interface HandoffComment {
  /** ISO 8601 UTC. */
  at: string | null;
  by: string | null;
  text: string | null;
  incident: { id: string; title: string };
  profile: string;
}

/** Who comes next on a schedule. */
export interface NextOnCall {
  schedule: OnCall["schedule"];
  users: Person[];
  from: string | null;
  profile: string;
}

/** What the next one on call has to know. Times are ISO 8601 UTC. */
export interface Handoff {
  since: string;
  until: string;
  /** Not resolved now, whenever it began. */
  open: Incident[];
  /** Created in this time. */
  opened: Incident[];
  acknowledged: Incident[];
  resolved: Incident[];
  /** Null where no profile can list changes. */
  changes: RecordedChange[] | null;
  comments: HandoffComment[];
  /** Null where no profile publishes it. */
  oncall: { now: OnCall[]; next: NextOnCall[] } | null;
  /** False when something could not be read. */
  complete: boolean;
  profiles: { profile: string; provider: string; error: string | null }[];
}

export const handoffFields = [
  ...["since", "until", "open", "opened", "acknowledged", "resolved", "changes", "comments", "oncall"],
  ...["complete", "profiles"],
] as readonly (keyof Handoff)[];

/** What one profile adds to a handoff. */
export type HandoffPart = Pick<Handoff, "open" | "opened" | "acknowledged" | "resolved" | "comments"> & {
  oncall: NonNullable<Handoff["oncall"]>;
  /** Null when the vendor cannot list changes. */
  changes: RecordedChange[] | null;
  /** False where the vendor does not publish who is on call. */
  publishesOnCall: boolean;
  /** What is missing. */
  missing: string[];
  /** What the list of open incidents does not show, where it is empty. */
  notices: string[];
};

/** How long before the time an incident may have begun that was acknowledged or resolved in it. */
const lookBackMs = 14 * 86_400_000;
/** Incidents whose comments are read. */
const maxCommented = 25;

/** Reads the part of one profile. A side question that fails is among `missing`. */
export async function readHandoff(connected: Connected, since: Date, until: Date): Promise<HandoffPart> {
  const { provider, connection } = requireCapability(connected, "incidents");
  const missing: string[] = [];
  const within = (time: string | null): boolean => time !== null && new Date(time) >= since && new Date(time) < until;
  const [recent, open, oncall, changes] = await Promise.all([
    incidentsBetween(connected, new Date(since.getTime() - lookBackMs), until).then((gathered) =>
      withPast(connected, gathered, ({ resolvedAt }) => within(resolvedAt)),
    ),
    listOpen(connected),
    readOnCall(connected, missing).catch((error: unknown) => {
      missing.push(`who is on call: ${messageOf(error)}`);
      return [];
    }),
    connected.provider.changes === undefined ? null : readChanges(connected, since, until),
  ]);
  if (changes?.unknown !== undefined) missing.push(`changes: ${changes.unknown}`);
  for (const reason of new Set([recent.truncated, open.truncated])) if (reason !== undefined) missing.push(reason);
  // What is still open is known, however old it is.
  const isListed = new Set(recent.incidents.map(({ id }) => id));
  const known = [...recent.incidents, ...open.incidents.filter(({ id }) => !isListed.has(id))];
  const touched = known.filter(
    ({ createdAt, acknowledgedAt, resolvedAt }) => within(createdAt) || within(acknowledgedAt) || within(resolvedAt),
  );
  const about = connection.profile.name;
  const commented = hasComments(connected) ? touched : [];
  const read = await pMap(
    commented.slice(0, maxCommented),
    async ({ id, title }) => {
      try {
        const { rows } = await provider.incidents.timeline(connection, id);
        return rows
          .filter(({ type, at }) => type === "commented" && within(at))
          .map(({ at, by, text }): HandoffComment => ({ at, by, text, incident: { id, title }, profile: about }));
      } catch (error) {
        missing.push(`comments on ${id}: ${messageOf(error)}`);
        return [];
      }
    },
    { concurrency: 4 },
  );
  if (commented.length > maxCommented) missing.push(`comments on ${commented.length - maxCommented} more incidents`);
  return {
    open: open.incidents,
    opened: touched.filter(({ createdAt }) => within(createdAt)),
    acknowledged: touched.filter(({ acknowledgedAt }) => within(acknowledgedAt)),
    resolved: touched.filter(({ resolvedAt }) => within(resolvedAt)),
    changes: changes?.rows ?? null,
    comments: read.flat(),
    publishesOnCall: oncall !== undefined,
    oncall: {
      now: oncall ?? [],
      next: (oncall ?? []).flatMap(({ schedule, next, profile }) =>
        next === null ? [] : [{ schedule, users: next.users, from: next.from, profile }],
      ),
    },
    missing,
    notices: open.notices,
  };
}

/** Whether the vendor has comments at all. */
function hasComments(connected: Connected): boolean {
  try {
    requireCapability(connected, "incidents").provider.incidents.check({ verb: "comment", note: "." });
    return true;
  } catch (error) {
    messageOf(error);
    return false;
  }
}

async function listOpen(connected: Connected): Promise<Gathered> {
  const { provider, connection } = requireCapability(connected, "incidents");
  return gather(
    provider.incidents.list(connection, {
      statuses: [...unresolved],
      urgencies: [],
      services: [],
      sort: "created",
      order: "desc",
      limit: Number.POSITIVE_INFINITY,
    }),
  );
}

/** Undefined where the vendor does not publish it. @param missing takes what is not known of it, such as names */
async function readOnCall(connected: Connected, missing: string[]): Promise<OnCall[] | undefined> {
  if (connected.provider.onCall === undefined) return undefined;
  const vendor = requireCapability(connected, "onCall");
  try {
    const { onCall, failure, unknown } = await askOnCall(vendor, { schedules: [], at: connected.connection.now() });
    if (failure !== undefined) missing.push(`who is on call: ${failure.message}`);
    missing.push(...unknown);
    return onCall;
  } catch (error) {
    if (error instanceof CliError && error.reason === "notPublished") return undefined;
    throw error;
  }
}

/** When the present shift of the caller began; undefined when that is not known. */
export async function shiftBegan(connected: Connected): Promise<Date | undefined> {
  if (connected.connection.profile.user === undefined) return undefined;
  try {
    const mine = await onCallOf(connected, (await readOnCall(connected, [])) ?? [], "me");
    const [first] = mine.flatMap(({ from }) => from ?? []).sort();
    return first === undefined ? undefined : new Date(first);
  } catch (error) {
    messageOf(error);
    return undefined;
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof CliError)) throw error;
  return error.message;
}
