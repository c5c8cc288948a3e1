import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import type { Incident, IncidentFilter, Page } from "../../src/model/incident.ts";
import { flashduty } from "../../src/providers/flashduty/index.ts";
import { run } from "../support/harness.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";
import { connectTo } from "./connect.ts";
import { fixture } from "./fixtures.ts";

const appKey = "fake_app_key_000000000000000001";
const now = new Date("2025-11-24T16:30:00Z");
const day = 86_400;
const listRoute = "POST /incident/list";
const infoRoute = "POST /incident/info";
const byIdsRoute = "POST /incident/list-by-ids";
const errors = fixture<Record<string, object>>("flashduty/errors");
type Row = Record<string, unknown>;
const listed = fixture<{ request_id: string; data: { items: Row[] } }>("flashduty/incident-list");
const [open = {}, acked = {}, snoozed = {}, closed = {}] = listed.data.items;
const id = (row: Row): string => String(row.incident_id);
const page = (items: Row[] | null, more: Row = {}) => ({
  request_id: "fd-page",
  data: { items, total: 0, has_next_page: false, ...more },
});
const incident = (number: number, more: Row = {}): Row => ({
  ...open,
  incident_id: `66cc${number.toString(16).padStart(20, "0")}`,
  title: `incident ${number}`,
  ...more,
});

/** The vendor's incidents: `by-ids` tells of them, and they change as `change` says when `route` takes their ids. */
function keeps(vendor: FakeVendor, rows: readonly Row[], changes: Record<string, Row>): void {
  const kept = new Map(rows.map((row) => [id(row), row]));
  const idsOf = (body: unknown): string[] => (body as { incident_ids: string[] }).incident_ids;
  vendor.handle(byIdsRoute, ({ body }, response) => {
    const asked = new Set(idsOf(body));
    const items = [...kept.values()].filter((row) => asked.has(id(row)));
    response.setHeader("content-type", "application/json").end(JSON.stringify(page(items)));
  });
  for (const [route, change] of Object.entries(changes)) {
    vendor.handle(route, ({ body }, response) => {
      for (const one of idsOf(body)) kept.set(one, { ...kept.get(one), ...change });
      response.setHeader("content-type", "application/json").end(JSON.stringify({ request_id: "fd-done" }));
    });
  }
}

const isClosed = { progress: "Closed", close_time: 1_764_000_000 };
const isAcknowledged = { progress: "Processing" };

async function setUp() {
  const vendor = await fakeVendor();
  const lines: string[] = [];
  const setting = { url: vendor.url, keys: { api: appKey }, now, debug: (line: string) => void lines.push(line) };
  return { vendor, lines, connection: connectTo(flashduty, setting) };
}

function filter(more: Partial<IncidentFilter> = {}): IncidentFilter {
  const every = { statuses: [], urgencies: [], services: [] };
  return { ...every, sort: "created", order: "desc", limit: 50, since: new Date("2025-11-01T00:00:00Z"), ...more };
}

async function collect(pages: AsyncIterable<Page<Incident>>) {
  const all = {
    rows: [] as Incident[],
    truncated: undefined as string | undefined,
    notice: undefined as string | undefined,
  };
  for await (const { rows, truncated, notice } of pages) {
    all.rows.push(...rows);
    all.truncated ??= truncated;
    all.notice ??= notice;
  }
  return all;
}

