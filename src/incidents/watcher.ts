import type { Vendor } from "../context.ts";
import { CliError } from "../errors.ts";
import { type Incident, type IncidentFilter, incidentStatuses } from "../model/incident.ts";
import { compareCodes, count } from "../model/text.ts";
import { type Change, changesBetween } from "./changes.ts";
import { listMatching } from "./list.ts";

/** New incidents are searched from this long before the last snapshot, since clocks differ. */
const overlapMs = 120_000;

/** Keeps the last snapshot of the incidents, and finds the changes since. */
export class Watcher {
  readonly #connected: Vendor<"incidents">;
  readonly #filter: Omit<IncidentFilter, "sort" | "order" | "limit">;
  /** All incidents that have matched, as last seen. */
  readonly #known = new Map<string, Incident>();
  /** Ids that no longer match, until their result is known. */
  readonly #missing = new Set<string>();
  /** The incidents that match now. */
  rows: Incident[] = [];
  lastLook: Date | undefined;
  /** The same time by the vendor's clock. */
  #lastVendorLook: Date | undefined;
  /** Why the list may be incomplete. */
  truncated: string | undefined;
  /** Why the result of some incidents is unknown. */
  trouble: string | undefined;
  /** The server's data does not change before that. */
  freshForMs = 0;

  constructor(connected: Vendor<"incidents">, filter: Omit<IncidentFilter, "sort" | "order" | "limit">) {
    this.#connected = connected;
    this.#filter = filter;
  }

  /** Whether nothing matches any more, and all changes are reported. */
  get isEmpty(): boolean {
    return this.rows.length === 0 && this.#missing.size === 0 && this.truncated === undefined;
  }

  /** Takes one snapshot and returns the changes. A snapshot that fails is not kept, so no change is missed or reported twice. */
  async look(now: Date): Promise<Change[]> {
    const { rows, truncated } = await this.#list(this.#filter);
    const seen = new Map(rows.map((row) => [row.id, row]));
    for (const { id } of this.rows) this.#missing.add(id);
    for (const id of seen.keys()) this.#missing.delete(id);
    // Incidents are dated by the vendor's clock.
    const aheadMs = (await this.#connected.connection.http()).clockAheadMs();
    const vendorNow = new Date(now.getTime() + aheadMs);
    const passing = await this.#listPassing(this.#lastVendorLook ?? vendorNow, seen);
    const gone = await this.#readMissing();
    const changes: Change[] = [];
    if (this.lastLook !== undefined) {
      for (const after of [...passing, ...gone, ...rows].sort((a, b) => compareCodes(a.createdAt, b.createdAt)))
        changes.push(...changesBetween(this.#known.get(after.id), after));
    }
    for (const incident of [...passing, ...gone, ...rows]) this.#known.set(incident.id, incident);
    // One that opened between the two requests stands in no list yet: the next snapshot lists it, or reads how it ended.
    for (const { id, status } of passing) if (this.#filter.statuses.includes(status)) this.#missing.add(id);
    this.#forget(vendorNow);
    this.rows = rows;
    this.truncated = truncated;
    this.lastLook = now;
    this.#lastVendorLook = vendorNow;
    return changes;
  }

  async #list(
    filter: Omit<IncidentFilter, "sort" | "order" | "limit">,
  ): Promise<{ rows: Incident[]; truncated: string | undefined }> {
    const rows: Incident[] = [];
    let truncated: string | undefined;
    const order = { sort: "created", order: "desc", limit: Number.POSITIVE_INFINITY } as const;
    for await (const page of listMatching(this.#connected, { ...filter, ...order })) {
      rows.push(...page.rows);
      truncated = page.truncated ?? truncated;
      this.freshForMs = page.freshForMs ?? this.freshForMs;
    }
    return { rows, truncated };
  }

  /**
   * Reads the incidents that no longer match. Most are resolved, but only the vendor knows. If it does not respond for
   * some now, they are read again at the next snapshot: many that leave at once must not delay the report of new ones.
   */
  async #readMissing(): Promise<Incident[]> {
    const { provider, connection } = this.#connected;
    this.trouble = undefined;
    if (this.#missing.size === 0) return [];
    try {
      const found = await provider.incidents.refresh(connection, [...this.#missing]);
      // The result of a deleted incident stays unknown.
      for (const id of found.keys()) this.#missing.delete(id);
      return [...found.values()].filter((incident) => incident !== null);
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.trouble = `the result of ${count(this.#missing.size, "incident")} is not known yet: ${error.message}`;
      return [];
    }
  }

  /**
   * Incidents that came since the last snapshot and changed so fast that the filter does not list them. The first
   * snapshot notes those that were resolved just before it, which are not changes.
   */
  async #listPassing(last: Date, seen: ReadonlyMap<string, Incident>): Promise<Incident[]> {
    const { statuses } = this.#filter;
    if (statuses.length === 0 || statuses.length === incidentStatuses.length) return [];
    const since = new Date(Math.max(last.getTime() - overlapMs, this.#filter.since?.getTime() ?? 0));
    const { doubt: _, ...filter } = this.#filter;
    const { rows } = await this.#list({ ...filter, statuses: [], since });
    return rows.filter(({ id }) => !seen.has(id) && !this.#known.has(id));
  }

  /** Drops resolved incidents that are too old to be mistaken for new ones. */
  #forget(now: Date): void {
    const limit = new Date(now.getTime() - 3_600_000).toISOString();
    for (const [id, { status, resolvedAt }] of this.#known)
      if (status === "resolved" && (resolvedAt ?? limit) < limit) this.#known.delete(id);
  }
}

/** Whether another attempt may succeed. */
export function isPassing(error: unknown): error is CliError {
  return error instanceof CliError && (error.retryable || error.kind === "network");
}
