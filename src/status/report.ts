import { within } from "../concurrency/within.ts";
import { type Connected, requireCapability } from "../context.ts";
import { askOnCall } from "../directory/on-call.ts";
import { CliError, isInterrupt } from "../errors.ts";
import { type Incident, type Urgency, unresolved } from "../model/incident.ts";
import type { OnCall } from "../model/oncall.ts";
import type { Silence } from "../model/silence.ts";

/** `known` when everything that was asked is; `partial` when some is missing; `unknown` when the incidents could not be read at all. */
export type StatusState = "known" | "partial" | "unknown";

/** The newest incident that nobody has acknowledged. */
export type NewestIncident = Pick<Incident, "id" | "title" | "urgency" | "createdAt" | "url">;

/** The situation of one profile. */
export interface ProfileStatus {
  profile: string;
  provider: string;
  state: StatusState;
  /** Unacknowledged incidents by urgency; null when they could not be read. */
  open: Record<Urgency, number> | null;
  /** Incidents that are neither open nor resolved: acknowledged, snoozed or suppressed. */
  acknowledged: number | null;
  newest: NewestIncident | null;
  /** Null where the vendor does not publish it, has none, or did not respond. */
  oncall: OnCall[] | null;
  /** What silences the service of the profile now; null where it has none, or where that is not known. */
  silenced: Silence[] | null;
  /** Why the state is not `known`. */
  error: string | null;
}

export interface StatusReport {
  /** ISO 8601 UTC. */
  at: string;
  profiles: ProfileStatus[];
  spool: SpoolStatus;
}

/** How many events wait or were refused, and since when the oldest waits. */
export interface SpoolStatus {
  /** Null when the spool cannot be read. */
  pending: number | null;
  dead: number | null;
  /** ISO 8601 UTC. */
  oldestAt: string | null;
  /** Why it cannot be read. */
  error?: string;
}

export const statusFields = ["at", "profiles", "spool"] as const satisfies readonly (keyof StatusReport)[];

/** A status with the failures that make it less than known. */
export interface Asked {
  status: ProfileStatus;
  /** Of the incidents. */
  failure: unknown;
  /** Not all incidents could be counted: the numbers are a lower bound. */
  isTruncated: boolean;
  /** Who is on call could not be read. */
  lacksOnCall: boolean;
  /** Where nothing was found: what may be missing all the same, for stderr. */
  notices: readonly string[];
}

/** Most incidents that are counted; of more, the count is a lower bound and the state `partial`. */
const maxCounted = 1000;
/** How long a status waits for silences, in milliseconds. */
const patienceMs = 1500;

/** Asks one profile what is open, who is on call and what is silenced, side by side. A failure of the vendor is part of the status. */
export async function askStatus(connected: Connected): Promise<Asked> {
  const { connection } = connected;
  const about = { profile: connection.profile.name, provider: connection.profile.provider };
  const [incidents, oncall, silenced] = await Promise.allSettled([
    countIncidents(connected),
    readOnCall(connected),
    within(patienceMs, readSilences(connected), null),
  ]);
  if (silenced.status === "rejected") throw silenced.reason;
  const reasons: string[] = [];
  if (incidents.status === "rejected") reasons.push(messageOf(incidents.reason));
  else if (incidents.value.truncated !== undefined) reasons.push(`not all incidents: ${incidents.value.truncated}`);
  // Where nothing is known the reason of the incidents is enough.
  if (oncall.status === "rejected" && incidents.status !== "rejected")
    reasons.push(`on call: ${messageOf(oncall.reason)}`);
  else if (oncall.status === "fulfilled" && oncall.value.missing !== undefined)
    reasons.push(`on call: ${oncall.value.missing}`);
  const counted = incidents.status === "fulfilled" ? incidents.value.counts : unknownCounts;
  return {
    status: {
      ...about,
      state: incidents.status === "rejected" ? "unknown" : reasons.length > 0 ? "partial" : "known",
      ...counted,
      oncall: oncall.status === "fulfilled" ? oncall.value.rows : null,
      silenced: silenced.value,
      error: reasons.length === 0 ? null : reasons.join("; "),
    },
    failure: incidents.status === "rejected" ? incidents.reason : undefined,
    isTruncated: incidents.status === "fulfilled" && incidents.value.truncated !== undefined,
    lacksOnCall: oncall.status === "rejected",
    notices: incidents.status === "fulfilled" ? incidents.value.notices : [],
  };
}

type Counts = Pick<ProfileStatus, "open" | "acknowledged" | "newest">;

const unknownCounts: Counts = { open: null, acknowledged: null, newest: null };

async function countIncidents(
  connected: Connected,
): Promise<{ counts: Counts; truncated?: string; notices: string[] }> {
  const { provider, connection } = requireCapability(connected, "incidents");
  const pages = provider.incidents.list(connection, {
    statuses: [...unresolved],
    urgencies: [],
    services: [],
    sort: "created",
    order: "desc",
    limit: maxCounted + 1,
  });
  const open: Record<Urgency, number> = { high: 0, medium: 0, low: 0 };
  let acknowledged = 0;
  let seen = 0;
  let newest: NewestIncident | null = null;
  let truncated: string | undefined;
  const notices: string[] = [];
  for await (const page of pages) {
    if (page.notice !== undefined) notices.push(page.notice);
    truncated = page.truncated ?? truncated;
    for (const { id, title, status, urgency, createdAt, url } of page.rows) {
      seen += 1;
      if (seen > maxCounted) truncated ??= `more than ${maxCounted}`;
      else if (status === "open") {
        open[urgency] += 1;
        newest ??= { id, title, urgency, createdAt, url };
      } else acknowledged += 1;
    }
  }
  return {
    counts: { open, acknowledged, newest },
    notices: seen === 0 ? notices : [],
    ...(truncated !== undefined && { truncated }),
  };
}

async function readOnCall(connected: Connected): Promise<{ rows: OnCall[] | null; missing?: string }> {
  const { provider, connection } = connected;
  if (provider.onCall === undefined) return { rows: null };
  const vendor = requireCapability(connected, "onCall");
  try {
    const { onCall, failure, unknown } = await askOnCall(vendor, { schedules: [], at: connection.now() });
    const missing = [...(failure === undefined ? [] : [failure.message]), ...unknown];
    return { rows: onCall, ...(missing.length > 0 && { missing: missing.join("; ") }) };
  } catch (error) {
    // Nothing is missing where the vendor has nothing to give.
    if (error instanceof CliError && error.reason === "notPublished") return { rows: null };
    throw error;
  }
}

/** A side question: without its answer the status is as known as with it. */
async function readSilences({ provider, connection }: Connected): Promise<Silence[] | null> {
  const { service } = connection.profile;
  if (provider.silences === undefined || service === undefined) return null;
  try {
    const { rows } = await provider.silences.list(connection, [service]);
    return rows.filter(({ active }) => active);
  } catch (error) {
    if (!(error instanceof CliError) || isInterrupt(error)) throw error;
    connection.debug(`silences could not be read: ${error.message}`);
    return null;
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof CliError)) throw error;
  return error.message;
}

/** Whether any profile has an incident that nobody has acknowledged. */
export function isAnyOpen(profiles: readonly ProfileStatus[]): boolean {
  return profiles.some(({ open }) => open !== null && open.high + open.medium + open.low > 0);
}