describe("incidents list", () => {
  it("asks with the key in the query, in English, without the words that would hide what is not known", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(listRoute, 200, listed);
    await collect(
      flashduty.incidents.list(
        connection,
        filter({
          statuses: ["open", "acknowledged"],
          urgencies: ["high", "low"],
          services: ["4100000000001"],
          assignee: "3790925372131",
        }),
      ),
    );
    const [seen] = vendor.requests;
    expect(seen).toMatchObject({ method: "POST", path: "/incident/list", query: { app_key: appKey } });
    expect(seen?.headers).toMatchObject({ "accept-language": "en", "content-type": "application/json" });
    expect(seen?.body).not.toHaveProperty("progress");
    expect(seen?.body).not.toHaveProperty("incident_severity");
    expect(seen?.body).toMatchObject({
      channel_ids: [4100000000001],
      responder_ids: [3790925372131],
      limit: 100,
      start_time: Date.parse("2025-11-01T00:00:00Z") / 1000,
    });
  });

  it("gives what the vendor has in our words", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(listRoute, 200, listed);
    const { rows } = await collect(flashduty.incidents.list(connection, filter()));
    expect(rows.map(({ number, status, urgency, severity }) => [number, status, urgency, severity])).toEqual([
      ["A1B2C3", "open", "high", "critical"],
      ["D4E5F6", "acknowledged", "medium", "warning"],
      ["A7B8C9", "snoozed", "low", "info"],
      ["0F0F0F", "resolved", "high", "critical"],
    ]);
    expect(rows[0]).toEqual({
      id: "66aa00000000000000000001",
      number: "A1B2C3",
      title: "Disk full on db-1",
      description: "/var is at 99 %",
      status: "open",
      urgency: "high",
      severity: "critical",
      priority: null,
      service: { id: "4100000000001", name: "Database" },
      team: null,
      assignees: [{ id: "3790925372131", name: "Ada Lovelace", email: "ada@example.com" }],
      dedupKey: "db-1/disk",
      createdAt: "2025-11-24T16:00:00.000Z",
      updatedAt: "2025-11-24T16:01:01.000Z",
      acknowledgedAt: null,
      resolvedAt: null,
      snoozedUntil: null,
      labels: { env: "prod", host: "db-1" },
      fields: null,
      alertCount: 1,
      url: "https://console.flashcat.cloud/incident/detail/66aa00000000000000000001",
      provider: "flashduty",
      profile: "prod",
    });
    expect(rows[2]).toMatchObject({ service: null, description: null, assignees: [], url: null });
    expect(rows[3]?.resolvedAt).toBe("2025-11-23T16:23:20.000Z");
  });

  it("bears null for every list and text", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(
      listRoute,
      200,
      page([
        {
          incident_id: id(open),
          progress: "Triggered",
          incident_severity: "Info",
          start_time: 1764000000,
          title: null,
          num: null,
          responders: null,
          channel_name: null,
        },
      ]),
    );
    const { rows } = await collect(flashduty.incidents.list(connection, filter()));
    expect(rows).toMatchObject([{ title: "(no title)", number: null, assignees: [], service: null, updatedAt: null }]);
  });

  it("takes an empty list for null items, and an answer without data for a failure", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(listRoute, 200, page(null));
    vendor.reply(listRoute, 200, { request_id: "fd-nothing" });
    vendor.reply(listRoute, 200, { request_id: "fd-nothing", data: {} });
    vendor.reply("POST /schedule/list", 200, { request_id: "fd-nothing", data: {} });
    expect((await collect(flashduty.incidents.list(connection, filter()))).rows).toEqual([]);
    const nothing = { kind: "failure", requestId: "fd-nothing" };
    await expect(collect(flashduty.incidents.list(connection, filter()))).rejects.toMatchObject(nothing);
    await expect(collect(flashduty.incidents.list(connection, filter()))).rejects.toMatchObject(nothing);
    await expect(flashduty.onCall(connection, { schedules: [], at: now })).rejects.toMatchObject(nothing);
  });

  it("takes unknown words for the loudest and reports it with --debug", async () => {
    const { vendor, connection, lines } = await setUp();
    vendor.reply(listRoute, 200, page([{ ...open, progress: "Paused", incident_severity: "Fatal" }]));
    const { rows } = await collect(flashduty.incidents.list(connection, filter()));
    expect(rows).toMatchObject([{ status: "open", urgency: "high", severity: "fatal" }]);
    expect(lines.join("\n")).toMatch(/"Paused"[\s\S]*"Fatal"/);
  });

  it("does not break on a time that no calendar has", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(listRoute, 200, page([{ ...open, updated_at: 9e18 }]));
    const { rows } = await collect(flashduty.incidents.list(connection, filter()));
    expect(rows).toMatchObject([{ id: id(open), updatedAt: null }]);
  });

  it("checks every filter on what comes back", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(listRoute, 200, listed);
    const ids = async (more: Partial<IncidentFilter>) =>
      (await collect(flashduty.incidents.list(connection, filter(more)))).rows.map((row) => row.id);
    expect(await ids({ statuses: ["snoozed"] })).toEqual([id(snoozed)]);
    expect(await ids({ statuses: ["resolved"] })).toEqual([id(closed)]);
    expect(await ids({ urgencies: ["medium"] })).toEqual([id(acked)]);
    expect(await ids({ assignee: "grace@example.com" })).toEqual([id(acked)]);
    expect(await ids({ services: ["9"] })).toEqual([]);
    expect(await ids({ until: new Date("2025-11-24T15:30:00Z") })).toEqual([id(acked), id(snoozed), id(closed)]);
  });

  it("leaves a text to the vendor, which searches in more than title and description", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(listRoute, 200, page([open]));
    const { rows } = await collect(flashduty.incidents.list(connection, filter({ query: "web-77" })));
    expect(vendor.requests[0]?.body).toMatchObject({ query: "web-77" });
    expect(rows).toMatchObject([{ id: id(open) }]);
  });

  it("leaves the team to the vendor, whose incidents do not hold theirs", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(listRoute, 200, page([open]));
    const { rows } = await collect(flashduty.incidents.list(connection, filter({ team: "6300000000001" })));
    expect(vendor.requests[0]?.body).toMatchObject({ team_ids: [6300000000001] });
    expect(rows).toMatchObject([{ id: id(open) }]);
  });

  it("refuses a team that is not an id before any request", async () => {
    const { vendor, connection } = await setUp();
    const pages = flashduty.incidents.list(connection, filter({ team: "dba" }));
    await expect(collect(pages)).rejects.toMatchObject({ kind: "usage" });
    expect(vendor.requests).toEqual([]);
  });

  it("reports that it has no suppressed incidents instead of looking for them", async () => {
    const { vendor, connection } = await setUp();
    const { rows, notice } = await collect(flashduty.incidents.list(connection, filter({ statuses: ["suppressed"] })));
    expect(rows).toEqual([]);
    expect(notice).toContain("flashduty has no suppressed incidents");
    expect(vendor.requests).toEqual([]);
  });
});

