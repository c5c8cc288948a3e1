import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import type { Event } from "../../src/model/event.ts";
import type { Incident, IncidentFilter } from "../../src/model/incident.ts";
import { pagerduty } from "../../src/providers/pagerduty/index.ts";
import type { Connection } from "../../src/providers/provider.ts";
import { collectPages } from "../support/collect.ts";
import type { Exchange } from "../support/replay.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";
import { connectTo } from "./connect.ts";
import { fixture } from "./fixtures.ts";

/*
 * Requests and responses as PagerDuty's reference and its clients have them. Each is answered as it stands there, and what onduty sends
 * for it is compared with it.
 */

const exchanges = fixture<(Exchange & { host: string })[]>("pagerduty/exchanges");
const userKey = "u+fakeKEYnotreal0001";
const accountKey = "fakeAccountKey000001";
const integrationKey = "0123fake89abcdef0123456789abcdef";
const now = new Date("2026-11-28T22:00:00Z");

function exchange(name: string): Exchange {
  const found = exchanges.find((one) => one.name.endsWith(name));
  if (found === undefined) throw new Error(`no exchange ${name}`);
  return found;
}

/** What the model has of each incident of the exchanges; what the vendor does not report is null. */
const unreported = {
  description: null,
  severity: null,
  acknowledgedAt: null,
  resolvedAt: null,
  snoozedUntil: null,
  labels: null,
  fields: null,
  provider: "pagerduty",
  profile: "prod",
};
const mina = { id: "PUMINA1", name: "Mina Okafor", email: null };
const teo = { id: "PUTEO22", name: "Teo Lindqvist", email: null };
const team = { id: "PTCORE1", name: "Core Platform" };
const captures: Incident = {
  ...unreported,
  id: "Q1PAYM00000001",
  number: "4211",
  title: "Card captures time out",
  status: "open",
  urgency: "high",
  priority: "P1",
  service: { id: "PSPAY01", name: "Payments API" },
  team,
  assignees: [mina],
  dedupKey: null,
  createdAt: "2026-11-28T21:04:10.000Z",
  updatedAt: "2026-11-28T21:04:11.000Z",
  alertCount: 1,
  url: "https://lumen-demo.pagerduty.com/incidents/Q1PAYM00000001",
};
const indexLag: Incident = {
  ...unreported,
  id: "Q1SRCH00000002",
  number: "4207",
  title: "Index lag above 10 minutes",
  status: "acknowledged",
  urgency: "low",
  priority: null,
  service: { id: "PSSRCH2", name: "Search" },
  team,
  assignees: [teo],
  dedupKey: null,
  createdAt: "2026-11-27T08:15:00.000Z",
  updatedAt: "2026-11-27T08:21:40.000Z",
  acknowledgedAt: "2026-11-27T08:21:40.000Z",
  alertCount: 1,
  url: "https://lumen-demo.pagerduty.com/incidents/Q1SRCH00000002",
};
const certificate: Incident = {
  ...unreported,
  id: "Q1OLDD00000003",
  number: "3988",
  title: "Certificate of the partner gateway expires",
  status: "open",
  urgency: "low",
  priority: null,
  service: { id: "PSPAY01", name: "Payments API" },
  team,
  assignees: [mina],
  dedupKey: "manual-gateway-cert",
  createdAt: "2026-09-30T12:00:00.000Z",
  updatedAt: "2026-09-30T12:00:00.000Z",
  alertCount: 0,
  url: "https://lumen-demo.pagerduty.com/incidents/Q1OLDD00000003",
};
const refunds: Incident = {
  ...unreported,
  id: "Q1REFU00000004",
  number: "4212",
  title: "Refund queue is stuck",
  description: "No refund left the queue since 20:50 UTC.",
  status: "open",
  urgency: "high",
  priority: "P1",
  service: { id: "PSPAY01", name: "Payments API" },
  team,
  assignees: [teo],
  dedupKey: "5b0f1e0c5f4e4b6f9d3d7a8f00000004",
  createdAt: "2026-11-28T21:10:00.000Z",
  updatedAt: "2026-11-28T21:10:00.000Z",
  alertCount: 0,
  url: "https://lumen-demo.pagerduty.com/incidents/Q1REFU00000004",
};

