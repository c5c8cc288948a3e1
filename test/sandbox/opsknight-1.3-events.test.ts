import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/server.ts";
import type { Exchange } from "../support/replay.ts";
import { type Answer, ask, askOften, event, opsknight, rowsOf, start } from "./support.ts";

const recorded = JSON.parse(
  readFileSync(new URL("../fixtures/opsknight/2026-08-events.json", import.meta.url), "utf8"),
) as Exchange[];

const exchange = (name: string): Exchange => {
  const found = recorded.find((one) => one.name.endsWith(name));
  if (found === undefined) throw new Error(`no recorded exchange ends in ${name}`);
  return found;
};

/** Sends a recorded request, with the keys and ids of the sandbox in place of the recorded ones. */
function again({ urls, keys }: Sandbox, { request }: Exchange): Promise<Answer> {
  const words: Record<string, string> = {
    ok_KEY_FULL: keys.opsknight.all,
    ok_KEY_READ: keys.opsknight.readOnly,
    ok_KEY_USER: keys.opsknight.user,
    INTEGRATION_KEY_1: keys.opsknight.integration,
    INTEGRATION_KEY_2: keys.opsknight.integration,
    cd7c160f277fe90c51a5d875d: "int_checkout",
    c42a804e77c9dd0dc396ba509: "int_checkout",
    c3850d2fb91d493cafc2a93e7: "svc_checkout",
    c85bff39accf65d80ed6146e2: "svc_database",
  };
  const swap = (text: string): string =>
    Object.entries(words).reduce((all, [from, to]) => all.replaceAll(from, to), text);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, swap(value)]));
  const { method, body } = request;
  return ask(`${urls.opsknight}${swap(request.path)}`, {
    method,
    headers,
    ...(body !== null && { body: swap(JSON.stringify(body)) }),
  });
}

/** What both answers must have in common: of an incident all but ids, times and the escalation, which the sandbox does not run. */
function facts({ status, body }: { status: number; body: unknown }, ...more: string[]): unknown {
  const ids = ["id", "serviceId", "assigneeId", "createdAt", "updatedAt", "resolvedAt", "acknowledgedAt"];
  const left = [
    ...ids,
    ...more,
    "escalationStatus",
    "escalationProcessingAt",
    "currentEscalationStep",
    "nextEscalationAt",
  ];
  const text = JSON.stringify(body, (name, value: unknown) => (left.includes(name) ? value !== undefined : value));
  return { status, body: JSON.parse(text) as unknown };
}

const token = ({ keys }: Sandbox) => ({ authorization: `Token token=${keys.opsknight.integration}` });

describe("events of the dialect 1.3, against what a running server answered", () => {
  it.each([
    ["e1-trigger-service-1"],
    ["resolve-with-nothing-open"],
    ["pd-bearer-api-key"],
    ["pd-token-header-is-not-read"],
    ["pd-nothing"],
    ["pd-ack-without-payload"],
    ["pd-trigger-without-dedup-key"],
    ["pd-empty-payload"],
    ["pd-bad-severity"],
    ["pd-trigger-without-source"],
    ["event-unicode-dedup-key-trimmed"],
    ["event-probe-good-integration-key"],
    ["event-probe-api-key-no-service"],
    ["event-probe-api-key-no-scope"],
    ["event-user-role-other-team"],
    ["incident-probe-no-write-scope"],
    ["incident-create-user-role-other-team"],
    ["event-with-component-group-class-timestamp"],
  ])("%s", async (name) => {
    const sandbox = await start({ dialect: "1.3" });
    const wanted = exchange(name);
    expect(facts(await again(sandbox, wanted))).toEqual(facts(wanted.response));
  });

  it("keeps incidents of two services under one key apart", async () => {
    const sandbox = await start({ dialect: "1.3" });
    for (const name of ["e1-trigger-service-1", "e1-trigger-service-2"])
      expect(facts(await again(sandbox, exchange(name)))).toEqual(facts(exchange(name).response));
  });

  it("closes the trigger after a resolve that found nothing open", async () => {
    const sandbox = await start({ dialect: "1.3" });
    for (const name of ["resolve-with-nothing-open", "trigger-after-buffered-resolve"])
      expect(facts(await again(sandbox, exchange(name)))).toEqual(facts(exchange(name).response));
  });

  it("changes neither urgency nor title of an incident that is open", async () => {
    const sandbox = await start({ dialect: "1.3" });
    const payload = { summary: "e-e4key", source: "e", severity: "info" };
    await opsknight(sandbox)("POST /api/events", event("trigger", "e4key", { payload }));
    const wanted = exchange("e4-higher-severity-deduplicated");
    expect(facts(await again(sandbox, wanted))).toEqual(facts(wanted.response));
  });

  it("leaves an incident snoozed when it is triggered again", async () => {
    const sandbox = await start({ dialect: "1.3" });
    const send = opsknight(sandbox);
    const payload = { summary: "watchme2", source: "vm", severity: "error" };
    const { body } = await send("POST /api/events", event("trigger", "watch2", { payload }));
    await send(`PATCH /api/incidents/${body.result?.incident?.id}`, { status: "SNOOZED", assigneeId: "usr_kei" });
    const wanted = exchange("trigger-on-a-snoozed-incident");
    expect(facts(await again(sandbox, wanted))).toEqual(facts(wanted.response));
  });

  it("refuses more than its allowance as the server does", async () => {
    const sandbox = await start({ dialect: "1.3", now: () => new Date("2026-03-01T10:00:33Z") });
    const send = opsknight(sandbox);
    await send.often(120, "POST /api/events", event("acknowledge", "k"));
    const wanted = exchange("event-429-shared-bucket");
    const answer = await again(sandbox, wanted);
    expect(facts(answer)).toEqual(facts(wanted.response));
    expect(answer.headers.get("retry-after")).toBe("27");
  });
});