describe("windows of incidents list", () => {
  const windows = (requests: { body: unknown }[]) =>
    requests.map(({ body }) => body as { start_time: number; end_time: number; asc?: boolean });

  it("walks back 180 days, newest first, and shows how far it looked", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(listRoute, 200, page([]));
    const { since: _, ...rest } = filter();
    const { rows, notice, truncated } = await collect(flashduty.incidents.list(connection, rest));
    // The first window goes alone, and then several side by side.
    const [newest, ...others] = windows(vendor.requests);
    const asked = [newest, ...others.sort((one, other) => other.start_time - one.start_time)].filter(
      (one) => one !== undefined,
    );
    expect(asked).toHaveLength(6);
    expect(asked.every(({ start_time, end_time }) => end_time - start_time <= 30 * day)).toBe(true);
    for (const [index, { start_time }] of asked.entries())
      if (index < 5) expect(asked[index + 1]?.end_time).toBe(start_time);
    expect(rows).toEqual([]);
    expect(truncated).toBeUndefined();
    expect(notice).toMatch(/^looked back 180 days, to 2025-05-29; --since/);
  });

  it("finds an open incident that started long ago", async () => {
    const { vendor, connection } = await setUp();
    const start = now.getTime() / 1000 - 100 * day;
    vendor.handle(listRoute, ({ body }, response) => {
      const { start_time, end_time } = body as { start_time: number; end_time: number };
      const items = start >= start_time && start <= end_time ? [{ ...open, start_time: start }] : [];
      response.setHeader("content-type", "application/json").end(JSON.stringify(page(items)));
    });
    const { since: _, ...rest } = filter({ statuses: ["open"] });
    const { rows, notice } = await collect(flashduty.incidents.list(connection, rest));
    expect(rows).toMatchObject([{ id: id(open) }]);
    // How far it looked is said of an empty list alone.
    expect(notice).toBeUndefined();
  });

  it("finds what has just started though our clock is hours behind", async () => {
    const { vendor, connection } = await setUp();
    const start = now.getTime() / 1000 + 8 * 3600;
    vendor.handle(listRoute, ({ body }, response) => {
      const { start_time, end_time } = body as { start_time: number; end_time: number };
      const items = start >= start_time && start <= end_time ? [{ ...open, start_time: start }] : [];
      response.setHeader("content-type", "application/json").end(JSON.stringify(page(items)));
    });
    expect((await collect(flashduty.incidents.list(connection, filter()))).rows).toMatchObject([{ id: id(open) }]);
  });

  it("stops as soon as there are enough", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(listRoute, 200, listed);
    const { since: _, ...rest } = filter({ limit: 2 });
    const { rows, notice } = await collect(flashduty.incidents.list(connection, rest));
    expect(rows).toHaveLength(2);
    expect(notice).toBeUndefined();
    expect(vendor.requests).toHaveLength(1);
  });

  it("reaches from --since to --until, the oldest window first when ascending", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(listRoute, 200, page([]));
    const [since, until] = [new Date("2025-08-01T00:00:00Z"), new Date("2025-10-01T00:00:00Z")];
    await collect(flashduty.incidents.list(connection, filter({ since, until, order: "asc" })));
    const asked = windows(vendor.requests);
    expect(asked.map(({ asc }) => asc)).toEqual(asked.map(() => true));
    expect(asked[0]?.start_time).toBe(since.getTime() / 1000);
    const ends = asked.map(({ end_time }) => end_time).sort();
    expect(asked[0]?.end_time).toBe(ends[0]);
    expect(ends.at(-1)).toBeGreaterThanOrEqual(until.getTime() / 1000);
  });

  it("gives an incident on the edge of two windows once", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(listRoute, 200, page([{ ...open, start_time: Date.parse("2025-10-20T00:00:00Z") / 1000 }]));
    const since = new Date("2025-10-01T00:00:00Z");
    expect((await collect(flashduty.incidents.list(connection, filter({ since })))).rows).toHaveLength(1);
  });

  it("sorts by urgency over all of them", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(listRoute, 200, listed);
    const { rows } = await collect(flashduty.incidents.list(connection, filter({ sort: "urgency", limit: 3 })));
    expect(rows.map(({ urgency }) => urgency)).toEqual(["high", "high", "medium"]);
  });
});

