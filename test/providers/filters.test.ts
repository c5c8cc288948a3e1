import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpClient } from "../../src/http/client.ts";
import type { RequestOptions, Route } from "../../src/http/request.ts";
import {
  type Incident,
  type IncidentFilter,
  incidentSorts,
  incidentStatuses,
  urgencies,
} from "../../src/model/incident.ts";
import { comparison } from "../../src/providers/filter.ts";
import { flashduty } from "../../src/providers/flashduty/index.ts";
import { opsknight } from "../../src/providers/opsknight/index.ts";
import type { Connection, ProviderCode } from "../../src/providers/provider.ts";
import { rounds } from "../support/rounds.ts";

/*
 * Whatever a server does with our filters, the answer is the same: one that honours every parameter, one that honours none, one
 * that pages and one that cannot. The servers here are written from the vendors' references, not from our providers.
 */

const start = Date.UTC(2026, 1, 1);
const now = new Date(Date.UTC(2026, 2, 1));

interface Made {
  id: string;
  title: string;
  description: string | null;
  status: (typeof incidentStatuses)[number];
  urgency: (typeof urgencies)[number];
  service: number;
  assignee: number;
  createdAt: number;
  updatedAt: number;
}

const word = fc.constantFrom("disk", "Disk", "DNS", "slow", "eu-west", "日本");

/** Incidents of one moment are rare but real; ids are never the same. */
const incidents = fc
  .array(
    fc.record({
      title: fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" ")),
      description: fc.option(word, { nil: null }),
      status: fc.constantFrom(...incidentStatuses),
      urgency: fc.constantFrom(...urgencies),
      service: fc.integer({ min: 1, max: 3 }),
      assignee: fc.integer({ min: 0, max: 2 }),
      createdAt: fc.integer({ min: 0, max: 2000 }).map((minutes) => start + minutes * 60_000),
      updatedAt: fc.integer({ min: 2001, max: 4000 }).map((minutes) => start + minutes * 60_000),
    }),
    { maxLength: 260, size: "max" },
  )
  .map((rows) =>
    rows.map((row, index): Made => ({ ...row, id: `${"5a".repeat(8)}${index.toString(16).padStart(8, "0")}` })),
  );

const time = fc.integer({ min: 0, max: 2000 }).map((minutes) => new Date(start + minutes * 60_000));

const filters = fc.record({
  statuses: fc.subarray([...incidentStatuses]),
  urgencies: fc.subarray([...urgencies]),
  services: fc.subarray(["1", "2", "3"]),
  assignee: fc.option(fc.constantFrom("1", "2"), { nil: undefined }),
  since: fc.option(time, { nil: undefined }),
  until: fc.option(time, { nil: undefined }),
  query: fc.option(fc.constantFrom("disk", "WEST", "本", "nothing"), { nil: undefined }),
  sort: fc.constantFrom(...incidentSorts),
  order: fc.constantFrom<("asc" | "desc")[]>("asc", "desc"),
  limit: fc.constantFrom(1, 7, 100, 101, Number.POSITIVE_INFINITY),
});

/** A filter as a server understands it; what is not asked for is undefined. */
interface Asked {
  statuses: string[];
  urgencies: string[];
  services: string[];
  assignee: string | undefined;
  since: Date | undefined;
  until: Date | undefined;
  query: string | undefined;
  sort: string;
  order: string;
}

/** What the answer has to be, said once more and in the plainest way. */
function expectedOf(rows: readonly Made[], filter: Asked): Made[] {
  const kept = rows.filter((row) => {
    if (filter.statuses.length > 0 && !filter.statuses.includes(row.status)) return false;
    if (filter.urgencies.length > 0 && !filter.urgencies.includes(row.urgency)) return false;
    if (filter.services.length > 0 && !filter.services.includes(String(row.service))) return false;
    if (filter.assignee !== undefined && String(row.assignee) !== filter.assignee) return false;
    if (filter.since !== undefined && row.createdAt < filter.since.getTime()) return false;
    if (filter.until !== undefined && row.createdAt >= filter.until.getTime()) return false;
    if (filter.query === undefined) return true;
    return `${row.title} ${row.description ?? ""}`.toLowerCase().includes(filter.query.toLowerCase());
  });
  const value = (row: Made): number => {
    if (filter.sort === "created") return row.createdAt;
    if (filter.sort === "updated") return row.updatedAt;
    return filter.sort === "urgency" ? 3 - urgencies.indexOf(row.urgency) : incidentStatuses.indexOf(row.status);
  };
  return kept.sort((a, b) => (value(a) - value(b)) * (filter.order === "asc" ? 1 : -1));
}

const iso = (ms: number): string => new Date(ms).toISOString();