/** A server that gives these answers in turn, and a connection to it. */
async function answering(
  names: readonly string[],
  { key = userKey, profile = {} }: { key?: string; profile?: Partial<Connection["profile"]> } = {},
): Promise<{ vendor: FakeVendor; connection: Connection }> {
  const vendor = await fakeVendor();
  for (const name of names) {
    const { request, response } = exchange(name);
    const [path = ""] = request.path.split("?");
    vendor.handle(`${request.method} ${path}`, (_, out) => write(out, response));
  }
  const keys = { api: key, integration: integrationKey };
  return { vendor, connection: connectTo(pagerduty, { url: vendor.url, keys, profile, now }) };
}

function write(out: ServerResponse, { status, headers, body }: Exchange["response"]): void {
  out.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
}

const open: IncidentFilter = {
  statuses: ["open", "acknowledged"],
  urgencies: [],
  services: [],
  sort: "created",
  order: "desc",
  limit: Number.POSITIVE_INFINITY,
};

/** The headers of a request, as far as the exchange has them. */
function expectHeaders({ headers }: FakeVendor["requests"][number], name: string): void {
  for (const [header, value] of Object.entries(exchange(name).request.headers))
    if (header !== "Authorization") expect(headers[header.toLowerCase()]).toBe(value);
  expect(headers.authorization).toMatch(/^Token token=.{20}$/);
}

describe("the key", () => {
  it("of a user is that user", async () => {
    const { vendor, connection } = await answering(["02-users-me-user-token"]);
    expect(await pagerduty.whoami(connection)).toEqual({
      account: { id: "lumen-demo", name: null },
      user: { id: "PUMINA1", name: "Mina Okafor", email: "mina@example.com" },
      key: { kind: "user", scopes: null },
    });
    expect(vendor.requests).toHaveLength(1);
    for (const request of vendor.requests) expectHeaders(request, "02-users-me-user-token");
  });

  it("of an account is good, although /users/me refuses it", async () => {
    const names = ["03-users-me-account-key", "01-abilities"];
    const { vendor, connection } = await answering(names, { key: accountKey });
    const rows = { incidents: [], services: [], schedules: [], oncalls: [], users: [], teams: [] };
    for (const [area, list] of Object.entries(rows)) vendor.reply(`GET /${area}`, 200, { [area]: list, more: false });
    vendor.reply("GET /escalation_policies", 403, exchange("23-read-only-key-writes").response.body);
    vendor.reply("GET /priorities", 402, { error: { code: 2014, message: "Required abilities are unavailable" } });
    expect(await pagerduty.validateKey(connection, "api")).toEqual({
      status: "valid",
      kind: "account",
      account: null,
      requestId: "0f0e0d0c-0000-4000-8000-000000000001",
      message: "the key belongs to no user: changes need the e-mail address of one as the user of the profile",
      scopes: {
        granted: ["incidents.read", "services.read", "schedules.read", "oncalls.read", "users.read", "teams.read"],
        missing: ["escalation_policies.read"],
        absent: ["priorities.read"],
        untested: ["incidents.write", "services.write", "schedules.write", "users.write", "teams.write"],
      },
    });
    expect(vendor.requests.every(({ method }) => method === "GET")).toBe(true);
  });

  it("that is wrong is invalid, also without JSON", async () => {
    const { vendor, connection } = await answering([]);
    vendor.handle("GET /users/me", (_, out) => write(out, exchange("04-unauthorized").response));
    expect(await pagerduty.validateKey(connection, "api")).toEqual({
      status: "invalid",
      kind: null,
      account: null,
      scopes: { granted: [], missing: [], untested: [], absent: [] },
      requestId: null,
      message: expect.stringContaining("the key was not accepted"),
    });
  });

  it("of an integration cannot be checked, and nothing is sent to find out", async () => {
    const { vendor, connection } = await answering([]);
    expect(await pagerduty.validateKey(connection, "integration")).toMatchObject({
      status: "unknown",
      uncheckable: true,
    });
    expect(vendor.requests).toEqual([]);
  });
});