describe("pages of incidents list", () => {
  it("follows the cursor", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(listRoute, 200, page([incident(1)], { has_next_page: true, search_after_ctx: "c1" }));
    vendor.reply(listRoute, 200, page([incident(2)], { has_next_page: true, search_after_ctx: "c2" }));
    vendor.reply(listRoute, 200, page([incident(3)], { search_after_ctx: "" }));
    const { rows, truncated } = await collect(flashduty.incidents.list(connection, filter()));
    expect(rows.map(({ title }) => title)).toEqual(["incident 1", "incident 2", "incident 3"]);
    expect(truncated).toBeUndefined();
    const cursors = vendor.requests.map(({ body }) => (body as { search_after_ctx?: string }).search_after_ctx);
    expect(cursors).toEqual([undefined, "c1", "c2"]);
  });

  it.each([
    ["repeats", [incident(1)], "c1"],
    ["is missing", [incident(1)], null],
    ["leads to an empty page", [], "c1"],
  ])("says that the list is not complete when the cursor %s", async (_, items, cursor) => {
    const { vendor, connection } = await setUp();
    vendor.reply(listRoute, 200, page(items, { has_next_page: true, search_after_ctx: cursor }));
    const { truncated } = await collect(flashduty.incidents.list(connection, filter()));
    expect(truncated).toContain("more");
    expect(vendor.requests.length).toBeLessThan(3);
  });
});