describe("events of the dialect 1.3", () => {
  it("keep every resolve that found nothing open: each closes one later trigger of its key", async () => {
    let now = new Date("2026-03-01T10:00:00Z");
    const send = opsknight(await start({ dialect: "1.3", now: () => now }));
    const action = async (word: string) => (await send("POST /api/events", event(word, "k"))).body.result?.action;
    await action("resolve");
    now = new Date("2026-03-01T10:02:00Z");
    for (let n = 0; n < 3; n += 1) expect(await action("resolve")).toBe("ignored");
    now = new Date("2026-03-01T10:06:00Z");
    // The first of the four has expired.
    for (let n = 0; n < 3; n += 1) expect(await action("trigger")).toBe("resolved");
    expect(await action("trigger")).toBe("triggered");
  });

  it("share one allowance of all API keys, and integrations have their own of each route", async () => {
    const sandbox = await start({ dialect: "1.3", now: () => new Date("2026-03-01T10:00:30Z") });
    const { all, responder, integration } = sandbox.keys.opsknight;
    await opsknight(sandbox, all).often(120, "POST /api/events", event("acknowledge", "k"));
    const another = await opsknight(sandbox, responder)("POST /api/events", event("acknowledge", "k"));
    expect(another.status).toBe(429);
    const url = `${sandbox.urls.opsknight}/api`;
    const own = { method: "POST", headers: token(sandbox), body: event("acknowledge", "k") };
    expect((await ask(`${url}/events`, own)).status).toBe(202);
    const body = { routing_key: integration, event_action: "acknowledge", dedup_key: "k" };
    const statuses = await askOften(101, `${url}/integrations/pagerduty/v2/enqueue`, { method: "POST", body });
    expect(statuses.filter((status) => status === 202)).toHaveLength(100);
    expect(statuses.at(-1)).toBe(429);
  });

  it("meet in one incident, by whatever route they come", async () => {
    const sandbox = await start({ dialect: "1.3" });
    const body = { routing_key: sandbox.keys.opsknight.integration, event_action: "trigger", dedup_key: "both" };
    await ask(`${sandbox.urls.opsknight}/api/integrations/pagerduty/v2/enqueue`, { method: "POST", body });
    const answer = await opsknight(sandbox)("POST /api/events", event("trigger", "both"));
    expect(answer.body.result).toMatchObject({ action: "deduplicated", incident: { title: "PagerDuty Alert" } });
    expect(JSON.stringify(answer.body)).not.toContain(sandbox.keys.opsknight.integration);
  });

  it("cannot hold half an emoji or NUL, and a body of over 10 MiB is no JSON", async () => {
    const send = opsknight(await start({ dialect: "1.3" }));
    const payload = (summary: string) => ({ summary, source: "s", severity: "error" });
    expect((await send("POST /api/events", event("trigger", "k", { payload: payload("half \ud83d") }))).status).toBe(
      500,
    );
    expect((await send("POST /api/events", event("trigger", "k", { payload: payload("nul \0") }))).status).toBe(500);
    const details = { ...payload("big"), custom_details: { text: "x".repeat(10 * 1024 * 1024) } };
    const big = await send("POST /api/events", event("trigger", "k", { payload: details }));
    expect({ status: big.status, body: big.body }).toEqual({
      status: 400,
      body: { error: "Please check your input and try again." },
    });
  });
});

