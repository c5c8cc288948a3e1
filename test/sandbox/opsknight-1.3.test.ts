import { describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { type Exchange, exchanges } from "../support/replay.ts";
import { ask, event, opsknight, rowsOf, start } from "./support.ts";

const recorded = (name: string): Exchange => {
  const found = exchanges.find((one) => one.name.endsWith(name));
  if (found === undefined) throw new Error(`no recorded exchange ends in ${name}`);
  return found;
};

/** The keys of an object and of what lies in it, as paths; of a list those of its first element. */
function shapeOf(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : shapeOf(value[0], `${path}[]`);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [`${path}.${name}`, ...shapeOf(inner, `${path}.${name}`)]);
}

/** Sends a recorded request as it was, with the keys and ids of the sandbox in place of the recorded ones. */
async function again({ urls, keys }: Sandbox, { request }: Exchange) {
  const words: Record<string, string> = {
    "ok_all-local-test-key-000000000000000000000000": keys.opsknight.all,
    "0123456789abcdef0123456789abcdef": keys.opsknight.integration,
  };
  const swap = (text: string): string =>
    Object.entries(words)
      .reduce((result, [from, to]) => result.replaceAll(from, to), text)
      .replaceAll(/ok_(readon|events)\w*-[\w-]+/g, keys.opsknight.readOnly)
      .replaceAll(/ok_noscop[\w-]+/g, keys.opsknight.noScopes)
      .replaceAll(/csvc(checkout|webfrontend)0+/g, "svc_checkout")
      .replaceAll(/cuser(member|responder)0+/g, "usr_grace")
      .replaceAll(/cschprimary0+/g, "sch_primary")
      .replaceAll("cmwplvn2600aa3tzobztuf1ok", "inc_000001");
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, swap(value)]));
  const { body } = request;
  const sent = body === null ? undefined : swap(typeof body === "string" ? body : JSON.stringify(body));
  const method = request.method;
  const answer = await ask(`${urls.opsknight}${swap(request.path)}`, {
    method,
    headers,
    ...(sent !== undefined && method !== "GET" && method !== "HEAD" && { body: sent }),
  });
  return answer;
}

describe("the dialect 1.3, against what a running server answered", () => {
  it.each([
    ["health-liveness"],
    ["health-readiness"],
    ["auth-bearer"],
    ["auth-bearer-lowercase"],
    ["auth-api-key-scheme"],
    ["auth-no-key"],
    ["auth-unknown-key"],
    ["auth-key-without-scopes"],
    ["auth-key-in-query"],
    ["auth-integration-key-on-incidents"],
    ["auth-bad-bearer-good-x-api-key"],
    ["auth-empty-bearer"],
    ["events-trigger"],
    ["events-ack-ignored"],
    ["events-serviceId-camel"],
    ["events-no-service-id"],
    ["events-routing-key-instead-of-service-id"],
    ["events-ack-without-payload"],
    ["events-no-dedup-key"],
    ["events-unknown-service"],
    ["events-bad-severity"],
    ["events-empty-summary"],
    ["events-empty-object"],
    ["events-array-body"],
    ["events-invalid-json"],
    ["events-empty-body"],
    ["events-form-encoded"],
    ["events-no-key"],
    ["events-no-key-invalid-json"],
    ["events-scope-missing-and-bad-body"],
    ["events-summary-500"],
    ["events-summary-501"],
    ["events-source-201"],
    ["events-unicode"],
    ["events-html-in-summary"],
    ["events-emoji-500-utf16"],
    ["events-emoji-251"],
    ["events-token-resolve-ignored"],
    ["events-token-unknown"],
    ["events-token-lowercase-scheme"],
    ["events-integration-key-as-bearer"],
    ["events-method-get"],
    ["events-method-put"],
    ["events-method-options"],
    ["events-trailing-slash"],
    ["incidents-create-minimal"],
    ["incidents-create-full"],
    ["incidents-create-unknown-fields-ignored"],
    ["incidents-create-snake-service-id-doc-example"],
    ["incidents-create-no-title"],
    ["incidents-create-blank-title"],
    ["incidents-create-bad-urgency"],
    ["incidents-create-unknown-service"],
    ["incidents-create-title-501"],
    ["incidents-create-priority-21"],
    ["incidents-create-null-body"],
    ["incidents-create-empty-body"],
    ["incidents-create-wrong-content-type"],
    ["incident-get-unknown"],
    ["incident-get-no-scope"],
    ["incident-patch-acknowledged-again"],
    ["incident-patch-open-from-acknowledged"],
    ["incident-patch-urgency"],
    ["incident-patch-assign-unknown-user"],
    ["incident-patch-assign-null"],
    ["incident-patch-snake-assignee-id"],
    ["incident-patch-title-only"],
    ["incident-patch-bad-status"],
    ["incident-patch-lowercase-status"],
    ["incident-patch-bad-urgency"],
    ["incident-patch-unknown-incident"],
    ["incident-patch-null-body"],
    ["incident-method-put"],
    ["incidents-method-delete"],
    ["incident-sub-acknowledge"],
    ["incidents-list-limit-2"],
    ["incidents-list-limit-0-5"],
    ["incidents-list-limit-3-status-bogus"],
    ["incidents-list-limit-3-sort-bogus-order-sideways"],
    ["incidents-list-double-slash"],
    ["schedules-list"],
    ["schedules-no-key"],
    ["schedules-post-405"],
    ["schedule-get"],
    ["schedule-on-call"],
    ["services-list"],
    ["services-list-offset-ignored"],
    ["service-get"],
    ["route-api-users"],
    ["route-api-teams"],
    ["route-api"],
    ["route-unknown-no-key"],
    ["page-root-redirect"],
    ["page-unknown-redirect"],
    ["pd-trigger"],
    ["pd-ack-ignored"],
    ["pd-no-dedup-key"],
    ["pd-empty-object"],
    ["pd-bad-severity"],
    ["pd-bad-action"],
    ["pd-key-in-bearer"],
    ["pd-get-405"],
  ])("%s", async (name) => {
    const sandbox = await start({ dialect: "1.3" });
    const exchange = recorded(name);
    const { response } = exchange;
    const answer = await again(sandbox, exchange);
    expect(answer.status).toBe(response.status);
    const kind = response.headers["content-type"];
    if (kind !== undefined) expect(answer.headers.get("content-type")).toBe(kind);
    const { location } = response.headers;
    if (location !== undefined) expect(answer.headers.get("location")).toBe(`/opsknight${location}`);
    if (response.body === "") expect(answer.text).toBe("");
    if (typeof response.body !== "object" || response.body === null) return;
    const shape = (body: unknown) =>
      shapeOf(body).filter((path) => path !== "._leftOut" && !path.includes(".assignee."));
    expect(new Set(shape(answer.body))).toEqual(new Set(shape(response.body)));
    const { error, meta, message, status, errors } = response.body as Record<string, unknown>;
    expect(answer.body).toMatchObject({
      ...(error !== undefined && { error }),
      ...(meta !== undefined && { meta }),
      ...(typeof message === "string" && { message }),
      ...(typeof status === "string" && { status }),
      ...(errors !== undefined && { errors }),
    });
  });
});

