import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Exchange, exchanges } from "../support/replay.ts";
import { ask, type Json, opsknight, start } from "./support.ts";

const later = JSON.parse(
  readFileSync(new URL("../fixtures/opsknight/2026-08-incidents.json", import.meta.url), "utf8"),
) as Exchange[];

const recorded = (name: string): Exchange => {
  const found = [...later, ...exchanges].find((one) => one.name.endsWith(name));
  if (found === undefined) throw new Error(`no recorded exchange ends in ${name}`);
  return found;
};

/** An incident of the dialect 1.3, of a service with an escalation or without one, and a way to change it. */
async function incident(service = "svc_database") {
  const sandbox = await start({ dialect: "1.3" });
  const send = opsknight(sandbox);
  const { body } = await send("POST /api/incidents", { title: "A walk", urgency: "HIGH", serviceId: service });
  const route = `/api/incidents/${body.incident?.id}`;
  const patch = (change: object): Promise<{ status: number; text: string; body: Json }> =>
    send(`PATCH ${route}`, change);
  const show = async (): Promise<Json | undefined> => (await send(`GET ${route}`)).body.incident;
  return { sandbox, send, created: body.incident, route, patch, show };
}

/** What is the same in any incident: its fields, its status, the state of its escalation, and which times it has. */
function facts(value: unknown) {
  const row = value as Record<string, unknown>;
  const times = ["acknowledgedAt", "resolvedAt", "snoozedUntil", "nextEscalationAt"].filter(
    (name) => row[name] !== null,
  );
  return { names: Object.keys(row).sort(), status: row.status, escalation: row.escalationStatus, times };
}

describe("incidents of the dialect 1.3, against what a running server answered", () => {
  it.each([
    ["incident-patch-snoozed", []],
    ["incident-patch-suppressed", []],
    ["incident-patch-acknowledged-again", ["ACKNOWLEDGED"]],
    ["056-incident-patch-open-from-acknowledged", ["ACKNOWLEDGED"]],
    ["incident-patch-open-from-resolved", ["RESOLVED"]],
    ["incident-patch-urgency", []],
  ])("%s", async (name, before) => {
    const { patch } = await incident();
    for (const status of before) await patch({ status });
    const { request, response } = recorded(name);
    const wanted = response.body as { incident: object };
    const answer = await patch(request.body as object);
    expect(answer.status).toBe(200);
    expect(facts(answer.body.incident)).toEqual(facts(wanted.incident));
  });

  it("refuses an incident of another team to a plain user", async () => {
    const { sandbox, route } = await incident();
    const { response } = recorded("incident-show-user-role-other-team");
    const answer = await opsknight(sandbox, sandbox.keys.opsknight.user)(`GET ${route}`);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: response.status, body: response.body });
  });

  it("leads a path outside of the API to the login page", async () => {
    const { send, sandbox } = await incident();
    const { response } = recorded("page-outside-api-redirects");
    const answer = await send("GET /incidents");
    expect({ status: answer.status, location: answer.headers.get("location") }).toEqual({
      status: response.status,
      location: `/opsknight${response.headers.location}`,
    });
    const page = await ask(`${sandbox.url}${answer.headers.get("location")}`);
    expect({ status: page.status, type: page.headers.get("content-type") }).toEqual({
      status: 200,
      type: "text/html; charset=utf-8",
    });
  });
});

describe("an incident of the dialect 1.3", () => {
  it("is assigned by its escalation a moment after it was created", async () => {
    const { created, show } = await incident("svc_checkout");
    expect(created).toMatchObject({ assignee: null, assigneeId: null });
    expect(await show()).toMatchObject({ assignee: { name: "Ada Lovelace" } });
    const other = await incident();
    expect(await other.show()).toMatchObject({ assignee: null });
  });

  it("is snoozed without an end, whatever end is asked for", async () => {
    const { patch, show } = await incident();
    await patch({ status: "SNOOZED", snoozedUntil: "2030-01-01T00:00:00.000Z" });
    expect(await show()).toMatchObject({ status: "SNOOZED", snoozedUntil: null });
  });

  it("keeps the time of its acknowledgment through a snooze, and loses it when it is opened again", async () => {
    const { patch, show } = await incident();
    await patch({ status: "ACKNOWLEDGED" });
    const acknowledgedAt = (await show())?.acknowledgedAt;
    for (const status of ["SNOOZED", "OPEN", "SUPPRESSED", "OPEN", "RESOLVED"]) {
      await patch({ status });
      expect(await show()).toMatchObject({ status, acknowledgedAt });
    }
    await patch({ status: "OPEN" });
    expect(await show()).toMatchObject({ acknowledgedAt: null, resolvedAt: null });
  });

  it("stays resolved in its times when it is acknowledged", async () => {
    const { patch, show } = await incident();
    await patch({ status: "RESOLVED" });
    const resolvedAt = (await show())?.resolvedAt;
    await patch({ status: "ACKNOWLEDGED" });
    expect(await show()).toMatchObject({ status: "ACKNOWLEDGED", resolvedAt });
  });

  it("is not assigned to somebody unknown, without a word", async () => {
    const { patch } = await incident();
    expect(await patch({ assigneeId: "usr_nobody" })).toMatchObject({ status: 500, text: "" });
  });

  it.each(["inc_none", "a b", "<x>", "%00", "x".repeat(300)])("is not found by the id %j", async (id) => {
    const { send } = await incident();
    expect((await send(`GET /api/incidents/${encodeURIComponent(id)}`)).status).toBe(404);
  });

  it("may be read, changed and created 60 times a minute with a key, each", async () => {
    const sandbox = await start({ dialect: "1.3", now: () => new Date("2026-03-01T10:00:20Z") });
    const send = opsknight(sandbox);
    for (const [route, body] of [
      ["GET /api/incidents/inc_000001", undefined],
      ["PATCH /api/incidents/inc_000001", { urgency: "LOW" }],
      ["POST /api/incidents", {}],
    ] as const) {
      const statuses = await send.often(60, route, body);
      expect(statuses).toHaveLength(60);
      expect(statuses).not.toContain(429);
      const refused = await send(route, body);
      expect({ status: refused.status, wait: refused.headers.get("retry-after") }).toEqual({ status: 429, wait: "40" });
    }
    const other = opsknight(sandbox, sandbox.keys.opsknight.readOnly);
    expect((await other("GET /api/incidents/inc_000001")).status).toBe(200);
  });
});