describe("open incidents", () => {
  it("are listed however old they are, page by page, each once", async () => {
    const { vendor, connection } = await answering(["05-list-open-page-1", "06-list-open-page-2"]);
    const { rows, truncated } = await collectPages(pagerduty.incidents.list(connection, open));
    expect(truncated).toBeUndefined();
    expect(rows).toEqual([captures, indexLag, certificate]);
    const search = new URLSearchParams(exchange("05-list-open-page-1").request.path.split("?")[1]);
    for (const [name, value] of search)
      if (!/^(limit|offset|statuses)/.test(name)) expect(vendor.requests[0]?.query[name]).toBe(value);
    for (const request of vendor.requests) expectHeaders(request, "05-list-open-page-1");
  });

  it.each([undefined, null, "no"])("go on while a page is full where `more` is %j", async (more) => {
    const vendor = await fakeVendor();
    const row = (exchange("08-show-by-number").response.body as { incident: object }).incident;
    const all = Array.from({ length: 150 }, (_, index) => ({ ...row, id: `Q${index}` }));
    vendor.handle("GET /incidents", ({ query }, out) => {
      const [limit, offset] = [Number(query.limit), Number(query.offset)];
      write(out, {
        status: 200,
        headers: {},
        body: { incidents: all.slice(offset, offset + limit), limit, offset, more },
      });
    });
    const connection = connectTo(pagerduty, { url: vendor.url, keys: { api: userKey }, now });
    const { rows, truncated } = await collectPages(pagerduty.incidents.list(connection, open));
    expect({ count: rows.length, truncated }).toEqual({ count: 150, truncated: undefined });
  });

  it("are complete when some are resolved while they are read", async () => {
    const vendor = await fakeVendor();
    const row = (exchange("08-show-by-number").response.body as { incident: object }).incident;
    const all = Array.from({ length: 250 }, (_, index) => ({ ...row, id: `Q${index}` }));
    let pages = 0;
    vendor.handle("GET /incidents", ({ query }, out) => {
      const [limit, offset] = [Number(query.limit), Number(query.offset)];
      pages += 1;
      if (pages === 3) all.splice(10, 1);
      const incidents = all.slice(offset, offset + limit);
      const more = offset + incidents.length < all.length;
      write(out, { status: 200, headers: {}, body: { incidents, limit, offset, more } });
    });
    const connection = connectTo(pagerduty, { url: vendor.url, keys: { api: userKey }, now });
    const { rows, truncated } = await collectPages(pagerduty.incidents.list(connection, open));
    expect({ count: rows.length, truncated }).toEqual({ count: 250, truncated: undefined });
  });

  it("are not all when the vendor gives no more than 10,000, and that is reported", async () => {
    const vendor = await fakeVendor();
    const row = (exchange("08-show-by-number").response.body as { incident: object }).incident;
    vendor.handle("GET /incidents", ({ query }, out) => {
      const [limit, offset] = [Number(query.limit), Number(query.offset)];
      if (limit + offset > 10_000) return write(out, exchange("07-list-beyond-10000").response);
      const incidents = Array.from({ length: limit }, (_, index) => ({ ...row, id: `Q${offset + index}` }));
      write(out, { status: 200, headers: {}, body: { incidents, limit, offset, more: true } });
    });
    const connection = connectTo(pagerduty, { url: vendor.url, keys: { api: userKey }, now });
    const { rows, truncated } = await collectPages(pagerduty.incidents.list(connection, open));
    expect(rows).toHaveLength(10_000);
    expect(truncated).toBe("PagerDuty gives only the first 10000 rows of a list");
  });
});