describe("the dialect 1.3", () => {
  it("remembers a resolve that came first for five minutes", async () => {
    let now = new Date("2026-03-01T10:00:00Z");
    const ask = opsknight(await start({ dialect: "1.3", now: () => now }));
    const send = async (action: string, key: string) => (await ask("POST /api/events", event(action, key))).body.result;
    expect(await send("resolve", "early")).toMatchObject({ action: "ignored", dedupKey: "early" });
    now = new Date("2026-03-01T10:04:59Z");
    expect(await send("trigger", "early")).toMatchObject({ action: "resolved", incident: { status: "RESOLVED" } });
    expect(await send("trigger", "early")).toMatchObject({ action: "triggered" });
    await send("resolve", "late");
    now = new Date("2026-03-01T10:10:00Z");
    expect(await send("trigger", "late")).toMatchObject({ action: "triggered" });
  });

  it("ignores every filter and offset, and lists at most 200, the newest first", async () => {
    const sandbox = await start({ dialect: "1.3" });
    await ask(`${sandbox.url}/_sandbox/seed`, { method: "POST", body: { incidents: 300 } });
    const get = opsknight(sandbox);
    const list = async (query: string) => rowsOf((await get(`GET /api/incidents${query}`)).body.incidents);
    const usual = await list("");
    expect(usual).toHaveLength(50);
    expect(await list("?limit=1000")).toHaveLength(200);
    expect(await list("?status=RESOLVED&offset=20&order=asc")).toEqual(usual);
  });

  it("shares one bucket of events among all API keys, and has none for schedules", async () => {
    const now = () => new Date("2026-03-01T10:00:30Z");
    const sandbox = await start({ dialect: "1.3", now });
    const send = opsknight(sandbox);
    await send.often(120, "POST /api/events", event("acknowledge", "k"));
    const refused = await send("POST /api/events", event("acknowledge", "k"));
    expect(refused).toMatchObject({ status: 429, body: { error: "Rate limit exceeded." } });
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(refused.headers.get("x-ratelimit-limit")).toBeNull();
    // A bad body is told first, and another kind of key has its own bucket.
    expect((await send("POST /api/events", {})).status).toBe(400);
    const headers = { authorization: `Token token=${sandbox.keys.opsknight.integration}` };
    const url = `${sandbox.urls.opsknight}/api/events`;
    expect((await ask(url, { method: "POST", headers, body: event("acknowledge", "k") })).status).toBe(202);
    const often = async (times: number, route: string) => {
      const statuses = await send.often(times, route);
      expect(statuses).toEqual(Array.from({ length: times }, () => 200));
    };
    await often(61, "GET /api/schedules");
    await often(60, "GET /api/incidents?limit=1");
    expect((await send("GET /api/incidents/inc_000001")).status).toBe(429);
  });

  it("unassigns with an empty id", async () => {
    const ask = opsknight(await start({ dialect: "1.3" }));
    const route = "/api/incidents/inc_000001";
    await ask(`PATCH ${route}`, { assigneeId: "usr_kei" });
    expect((await ask(`GET ${route}`)).body.incident).toMatchObject({
      assigneeId: "usr_kei",
      assignee: { name: "藤井 慧" },
    });
    const answer = await ask(`PATCH ${route}`, { assigneeId: "" });
    expect(answer.body.incident).toMatchObject({ assigneeId: null });
    expect(answer.body.incident).not.toHaveProperty("assignee");
  });
});