function documentedRow(row: Made) {
  const { id, title, description, status, urgency, service, assignee, createdAt, updatedAt } = row;
  return {
    id,
    title,
    description,
    status: status.toUpperCase(),
    urgency: urgency.toUpperCase(),
    service: { id: String(service), name: `Service ${service}` },
    assignee: assignee === 0 ? null : { id: String(assignee), name: `Person ${assignee}` },
    created_at: iso(createdAt),
    updated_at: iso(updatedAt),
  };
}

/** The documented server: every parameter counts, pages of at most 100. */
function documented(rows: readonly Made[], honours: boolean) {
  return (query: Record<string, unknown>) => {
    const list = (name: string): string[] =>
      String(query[name] ?? "")
        .toLowerCase()
        .split(",")
        .filter(Boolean);
    const date = (name: string): Date | undefined =>
      query[name] === undefined ? undefined : new Date(String(query[name]));
    const asked: Asked = {
      statuses: honours ? list("status") : [],
      urgencies: honours ? list("urgency") : [],
      services: honours ? list("service_id") : [],
      assignee: honours && query.assignee_id !== undefined ? String(query.assignee_id) : undefined,
      since: honours ? date("created_after") : undefined,
      until: honours ? date("created_before") : undefined,
      query: undefined,
      sort: String(query.sort ?? "created_at").replace(/_at$/, ""),
      order: String(query.order ?? "desc"),
    };
    const all = expectedOf(rows, asked);
    const [limit, offset] = [Math.min(100, Number(query.limit ?? 25)), Number(query.offset ?? 0)];
    const data = all.slice(offset, offset + limit);
    return {
      data: data.map(documentedRow),
      pagination: { total: all.length, limit, offset, has_more: offset + data.length < all.length },
    };
  };
}

/** Server 1.3.1: no parameter counts but `limit`, newest first, its newest 200. */
function shipping(rows: readonly Made[]) {
  return (query: Record<string, unknown>) => {
    const limit = Math.min(200, Number(query.limit ?? 50));
    const all = [...rows].sort((a, b) => b.createdAt - a.createdAt).slice(0, limit);
    return {
      incidents: all.map((row) => {
        const { created_at, updated_at, ...rest } = documentedRow(row);
        return { ...rest, createdAt: created_at, updatedAt: updated_at };
      }),
    };
  };
}

/** Flashduty: windows of under 31 days, its own filters, a cursor. */
function windows(rows: readonly Made[], honours: boolean) {
  return (body: Record<string, unknown>) => {
    const [from, to] = [Number(body.start_time) * 1000, Number(body.end_time) * 1000];
    if (to - from >= 31 * 86_400_000) throw new Error("the window is too long");
    const words = (name: string): string[] =>
      String(body[name] ?? "")
        .split(",")
        .filter(Boolean);
    const numbers = (name: string): number[] => (body[name] ?? []) as number[];
    const progress = {
      open: "Triggered",
      acknowledged: "Processing",
      resolved: "Closed",
      snoozed: "Triggered",
      suppressed: "Triggered",
    };
    const severity = { high: "Critical", medium: "Warning", low: "Info" };
    const all = rows
      .filter(({ createdAt }) => createdAt >= from && createdAt <= to)
      .filter((row) => !honours || words("progress").length === 0 || words("progress").includes(progress[row.status]))
      .filter(
        (row) =>
          !honours ||
          words("incident_severity").length === 0 ||
          words("incident_severity").includes(severity[row.urgency]),
      )
      .filter((row) => !honours || numbers("channel_ids").length === 0 || numbers("channel_ids").includes(row.service))
      .filter(
        (row) => !honours || numbers("responder_ids").length === 0 || numbers("responder_ids").includes(row.assignee),
      )
      // A text is the vendor's alone to search for.
      .filter((row) =>
        `${row.title} ${row.description ?? ""}`.toLowerCase().includes(String(body.query ?? "").toLowerCase()),
      )
      .sort((a, b) => (a.createdAt - b.createdAt) * (body.asc === true ? 1 : -1));
    const offset = Number(body.search_after_ctx ?? 0);
    const limit = Number(body.limit);
    const items = all.slice(offset, offset + limit).map((row) => ({
      incident_id: row.id,
      title: row.title,
      description: row.description,
      progress: progress[row.status],
      incident_severity: severity[row.urgency],
      snoozed_before: row.status === "snoozed" ? now.getTime() / 1000 + 3600 : 0,
      channel_id: row.service,
      channel_name: `Service ${row.service}`,
      responders: row.assignee === 0 ? null : [{ person_id: row.assignee, person_name: `Person ${row.assignee}` }],
      start_time: row.createdAt / 1000,
      updated_at: row.updatedAt / 1000,
    }));
    const more = offset + items.length < all.length;
    return { data: { items, has_next_page: more, ...(more && { search_after_ctx: String(offset + items.length) }) } };
  };
}