describe("incidents show", () => {
  it("finds one by its id", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply("POST /incident/info", 200, fixture("flashduty/incident-info"));
    const shown = await flashduty.incidents.show(connection, id(open).toUpperCase());
    expect(shown).toMatchObject({ id: id(open), number: "A1B2C3" });
    expect(vendor.requests).toMatchObject([{ path: "/incident/info", body: { incident_id: id(open) } }]);
  });

  it("finds one by its number that started long ago on a service that takes no number for one incident", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(infoRoute, 400, errors.InvalidParameter);
    const start = now.getTime() / 1000 - 100 * day;
    vendor.handle(listRoute, ({ body }, response) => {
      const { start_time, end_time, nums } = body as { start_time: number; end_time: number; nums: string[] };
      const items = nums[0] === "A1B2C3" && start >= start_time && start <= end_time ? [open] : [];
      response.setHeader("content-type", "application/json").end(JSON.stringify(page(items)));
    });
    expect(await flashduty.incidents.show(connection, "a1b2c3")).toMatchObject({ id: id(open) });
    await expect(flashduty.incidents.show(connection, "ZZZZZZ")).rejects.toMatchObject({ kind: "notFound" });
  });

  it("finds one by its number, of any age, with one request", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(infoRoute, 200, { request_id: "fd-num", data: open });
    expect(await flashduty.incidents.show(connection, "a1b2c3")).toMatchObject({ id: id(open) });
    expect(vendor.requests.map(({ path, body }) => [path, body])).toEqual([["/incident/info", { num: "A1B2C3" }]]);
  });

  it("names the candidates of a number that several have", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(infoRoute, 400, errors.InvalidParameter);
    vendor.reply(listRoute, 200, page([open, { ...acked, num: "A1B2C3" }]));
    await expect(flashduty.incidents.show(connection, "A1B2C3")).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringMatching(new RegExp(`${id(open)}, ${id(acked)}`)),
    });
  });

  it.each(["", "INC-1", "66aa0000000000000000000g", "../info"])('refuses "%s" before any request', async (word) => {
    const { vendor, connection } = await setUp();
    await expect(flashduty.incidents.show(connection, word)).rejects.toMatchObject({ kind: "usage" });
    expect(vendor.requests).toEqual([]);
  });

  it("distinguishes what does not exist from what could not be asked", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply("POST /incident/info", 400, errors.ResourceNotFound).reply(listRoute, 200, page([]));
    vendor.reply("POST /incident/info", 403, errors.AccessDenied);
    await expect(flashduty.incidents.show(connection, id(open))).rejects.toMatchObject({
      kind: "notFound",
      message: expect.stringContaining("The incident does not exist"),
    });
    await expect(flashduty.incidents.show(connection, id(open))).rejects.toMatchObject({
      kind: "auth",
      message: expect.stringContaining("Incidents Read"),
    });
  });
});

describe("incidents watch", () => {
  it("asks with one request for all that do not match any more, and knows those that are gone", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(byIdsRoute, 200, page([closed, acked]));
    const missing = "66aa000000000000000000ff";
    const found = await flashduty.incidents.refresh(connection, [id(closed), missing, id(acked)]);
    expect([...found].map(([key, incident]) => [key, incident?.status ?? null])).toEqual([
      [id(closed), "resolved"],
      [missing, null],
      [id(acked), "acknowledged"],
    ]);
    expect(vendor.requests).toHaveLength(1);
  });
});