describe("integrations of the dialect 1.3", () => {
  it.each([
    ["prometheus-three-firing"],
    ["prometheus-no-key"],
    ["prometheus-one-of-a-group-resolved"],
    ["integration-webhook-no-key"],
    ["integration-webhook-unknown-id"],
  ])("%s", async (name) => {
    const sandbox = await start({ dialect: "1.3" });
    const wanted = exchange(name);
    expect(facts(await again(sandbox, wanted), "description")).toEqual(facts(wanted.response, "description"));
  });

  it("know an alert again, by whatever way the key comes", async () => {
    const sandbox = await start({ dialect: "1.3" });
    for (const name of ["prometheus-three-firing", "prometheus-token-header"]) {
      const wanted = exchange(name);
      expect(facts(await again(sandbox, wanted), "description")).toEqual(facts(wanted.response, "description"));
    }
  });

  it("tell a known key by an empty group, and write nothing", async () => {
    const { urls, keys } = await start({ dialect: "1.3" });
    const url = `${urls.opsknight}/api/integrations/prometheus?integrationId=int_checkout`;
    const body = { alerts: [] };
    expect((await ask(`${url}&key=${keys.opsknight.integration}`, { method: "POST", body })).status).toBe(400);
    expect((await ask(`${url}&key=${keys.opsknight.all}`, { method: "POST", body })).status).toBe(401);
  });

  it("take a webhook in nearly any words, and ignore a resolve of nothing without a reason", async () => {
    const { urls, keys } = await start({ dialect: "1.3" });
    const url = `${urls.opsknight}/api/integrations/webhook?integrationId=int_checkout`;
    const headers = { "x-integration-key": keys.opsknight.integration };
    const send = async (body: object) => (await ask(url, { method: "POST", headers, body })).body.result;
    expect(await send({ alert_id: "disk", state: "OK" })).toEqual({ action: "ignored" });
    expect(await send({ alert_id: "disk", name: "Disk", level: "critical" })).toMatchObject({
      action: "triggered",
      incident: { title: "Disk", urgency: "HIGH", dedupKey: "disk" },
    });
    expect(await send({ alert_id: "disk", state: "fixed" })).toMatchObject({ action: "resolved" });
  });
});

describe("an incident of an event of the dialect 1.3", () => {
  const payload = (details: object) => ({ summary: "s", source: "s", severity: "error", custom_details: details });

  it("is assigned by its escalation a moment after the trigger, and a description is cut", async () => {
    const send = opsknight(await start({ dialect: "1.3" }));
    const trigger = event("trigger", "k", { payload: payload({ text: "x".repeat(20_000) }) });
    const { incident } = (await send("POST /api/events", trigger)).body.result ?? {};
    expect(incident).toMatchObject({ assigneeId: null });
    const shown = (await send(`GET /api/incidents/${incident?.id}`)).body.incident;
    expect(shown).toMatchObject({ assigneeId: "usr_ada" });
    expect(String(shown?.description)).toHaveLength(10_000);
  });

  it("fails beside another new one of its service when it is told to, and a repeat heals it", async () => {
    let now = new Date("2026-03-01T10:00:00Z");
    const sandbox = await start({ dialect: "1.3", now: () => now });
    await ask(`${sandbox.url}/_sandbox/chaos`, { method: "POST", body: { spec: "conflicts" } });
    const status = async (key: string) =>
      (await opsknight(sandbox)("POST /api/events", event("trigger", key, { payload: payload({}) }))).status;
    expect([await status("a"), await status("b"), await status("a")]).toEqual([202, 500, 202]);
    now = new Date("2026-03-01T10:00:01Z");
    expect(await status("b")).toBe(202);
  });

  it("is counted on the status page, which needs no key", async () => {
    const sandbox = await start({ dialect: "1.3" });
    const count = async () => {
      const { body } = await ask(`${sandbox.urls.opsknight}/api/status`);
      return rowsOf(body.services).find(({ id }) => String(id) === "svc_checkout")?.activeIncidents;
    };
    const before = Number(await count());
    await opsknight(sandbox)("POST /api/events", event("trigger", "k", { payload: payload({}) }));
    expect(await count()).toBe(before + 1);
  });
});

describe("roles of the dialect 1.3", () => {
  it("show a plain user what is assigned to them or belongs to their teams' services, without a word", async () => {
    const sandbox = await start({ dialect: "1.3" });
    const all = opsknight(sandbox);
    const user = opsknight(sandbox, sandbox.keys.opsknight.user);
    const responder = opsknight(sandbox, sandbox.keys.opsknight.responder);
    const created = await all("POST /api/incidents", { title: "t", serviceId: "svc_database", urgency: "HIGH" });
    const id = String(created.body.incident?.id);
    const ids = async (ask: typeof all) =>
      rowsOf((await ask("GET /api/incidents?limit=200")).body.incidents).map((row) => row.id);
    expect(await ids(user)).not.toContain(id);
    expect(await ids(responder)).toEqual(await ids(all));
    for (const [route, body] of [
      [`GET /api/incidents/${id}`],
      [`PATCH /api/incidents/${id}`, { status: "ACKNOWLEDGED" }],
    ] as const)
      expect(await user(route, body)).toMatchObject({
        status: 403,
        body: { error: "Forbidden. Incident access denied." },
      });
    await all(`PATCH /api/incidents/${id}`, { assigneeId: "usr_kei" });
    expect(await ids(user)).toContain(id);
    expect((await user(`GET /api/incidents/${id}`)).status).toBe(200);
    expect((await user("GET /api/services")).body.services).toEqual((await all("GET /api/services")).body.services);
  });

  it("do not accept the key of a disabled owner", async () => {
    const sandbox = await start({ dialect: "1.3" });
    const disabled = opsknight(sandbox, sandbox.keys.opsknight.disabled);
    for (const route of ["GET /api/incidents", "GET /api/services", "GET /api/schedules"])
      expect((await disabled(route)).status).toBe(401);
    expect((await disabled("POST /api/events", event("trigger", "k"))).status).toBe(401);
  });
});