function connect(provider: string, answer: (asked: Record<string, unknown>) => unknown): Connection {
  const http: HttpClient = {
    keyKind: null,
    prepareConnections: () => {},
    clockAheadMs: () => 0,
    request: async (_: Route, { query, body }: RequestOptions = {}) => ({
      status: 200,
      headers: {},
      requestId: null,
      attempts: 1,
      body: answer((body ?? query ?? {}) as Record<string, unknown>),
    }),
    close: async () => {},
  };
  return {
    profile: { name: "p", provider, baseUrl: "https://vendor.test" },
    keys: new Set(["api"]),
    http: async () => http,
    pause: async () => {},
    now: () => now,
    debug: () => {},
  };
}

interface Listed {
  rows: Incident[];
  truncated: boolean;
}

async function list(provider: ProviderCode, connection: Connection, filter: IncidentFilter): Promise<Listed> {
  const listed: Listed = { rows: [], truncated: false };
  for await (const page of provider.incidents?.list(connection, filter) ?? []) {
    listed.rows.push(...page.rows);
    if (page.truncated !== undefined) listed.truncated = true;
  }
  return listed;
}

type Optional = "assignee" | "since" | "until" | "query";
type Wanted = Omit<IncidentFilter, Optional> & Pick<Asked, Optional>;

function toFilter({ assignee, since, until, query, ...rest }: Wanted): IncidentFilter {
  return {
    ...rest,
    ...(assignee !== undefined && { assignee }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(query !== undefined && { query }),
  };
}

/** What a list may give: as many as asked for, in order, of what matches; where two are equal in order, either may come first. */
function expectList({ rows: got, truncated }: Listed, rows: Made[], filter: Asked & { limit: number }): void {
  const expected = expectedOf(rows, filter);
  const ids = got.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  // Less than there is only where that is said, and never where all could be had.
  if (rows.length < 200) expect(truncated).toBe(false);
  if (truncated) expect(ids.length).toBeLessThanOrEqual(Math.min(expected.length, filter.limit));
  else expect(ids.length).toBe(Math.min(expected.length, filter.limit));
  const wanted = new Set(expected.map(({ id }) => id));
  expect(ids.every((id) => wanted.has(id))).toBe(true);
  if (truncated) return;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const key = (row: Made | undefined): unknown =>
    row &&
    { created: row.createdAt, updated: row.updatedAt, urgency: row.urgency, status: row.status }[
      filter.sort as "created"
    ];
  expect(ids.map((id) => key(byId.get(id)))).toEqual(expected.slice(0, ids.length).map(key));
}

describe("filters, order and pages", () => {
  it.each([
    ["the documented server", (rows: Made[]) => documented(rows, true)],
    ["a server that pages and ignores every filter", (rows: Made[]) => documented(rows, false)],
    ["server 1.3.1", shipping],
  ])("give the same on OpsKnight, with %s", async (_, server) => {
    await fc.assert(
      fc.asyncProperty(incidents, filters, async (rows, filter) => {
        const got = await list(opsknight, connect("opsknight", server(rows)), toFilter(filter));
        expectList(got, rows, filter);
      }),
      { numRuns: rounds(150, 25), endOnFailure: true },
    );
  });

  it.each([
    ["honours its filters", true],
    ["ignores them", false],
  ])("give the same on Flashduty, when it %s", async (_, honours) => {
    await fc.assert(
      fc.asyncProperty(incidents, filters, async (made, filter) => {
        // It has no suppressed incidents.
        const rows = made.map((row): Made => (row.status === "suppressed" ? { ...row, status: "open" } : row));
        const got = await list(flashduty, connect("flashduty", windows(rows, honours)), toFilter(filter));
        expectList(got, rows, filter);
      }),
      { numRuns: rounds(150, 25), endOnFailure: true },
    );
  });
});

describe("the order of incidents", () => {
  it("is that of their times, in years of any length", () => {
    const anyTime = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
    const times = fc.array(
      fc.oneof(
        anyTime,
        time.map((date) => date.toISOString().replace(".000Z", "Z")),
      ),
    );
    fc.assert(
      fc.property(times, fc.constantFrom("asc" as const, "desc" as const), (all, order) => {
        const rows = all.map((createdAt, index) => ({ id: `inc_${index}`, createdAt, updatedAt: null }) as Incident);
        const sign = order === "asc" ? 1 : -1;
        for (const sort of ["created", "updated"] as const) {
          const sorted = rows.toSorted(comparison({ sort, order })).map(({ createdAt }) => Date.parse(createdAt));
          expect(sorted).toEqual(all.map((text) => Date.parse(text)).sort((a, b) => sign * (a - b)));
        }
      }),
    );
  });
});