describe("incidents ack and resolve", () => {
  const ackRoute = "POST /incident/ack";
  const resolveRoute = "POST /incident/resolve";
  const commentRoute = "POST /incident/comment";
  const paths = (requests: { path: string }[]) => requests.map(({ path }) => path);

  it("acts only on those that need it and keeps the order of the ids", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(byIdsRoute, 200, page([closed, acked, open]));
    vendor.reply(byIdsRoute, 200, page([{ ...open, progress: "Processing", responders: acked.responders }]));
    vendor.reply(ackRoute, 200, { request_id: "fd-ack" });
    const missing = "66aa000000000000000000ff";
    const ids = [id(acked), missing, id(open), id(closed)];
    const outcomes = await flashduty.incidents.act(connection, ids, { verb: "acknowledge" });
    expect(outcomes).toEqual([
      {
        id: id(acked),
        title: "Replication lags",
        outcome: "already",
        status: "acknowledged",
        by: "Grace Hopper",
        at: "2025-11-24T15:10:00.000Z",
        error: null,
      },
      {
        id: missing,
        outcome: "notFound",
        status: null,
        by: null,
        at: null,
        error: `incident "${missing}" not found`,
      },
      {
        id: id(open),
        title: "Disk full on db-1",
        outcome: "acknowledged",
        status: "acknowledged",
        by: "Grace Hopper",
        at: "2025-11-24T15:10:00.000Z",
        error: null,
      },
      {
        id: id(closed),
        title: expect.any(String),
        outcome: "failed",
        status: "resolved",
        by: null,
        at: "2025-11-23T16:23:20.000Z",
        error: "incident is resolved; reopen it first",
      },
    ]);
    expect(vendor.requests.find(({ path }) => path === "/incident/ack")?.body).toEqual({ incident_ids: [id(open)] });
  });

  it("resolves with the note as resolution, a hundred ids at a time", async () => {
    const { vendor, connection } = await setUp();
    const rows = Array.from({ length: 150 }, (_, number) => incident(number + 1));
    keeps(vendor, rows, { [resolveRoute]: isClosed });
    const outcomes = await flashduty.incidents.act(connection, rows.map(id), { verb: "resolve", note: "disk added" });
    expect(outcomes.map((one) => one.id)).toEqual(rows.map(id));
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["resolved"]));
    const sent = vendor.requests.filter(({ path }) => path === "/incident/resolve");
    expect(sent.map(({ body }) => (body as { incident_ids: string[] }).incident_ids.length)).toEqual([100, 50]);
    expect(sent[0]?.body).toMatchObject({ resolution: "disk added" });
  });

  it("names how to go on with what the rate limit leaves", async () => {
    const { vendor } = await setUp();
    const rows = Array.from({ length: 150 }, (_, number) => incident(number + 1));
    keeps(vendor, rows, { [resolveRoute]: isClosed });
    vendor.reply(resolveRoute, 429, errors.RequestTooFrequently, { "retry-after": "60" });
    const prod = { provider: "flashduty", baseUrl: vendor.url, apiKey: { text: "fake-flashduty-app-key-0001" } };
    const stdin = rows.map((row) => `${id(row)}\n`).join("");
    const { code, stderr } = await run("incidents resolve - --json", { profiles: { prod }, stdin });
    expect(code).toBe(ExitCode.partial);
    expect(JSON.parse(stderr.trim().split("\n").at(-1) ?? "").error).toMatchObject({
      hint: "onduty incidents resolve - --max-wait 3m, with the same ids; those that are done are skipped",
    });
  });

  it("distinguishes ids by trying them singly when a batch fails", async () => {
    const { vendor, connection } = await setUp();
    const rows = { [id(open)]: open, [id(snoozed)]: snoozed };
    vendor.handle(byIdsRoute, ({ body }, response) => {
      const items = (body as { incident_ids: string[] }).incident_ids.map((one) => rows[one] ?? {});
      response.setHeader("content-type", "application/json").end(JSON.stringify(page(items)));
    });
    vendor.handle(resolveRoute, ({ body }, response) => {
      const { incident_ids: asked } = body as { incident_ids: string[] };
      const refused = asked.includes(id(snoozed));
      if (!refused) for (const one of asked) rows[one] = { ...rows[one], ...isClosed };
      response.writeHead(refused ? 403 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(refused ? errors.AccessDenied : { request_id: "fd-resolve" }));
    });
    const outcomes = await flashduty.incidents.act(connection, [id(open), id(snoozed)], { verb: "resolve" });
    expect(outcomes).toMatchObject([
      { id: id(open), outcome: "resolved", error: null },
      { id: id(snoozed), outcome: "forbidden", error: expect.stringContaining("Incidents Manage") },
    ]);
  });

  it("keeps an acknowledgment whose note failed, and does not send either again", async () => {
    const { vendor, connection } = await setUp();
    keeps(vendor, [open, snoozed], { [ackRoute]: isAcknowledged });
    vendor.reply(commentRoute, 400, errors.InvalidParameter);
    const ids = [id(open), id(snoozed)];
    const outcomes = await flashduty.incidents.act(connection, ids, { verb: "acknowledge", note: "on it" });
    expect(outcomes).toMatchObject([
      { outcome: "acknowledged", error: expect.stringContaining("the note was not added") },
      { outcome: "acknowledged", error: expect.stringContaining("the note was not added") },
    ]);
    expect(paths(vendor.requests).filter((path) => path !== "/incident/list-by-ids")).toEqual([
      "/incident/ack",
      "/incident/comment",
    ]);
    expect(vendor.requests.find(({ path }) => path === "/incident/comment")?.body).toEqual({
      incident_ids: ids,
      comment: "on it",
    });
  });

  it("keeps what was done when a later batch gets no response", async () => {
    const { vendor, connection } = await setUp();
    const rows = Array.from({ length: 101 }, (_, number) => incident(number + 1));
    keeps(vendor, rows, {});
    let resolved: string[] = [];
    vendor.handle(resolveRoute, ({ body }, response) => {
      if (resolved.length > 0) return void response.destroy();
      resolved = (body as { incident_ids: string[] }).incident_ids;
      keeps(
        vendor,
        rows.map((row) => (resolved.includes(id(row)) ? { ...row, ...isClosed } : row)),
        {},
      );
      response.setHeader("content-type", "application/json").end(JSON.stringify({ request_id: "fd-resolve" }));
    });
    const outcomes = await flashduty.incidents.act(connection, rows.map(id), { verb: "resolve" });
    expect(outcomes.filter(({ outcome }) => outcome === "resolved")).toHaveLength(100);
    expect(outcomes[100]).toMatchObject({ outcome: "failed", error: expect.stringContaining("connection closed") });
  });

  it("takes the vendor's word for an action that its list does not show yet, and says so", async () => {
    const { vendor, connection } = await setUp();
    keeps(vendor, [open], { [ackRoute]: {}, [resolveRoute]: {} });
    for (const [verb, outcome, status] of [
      ["acknowledge", "acknowledged", "acknowledged"],
      ["resolve", "resolved", "resolved"],
    ] as const) {
      expect(await flashduty.incidents.act(connection, [id(open)], { verb })).toMatchObject([
        { outcome, status, error: null, notice: "Flashduty accepted it, but has not shown it yet: it is open" },
      ]);
    }
  });

  it("does not take for done what another state contradicts", async () => {
    const { vendor, connection } = await setUp();
    keeps(vendor, [open], { [resolveRoute]: isAcknowledged });
    expect(await flashduty.incidents.act(connection, [id(open)], { verb: "resolve" })).toMatchObject([
      { outcome: "failed", status: "acknowledged", error: "Flashduty took it, but it is acknowledged" },
    ]);
  });

  it("waits a moment for a list that is behind what was done", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(byIdsRoute, 200, page([open])).reply(byIdsRoute, 200, page([open]));
    vendor.reply(byIdsRoute, 200, page([{ ...open, ...isAcknowledged }]));
    vendor.reply(ackRoute, 200, { request_id: "fd-ack" });
    expect(await flashduty.incidents.act(connection, [id(open)], { verb: "acknowledge" })).toMatchObject([
      { outcome: "acknowledged", status: "acknowledged", error: null },
    ]);
    expect(paths(vendor.requests).filter((path) => path === "/incident/ack")).toHaveLength(1);
  });

  it.each([{}, null, "ok", []])("does not take %j for the vendor's word that it is done", async (body) => {
    const { vendor, connection } = await setUp();
    vendor.reply(byIdsRoute, 200, page([open])).reply(ackRoute, 200, body);
    expect(await flashduty.incidents.act(connection, [id(open)], { verb: "acknowledge" })).toMatchObject([
      { outcome: "failed", error: expect.stringContaining("the response") },
    ]);
  });

  it("sends a comment once, whatever becomes of it", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(byIdsRoute, 200, page([open, snoozed])).reply(commentRoute, 500, errors.InternalError);
    const comment = { verb: "comment", note: "on it" } as const;
    const commenting = flashduty.incidents.act(connection, [id(open), id(snoozed)], comment);
    await expect(commenting).rejects.toMatchObject({ status: 500 });
    await expect(flashduty.incidents.act(connection, [id(open)], comment)).rejects.toMatchObject({ status: 500 });
    expect(paths(vendor.requests).filter((path) => path === "/incident/comment")).toHaveLength(2);
  });

  it("says of a source that stays open that its merge is not shown yet, and takes one that is gone for merged", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(byIdsRoute, 200, page([open, snoozed, acked])).reply(byIdsRoute, 200, page([open]));
    vendor.reply("POST /incident/merge", 200, { request_id: "fd-merge" });
    expect(await flashduty.incidents.merge(connection, [id(open), id(snoozed)], id(acked))).toMatchObject([
      { outcome: "merged", notice: expect.stringContaining("has not shown it yet: it is open") },
      { outcome: "merged", error: null },
    ]);
  });

  it("keeps what was merged when a later batch fails", async () => {
    const { vendor, connection } = await setUp();
    const rows = Array.from({ length: 202 }, (_, number) => incident(number + 1));
    let merged: string[] = [];
    vendor.handle(byIdsRoute, ({ body }, response) => {
      const { incident_ids: asked } = body as { incident_ids: string[] };
      const items = rows
        .filter((row) => asked.includes(id(row)))
        .map((row) => (merged.includes(id(row)) ? { ...row, ...isClosed } : row));
      response.setHeader("content-type", "application/json").end(JSON.stringify(page(items)));
    });
    vendor.handle("POST /incident/merge", ({ body }, response) => {
      const isFirst = merged.length === 0;
      merged = isFirst ? (body as { source_incident_ids: string[] }).source_incident_ids : merged;
      response.writeHead(isFirst ? 200 : 500, { "content-type": "application/json" });
      response.end(JSON.stringify(isFirst ? { request_id: "fd-merge" } : errors.InternalError));
    });
    const [target, ...sources] = rows.map(id);
    const outcomes = await flashduty.incidents.merge(connection, sources, target ?? "");
    expect(outcomes.map(({ outcome }) => outcome).filter((one) => one === "merged")).toHaveLength(100);
    expect(outcomes[100]?.error).toContain("it may have been merged all the same");
    expect(outcomes[200]?.error).toContain("not tried");
    expect(vendor.requests.filter(({ path }) => path === "/incident/merge")).toHaveLength(2);
  });

  it.each([
    ["a wrong base URL", 404, errors.RouteNotFound, "failure"],
    ["a wrong key", 401, errors.Unauthorized, "auth"],
  ])("does not report %s as incidents that are missing", async (_, status, body, kind) => {
    const { vendor, connection } = await setUp();
    vendor.reply(byIdsRoute, status, body);
    const acting = flashduty.incidents.act(connection, [id(open)], { verb: "acknowledge" });
    await expect(acting).rejects.toMatchObject({ kind, status });
  });

  it("gives ids as they were given", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(byIdsRoute, 200, page([acked]));
    const given = id(acked).toUpperCase();
    expect(await flashduty.incidents.act(connection, [given], { verb: "acknowledge" })).toMatchObject([
      { id: given, outcome: "already" },
    ]);
  });

  it("refuses what is not an id before any request", async () => {
    const { vendor, connection } = await setUp();
    await expect(flashduty.incidents.act(connection, [id(open), "x"], { verb: "resolve" })).rejects.toMatchObject({
      kind: "usage",
    });
    expect(vendor.requests).toEqual([]);
  });
});