describe("one incident", () => {
  it("is shown by its number, with an acknowledgment that ran out from its log", async () => {
    const { vendor, connection } = await answering(["08-show-by-number", "18-log-entries"]);
    vendor.reply("GET /incidents/Q1PAYM00000001/alerts", 200, { alerts: [{ id: "Q1AL", alert_key: "captures" }] });
    const email = "mina@example.com";
    const acknowledgedAt = "2026-11-28T21:09:02.000Z";
    expect(await pagerduty.incidents.show(connection, "4211")).toEqual({
      ...captures,
      dedupKey: "captures",
      assignees: [{ ...mina, email }],
      acknowledgedAt,
      creator: null,
      resolution: null,
      responders: [{ ...mina, email, assignedAt: "2026-11-28T21:04:11.000Z", acknowledgedAt }],
    });
    expect(vendor.requests[0]).toMatchObject({ method: "GET", path: "/incidents/4211" });
  });

  it("is not found", async () => {
    const { connection } = await answering(["09-show-missing"]);
    await expect(pagerduty.incidents.show(connection, "QNOSUCH0000000")).rejects.toMatchObject({
      kind: "notFound",
      status: 404,
      code: "2100",
      requestId: "0f0e0d0c-0000-4000-8000-000000000001",
    });
  });

  it("is created in the name of the profile's user", async () => {
    const { vendor, connection } = await answering(["10-create"], {
      key: accountKey,
      profile: { user: "mina@example.com", service: "PSPAY01" },
    });
    vendor.reply("GET /priorities", 200, { priorities: [{ id: "PPRIO01", name: "P1" }] });
    const created = await pagerduty.incidents.create(connection, {
      title: "Refund queue is stuck",
      urgency: "high",
      priority: "p1",
      description: "No refund left the queue since 20:50 UTC.",
      assignees: [{ id: "PUTEO22", name: null, email: null }],
    });
    expect(created).toEqual(refunds);
    const sent = vendor.requests.at(-1);
    expect(sent?.body).toEqual(exchange("10-create").request.body);
    expectHeaders(sent as FakeVendor["requests"][number], "10-create");
  });

  it("is not created without a user that a key of the account needs, and nothing is sent", async () => {
    const { vendor, connection } = await answering(["03-users-me-account-key"], { key: accountKey });
    const creating = pagerduty.incidents.create(connection, { title: "x", urgency: "high", service: "PSPAY01" });
    await expect(creating).rejects.toMatchObject({ kind: "usage", hint: expect.stringContaining("ONDUTY_USER") });
    expect(vendor.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("names the user as what is missing, when the vendor asks for it", async () => {
    const { connection } = await answering(["11-create-without-from"], { key: userKey });
    const creating = pagerduty.incidents.create(connection, { title: "x", urgency: "high", service: "PSPAY01" });
    await expect(creating).rejects.toMatchObject({ status: 400, hint: expect.stringContaining("ONDUTY_USER") });
  });

  it("has a history, oldest first", async () => {
    const { vendor, connection } = await answering(["18-log-entries"]);
    vendor.reply("GET /incidents/Q1PAYM00000001", 200, exchange("08-show-by-number").response.body);
    expect(await pagerduty.incidents.timeline(connection, "Q1PAYM00000001")).toEqual({
      rows: [
        { at: "2026-11-28T21:04:10.000Z", type: "triggered", by: null, text: "Triggered through the API" },
        {
          at: "2026-11-28T21:09:02.000Z",
          type: "acknowledged",
          by: "Mina Okafor",
          text: "Acknowledged by Mina Okafor",
        },
        {
          at: "2026-11-28T21:12:30.000Z",
          type: "commented",
          by: "Mina Okafor",
          text: "Failed over to the second acquirer.",
        },
      ],
    });
  });
});

/** An incident of the exchanges in another state. */
function inState(name: string, changes: object): { status: number; headers: Record<string, string>; body: object } {
  const incident = (exchange(name).response.body as { incident: object }).incident;
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: { incident: { ...incident, ...changes } },
  };
}

describe("an action", () => {
  const ids = ["Q1PAYM00000001", "Q1REFU00000004"];

  async function withStates(states: Record<string, object>, names: readonly string[], key = userKey) {
    const made = await answering(names, { key, profile: { user: "mina@example.com" } });
    for (const [id, changes] of Object.entries(states))
      made.vendor.handle(`GET /incidents/${id}`, (_, out) =>
        write(out, inState("08-show-by-number", { id, ...changes })),
      );
    return made;
  }

  it("acknowledges several in one request, in the name of the profile's user", async () => {
    const [first = "", second = ""] = ids;
    const { vendor, connection } = await withStates(
      { [first]: {}, [second]: { title: refunds.title } },
      ["12-ack-bulk"],
      accountKey,
    );
    const done = { outcome: "acknowledged", status: "acknowledged", by: "Mina Okafor", error: null, assignees: [mina] };
    expect(await pagerduty.incidents.act(connection, ids, { verb: "acknowledge" })).toEqual([
      { ...done, id: first, title: "Card captures time out", at: "2026-11-28T21:09:02.000Z" },
      { ...done, id: second, title: "Refund queue is stuck", at: "2026-11-28T21:11:02.000Z" },
    ]);
    const sent = vendor.requests.at(-1) as FakeVendor["requests"][number];
    expect(sent.body).toEqual(exchange("12-ack-bulk").request.body);
    expectHeaders(sent, "12-ack-bulk");
  });

  it("never acknowledges what is resolved: that would reopen it (15)", async () => {
    const { vendor, connection } = await withStates({ Q1SRCH00000002: { status: "resolved" } }, []);
    expect(await pagerduty.incidents.act(connection, ["Q1SRCH00000002"], { verb: "acknowledge" })).toEqual([
      {
        id: "Q1SRCH00000002",
        title: captures.title,
        outcome: "already",
        status: "resolved",
        by: "Payments API",
        at: "2026-11-28T21:04:10.000Z",
        error: null,
        assignees: [{ ...mina, email: "mina@example.com" }],
      },
    ]);
    expect(vendor.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("acknowledges what is resolved between the read and the write, and shows who has it then", async () => {
    const { vendor, connection } = await withStates({ Q1SRCH00000002: { status: "triggered" } }, []);
    const { incident } = exchange("15-ack-of-resolved-reopens").response.body as { incident: object };
    vendor.reply("PUT /incidents", 200, { incidents: [incident], more: false });
    const [outcome] = await pagerduty.incidents.act(connection, ["Q1SRCH00000002"], { verb: "acknowledge" });
    expect(outcome).toEqual({
      id: "Q1SRCH00000002",
      title: captures.title,
      outcome: "acknowledged",
      status: "acknowledged",
      by: "Mina Okafor",
      at: "2026-11-28T21:25:00.000Z",
      error: null,
      assignees: [mina],
    });
  });

  it("does not acknowledge what cannot be read", async () => {
    const { vendor, connection } = await withStates({ Q1PAYM00000001: {} }, []);
    vendor.reply("GET /incidents/Q1SRCH00000002", 500, {});
    vendor.handle("PUT /incidents", (_, out) => write(out, exchange("12-ack-bulk").response));
    const outcomes = await pagerduty.incidents.act(connection, ["Q1SRCH00000002", "Q1PAYM00000001"], {
      verb: "acknowledge",
    });
    expect(outcomes).toMatchObject([
      { outcome: "failed", error: expect.stringContaining("its state is not known") },
      { outcome: "acknowledged" },
    ]);
    expect(vendor.requests.at(-1)?.body).toMatchObject({ incidents: [{ id: "Q1PAYM00000001" }] });
  });

  it("is sent again for each, when one of several makes the vendor refuse all", async () => {
    const { vendor, connection } = await withStates({ Q1PAYM00000001: {}, Q1SRCH00000002: {} }, [
      "13-bulk-one-bad-nothing-done",
    ]);
    vendor.handle("PUT /incidents", ({ body }, out) => {
      const [{ id }] = (body as { incidents: [{ id: string }] }).incidents;
      if (id === "Q1PAYM00000001") return write(out, exchange("13-bulk-one-bad-nothing-done").response);
      const { incident } = exchange("14-resolve-with-resolution").response.body as { incident: object };
      write(out, { status: 200, headers: {}, body: { incidents: [incident] } });
    });
    vendor.reply("POST /incidents/Q1SRCH00000002/notes", 200, exchange("17-note").response.body);
    const action = { verb: "resolve", note: "Reindexed shard 7." } as const;
    expect(await pagerduty.incidents.act(connection, ["Q1PAYM00000001", "Q1SRCH00000002"], action)).toMatchObject([
      { id: "Q1PAYM00000001", outcome: "failed", error: expect.stringContaining("Incident Not Found") },
      { id: "Q1SRCH00000002", outcome: "resolved", at: "2026-11-28T21:20:00.000Z", error: null },
    ]);
    const own = vendor.requests.filter(({ method }) => method === "PUT").at(-1)?.body;
    const { incident } = exchange("14-resolve-with-resolution").request.body as { incident: object };
    expect(own).toEqual({ incidents: [{ id: "Q1SRCH00000002", ...incident }] });
  });

  it("snoozes what is acknowledged, for so many seconds", async () => {
    const { vendor, connection } = await withStates({ Q1PAYM00000001: { status: "acknowledged" } }, ["16-snooze"]);
    const outcomes = await pagerduty.incidents.act(connection, ["Q1PAYM00000001"], {
      verb: "snooze",
      forMs: 7_200_000,
    });
    expect(outcomes).toEqual([
      {
        id: "Q1PAYM00000001",
        title: captures.title,
        outcome: "snoozed",
        status: "acknowledged",
        by: "Mina Okafor",
        at: "2026-11-28T21:09:02.000Z",
        error: null,
        assignees: [mina],
      },
    ]);
    expect(vendor.requests.at(-1)?.body).toEqual(exchange("16-snooze").request.body);
  });

  it("adds a note", async () => {
    const { vendor, connection } = await withStates({ Q1PAYM00000001: {} }, ["17-note"]);
    const note = "Failed over to the second acquirer.";
    expect(await pagerduty.incidents.act(connection, ["Q1PAYM00000001"], { verb: "comment", note })).toEqual([
      {
        id: "Q1PAYM00000001",
        title: captures.title,
        outcome: "commented",
        status: "open",
        by: null,
        at: null,
        error: null,
      },
    ]);
    expect(vendor.requests.at(-1)?.body).toEqual(exchange("17-note").request.body);
  });

  it("names the scope that a key lacks which only reads", async () => {
    const { connection } = await withStates({ Q1PAYM00000001: {} }, ["23-read-only-key-writes"]);
    const action = { verb: "comment", note: "hello" } as const;
    expect(await pagerduty.incidents.act(connection, ["Q1PAYM00000001"], action)).toMatchObject([
      { outcome: "forbidden", error: expect.stringContaining("incidents.write") },
    ]);
  });

  it("acknowledges once more after a lost response, unless it is resolved meanwhile", async () => {
    const { vendor, connection } = await withStates({}, []);
    let reads = 0;
    vendor.handle("GET /incidents/Q1PAYM00000001", (_, out) => {
      reads += 1;
      write(out, inState("08-show-by-number", reads === 1 ? {} : { status: "resolved" }));
    });
    vendor.handle("PUT /incidents", (_, out) => void out.destroy());
    await pagerduty.incidents.act(connection, ["Q1PAYM00000001"], { verb: "acknowledge" });
    expect(vendor.requests.map(({ method }) => method)).toEqual(["GET", "PUT", "GET"]);
  });
});

describe("the rate limit", () => {
  it("names the seconds to wait, without Retry-After", async () => {
    const { connection } = await answering(["22-rate-limited"]);
    await expect(collectPages(pagerduty.incidents.list(connection, open))).rejects.toMatchObject({
      kind: "rateLimited",
      retryAfterMs: 20_000,
    });
  });
});

describe("an event", () => {
  const alert: Event = {
    action: "trigger",
    summary: "Deploy of payments failed",
    severity: "error",
    source: "github-actions",
    dedupKey: "ci/lumen/payments/deploy",
    component: "payments",
    group: "prod",
    class: "deploy",
    details: { commit: "9fceb02", run: 1881 },
    links: [{ href: "https://ci.example.com/runs/1881", text: "Run 1881" }],
    at: "2026-11-28T21:04:10Z",
  };

  it("is taken, and what it led to is not reported", async () => {
    const { vendor, connection } = await answering(["24-event-trigger"]);
    vendor.reply("GET /maintenance_windows", 200, { maintenance_windows: [], more: false });
    expect(await pagerduty.events.deliver(connection, alert)).toEqual({
      result: null,
      incident: null,
      requestId: null,
      message: null,
    });
    const { client_url: _, ...body } = exchange("24-event-trigger").request.body as Record<string, unknown>;
    const [event] = vendor.requests.filter(({ method }) => method === "POST");
    expect(event?.body).toEqual(body);
    expect(event?.headers.authorization).toBeUndefined();
    expect(vendor.requests.find(({ method }) => method === "GET")?.query).toMatchObject({ filter: "ongoing" });
  });

  it("waits for a key that is repaired: a wrong one is a 400", async () => {
    const { vendor, connection } = await answering(["25-event-refused"]);
    vendor.reply("GET /maintenance_windows", 200, { maintenance_windows: [], more: false });
    await expect(pagerduty.events.deliver(connection, { ...alert, action: "resolve" })).rejects.toMatchObject({
      kind: "auth",
      status: 400,
      retryable: false,
    });
  });

  it("of a deploy has its status, environment and version in words", async () => {
    const { vendor, connection } = await answering([]);
    vendor.reply("POST /v2/change/enqueue", 202, { status: "success", message: "Change event processed" });
    const change = { status: "failed", environment: "prod", version: "1.2.3" } as const;
    await pagerduty.events.deliver(connection, { ...alert, action: "change", change });
    expect(vendor.requests[0]?.body).toMatchObject({
      routing_key: integrationKey,
      payload: {
        summary: "Deploy of payments failed: failed",
        custom_details: { status: "failed", environment: "prod", version: "1.2.3", change_key: alert.dedupKey },
      },
    });
  });
});
