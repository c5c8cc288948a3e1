import { describe, expect, it } from "vitest";
import { ask, event, opsknight, rowsOf, start } from "./support.ts";

describe("keys of OpsKnight", () => {
  it("are taken in any of three headers, and a bad one beats a good one", async () => {
    const { urls, keys } = await start();
    const url = `${urls.opsknight}/api/incidents`;
    const key = keys.opsknight.all;
    const status = async (headers: Record<string, string>) => (await ask(url, { headers })).status;
    expect(await status({ authorization: `Bearer ${key}` })).toBe(200);
    expect(await status({ authorization: `Api-Key ${key}` })).toBe(200);
    expect(await status({ "x-api-key": key })).toBe(200);
    expect(await status({})).toBe(401);
    expect(await status({ authorization: "Bearer sk_test_fake_1", "x-api-key": key })).toBe(401);
    expect(await status({ authorization: "Bearer constructor" })).toBe(401);
  });

  it("report which scope they lack", async () => {
    const sandbox = await start();
    const none = await opsknight(sandbox, sandbox.keys.opsknight.noScopes)("GET /api/users");
    expect(none).toMatchObject({ status: 403, body: { error: { code: "FORBIDDEN" } } });
    expect(none.text).toContain("users:read");
    const reader = opsknight(sandbox, sandbox.keys.opsknight.readOnly);
    expect((await reader("GET /api/incidents")).status).toBe(200);
    expect((await reader("POST /api/events", event("trigger", "k"))).text).toContain("events:write");
    expect((await reader("PATCH /api/incidents/inc_000001", {})).text).toContain("incidents:write");
  });

  it("for integrations take events of their own service, and nothing else", async () => {
    const { urls, keys } = await start();
    const send = (path: string, token: string, body?: unknown) =>
      ask(`${urls.opsknight}${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { authorization: `Token token=${token}` },
        body,
      });
    const other = event("trigger", "k", { service_id: "svc_search" });
    const sent = await send("/api/events", keys.opsknight.integration, other);
    expect(sent.body).toMatchObject({ data: { action: "triggered", incident: { service: { id: "svc_checkout" } } } });
    expect((await send("/api/incidents", keys.opsknight.integration)).status).toBe(403);
    expect((await send("/api/events", "0".repeat(32), other)).status).toBe(401);
  });
});

describe("incidents of OpsKnight", () => {
  it("are filtered, sorted and paged", async () => {
    const ask = opsknight(await start());
    const all = (await ask("GET /api/incidents")).body;
    expect(all.pagination).toEqual({ total: 6, limit: 25, offset: 0, has_more: false });
    const rows = rowsOf(all.data);
    expect(rows.map((row) => row.created_at)).toEqual(
      rows
        .map((row) => row.created_at)
        .sort()
        .reverse(),
    );

    const ids = async (query: string) =>
      rowsOf((await ask(`GET /api/incidents?${query}`)).body.data).map(({ id }) => id);
    const where = (test: (row: (typeof rows)[number]) => boolean) => rows.filter(test).map(({ id }) => id);
    expect(await ids("status=OPEN,ACKNOWLEDGED")).toEqual(where(({ status }) => String(status) !== "RESOLVED"));
    expect(await ids("urgency=high")).toEqual(where(({ urgency }) => String(urgency) === "HIGH"));
    expect(await ids("order=asc")).toEqual(where(() => true).reverse());
    expect(await ids("service_id=svc_search&assignee_id=usr_kei")).toHaveLength(1);
    expect(await ids("team_id=team_platform")).toEqual(await ids("service_id=svc_database"));
    expect(await ids(`created_after=${rows[2]?.created_at}`)).toEqual(where(() => true).slice(0, 2));
    expect(await ids(`created_before=${rows[2]?.created_at}`)).toEqual(where(() => true).slice(3));
    const loud = rowsOf((await ask("GET /api/incidents?sort=urgency&order=desc")).body.data);
    expect(loud.map(({ urgency }) => urgency)).toEqual(["HIGH", "HIGH", "MEDIUM", "MEDIUM", "LOW", "LOW"]);
    expect(await ids("limit=2&offset=4")).toEqual(where(() => true).slice(4));
    expect((await ask("GET /api/incidents?limit=2&offset=2")).body.pagination).toMatchObject({ has_more: true });
    expect((await ask("GET /api/incidents?limit=5000")).body.pagination).toMatchObject({ limit: 100 });
  });

  it.each([
    ["limit=0", "limit"],
    ["offset=-1", "offset"],
    ["status=CLOSED", "status"],
    ["urgency=LOUD", "urgency"],
    ["sort=toString", "sort"],
    ["order=up", "order"],
    ["created_after=yesterday", "created_after"],
  ])("refuse %s, naming the field", async (query, field) => {
    const ask = opsknight(await start());
    expect(await ask(`GET /api/incidents?${query}`)).toMatchObject({
      status: 400,
      body: { error: { code: "VALIDATION_ERROR", details: { field } } },
    });
  });

  it("are created, changed and read", async () => {
    const ask = opsknight(await start());
    const made = await ask("POST /api/incidents", { title: "New <b>", urgency: "LOW", service_id: "svc_search" });
    expect(made).toMatchObject({ status: 201, body: { data: { title: "New <b>", status: "OPEN", assignee: null } } });
    const route = `/api/incidents/${made.body.data?.id}`;
    expect((await ask(`PATCH ${route}`, { status: "ACKNOWLEDGED" })).body.data).toMatchObject({
      status: "ACKNOWLEDGED",
      acknowledged_at: expect.any(String),
      assignee: { id: "usr_ada" },
    });
    expect((await ask(`PATCH ${route}`, { assignee_id: null, urgency: "HIGH" })).body.data).toMatchObject({
      assignee: null,
      urgency: "HIGH",
    });
    expect((await ask(`PATCH ${route}`, { assignee_id: "usr_nobody", urgency: "LOW" })).status).toBe(400);
    expect((await ask(`PATCH ${route}`, { status: "DONE" })).status).toBe(400);
    expect((await ask(`PATCH ${route}`, {})).status).toBe(400);
    expect((await ask(`PATCH ${route}`, "{")).status).toBe(400);
    expect((await ask(`GET ${route}`)).body.data).toMatchObject({ urgency: "HIGH" });
    expect(await ask("GET /api/incidents/inc_999999")).toMatchObject({
      status: 404,
      body: { error: { code: "NOT_FOUND" } },
    });
    expect((await ask("POST /api/incidents", { title: "x", urgency: "LOW", service_id: "svc_none" })).status).toBe(400);
    expect((await ask("DELETE /api/incidents")).status).toBe(405);
    expect((await ask("GET /api/incidents/%E0%A4%A")).status).toBe(404);
    expect((await ask("GET /api/nothing")).status).toBe(404);
  });
});

describe("events of OpsKnight", () => {
  it("open one incident for a key, and close it", async () => {
    const ask = opsknight(await start());
    const send = async (action: string, key: string) => (await ask("POST /api/events", event(action, key))).body.data;
    const first = await send("trigger", "disk");
    expect(first).toMatchObject({ action: "triggered", incident: { status: "OPEN", urgency: "HIGH" } });
    expect(await send("trigger", "disk")).toMatchObject({
      action: "deduplicated",
      incident: { id: first?.incident?.id },
    });
    expect(await send("acknowledge", "disk")).toMatchObject({ action: "acknowledged" });
    expect(await send("trigger", "disk")).toMatchObject({ action: "deduplicated" });
    expect(await send("resolve", "disk")).toMatchObject({ action: "resolved", incident: { status: "RESOLVED" } });
    expect(await send("resolve", "disk")).toMatchObject({ action: "ignored", incident: null });
    expect(await send("acknowledge", "never")).toMatchObject({ action: "ignored" });
    const second = await send("trigger", "disk");
    expect(second).toMatchObject({ action: "triggered" });
    expect(second?.incident?.id).not.toEqual(first?.incident?.id);
  });

  it.each([
    ["event_action", { event_action: "close" }],
    ["dedup_key", { dedup_key: "k".repeat(201) }],
    ["payload.summary", { payload: { summary: " ", source: "s", severity: "info" } }],
    ["payload.severity", { payload: { summary: "s", source: "s", severity: "loud" } }],
    ["service_id", { service_id: undefined }],
  ])("are refused for a bad %s", async (field, change) => {
    const ask = opsknight(await start());
    const reply = await ask("POST /api/events", event("trigger", "k", change));
    expect(reply).toMatchObject({ status: 400, body: { error: { details: { field } } } });
  });

  it("are not found for a service that is not there, as on the server that runs", async () => {
    const ask = opsknight(await start());
    const reply = await ask("POST /api/events", event("trigger", "k", { service_id: "svc_none" }));
    expect(reply).toMatchObject({ status: 404, body: { error: { code: "NOT_FOUND", message: "Service not found" } } });
  });
});

describe("rate limits of OpsKnight", () => {
  it("stand on every answer, and end with the minute", async () => {
    let now = new Date("2026-03-01T10:00:20Z");
    const sandbox = await start({ now: () => now });
    const ask = opsknight(sandbox);
    const send = () => ask("POST /api/events", event("acknowledge", "k"));
    const first = await send();
    expect(Object.fromEntries(first.headers)).toMatchObject({
      "x-ratelimit-limit": "100",
      "x-ratelimit-remaining": "99",
      "x-ratelimit-reset": String(Date.parse("2026-03-01T10:01:00Z") / 1000),
    });
    const more = await ask.often(99, "POST /api/events", event("acknowledge", "k"));
    expect(more).toEqual(Array.from({ length: 99 }, () => 202));
    const refused = await send();
    expect(refused).toMatchObject({ status: 429, body: { error: { code: "RATE_LIMITED", retry_after: 40 } } });
    expect(refused.headers.get("retry-after")).toBe("40");
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    // Reads, writes and other keys are counted apart.
    expect((await ask("GET /api/incidents")).headers.get("x-ratelimit-limit")).toBe("300");
    expect((await ask("POST /api/incidents", {})).headers.get("x-ratelimit-limit")).toBe("100");
    expect((await opsknight(sandbox, "sk_test_fake_1")("GET /api/teams")).headers.get("x-ratelimit-limit")).toBe("300");
    now = new Date("2026-03-01T10:01:00Z");
    expect((await send()).status).toBe(202);
  });

  it("can be turned off", async () => {
    const ask = opsknight(await start({ rateLimits: false, now: () => new Date("2026-03-01T10:00:00Z") }));
    const statuses = await ask.often(102, "POST /api/events", event("resolve", "k"));
    expect(statuses).toEqual(Array.from({ length: 102 }, () => 202));
  });
});

describe("the directory of OpsKnight", () => {
  it("reports who is on call, gaps included", async () => {
    const ask = opsknight(await start());
    const primary = (await ask("GET /api/schedules/sch_primary/on-call")).body.data;
    expect(primary).toMatchObject({
      schedule: { id: "sch_primary", name: "Primary", time_zone: "UTC" },
      on_call: [{ user: { id: "usr_ada", email: "ada@sandbox.test" } }],
      next: [{ user: { id: "usr_grace" } }],
    });
    const [shift] = rowsOf(primary?.on_call);
    expect(Date.parse(String(shift?.start))).toBeLessThan(Date.now());
    expect(Date.parse(String(shift?.end))).toBeGreaterThan(Date.now());
    expect((await ask("GET /api/schedules/sch_weekend/on-call")).body.data).toMatchObject({ on_call: [] });
    expect((await ask("GET /api/schedules/none/on-call")).status).toBe(404);
  });

  it.each([["services"], ["schedules"], ["users"], ["teams"]])("lists and shows %s", async (area) => {
    const ask = opsknight(await start());
    const list = (await ask(`GET /api/${area}?limit=1`)).body;
    expect(list.pagination).toMatchObject({ limit: 1, has_more: true });
    const id = rowsOf(list.data)[0]?.id;
    expect((await ask(`GET /api/${area}/${id}`)).body.data).toEqual(rowsOf(list.data)[0]);
    expect((await ask(`GET /api/${area}/none`)).status).toBe(404);
    expect((await ask(`GET /api/${area}/${id}/none`)).status).toBe(404);
  });

  it("reports its health without a key", async () => {
    const { urls } = await start();
    expect(await ask(`${urls.opsknight}/api/health`)).toMatchObject({ status: 200, body: { status: "healthy" } });
  });
});
