import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { changesBetween } from "../../src/incidents/changes.ts";
import type { Incident } from "../../src/model/incident.ts";
import { run, start } from "../support/harness.ts";
import { holdTime } from "../support/held-time.ts";
import { shippingServer, wireRow } from "../support/shipping-server.ts";
import { tempDir } from "../support/temp-dir.ts";
import { at, changesIn, open, setUp } from "./watched.ts";

/** Watches in this process; `looks` lets it look so often, and resolves when it has. */
async function watch(env: { HOME: string; [name: string]: string }, words: string[] = []) {
  const time = holdTime(1000);
  const running = await start(["incidents", "watch", "--interval", "1s", ...words], { home: env.HOME, env });
  await time.waits();
  return { ...running, told: () => changesIn(running.stdout()), looks: time.pass };
}

describe("incidents watch in a pipe", () => {
  it("reports what came and went between two looks although this clock is ten minutes ahead of the vendor's", async () => {
    const { state, env } = await setUp([open("a", { created_at: at(-3000) })]);
    state.behindMs = 600_000;
    const { told, looks } = await watch(env);
    await looks();
    const passed = open("d", { created_at: at(-599), status: "RESOLVED", resolved_at: at(-598) });
    state.rows = [...state.rows, passed];
    await looks();
    expect(told().sort()).toEqual(["opened d", "resolved d"]);
    await looks(2);
    expect(told()).toHaveLength(2);
  });

  it("reports an acknowledgment once, though its time stays through a snooze and a resolution", async () => {
    const { state, env } = await setUp([open("a")]);
    const { told, looks } = await watch(env);
    await looks();
    const acked = { acknowledged_at: at(0) };
    for (const [status, more] of [
      ["ACKNOWLEDGED", {}],
      ["SNOOZED", {}],
      ["RESOLVED", { resolved_at: at(1) }],
    ] as const) {
      state.rows = [open("a", { status, ...acked, ...more })];
      await looks();
    }
    expect(told()).toEqual(["acknowledged a", "updated a", "resolved a"]);
  });

  it("reports the end of an incident that opened between the two requests of a snapshot", async () => {
    const { state, env } = await setUp([open("a")]);
    const { told, looks, ended } = await watch(env, ["--until-empty"]);
    await looks();
    state.later = [open("b")];
    await looks();
    expect(told()).toEqual(["opened b"]);
    state.later = [];
    state.rows = ["a", "b"].map((id) => open(id, { status: "RESOLVED", resolved_at: at(0) }));
    // It ends with this one.
    void looks();
    expect((await ended).code).toBe(ExitCode.ok);
    expect(told().sort()).toEqual(["opened b", "resolved a", "resolved b"]);
  });

  it.each([500, 429])("survives %i, reports it once, and misses nothing meanwhile", async (status) => {
    const { state, env } = await setUp([open("a")]);
    const { ended, interrupt, told, looks } = await watch(env, ["--max-wait", "0"]);
    await looks();
    state.fail = status;
    await looks(2);
    state.rows = [open("a", { status: "ACKNOWLEDGED", acknowledged_at: at(0) }), open("b")];
    state.fail = 0;
    await looks(2);
    expect(told().sort()).toEqual(["acknowledged a", "opened b"]);
    interrupt();
    const { stderr } = await ended;
    expect(stderr.match(/updating every 1 s/g)).toHaveLength(1);
    expect(stderr.match(/responds again, after \d+ s/g)).toHaveLength(1);
  });

  it("reports what is new although so many went at once that the vendor will not report the result of each", async () => {
    const many = Array.from({ length: 40 }, (_, index) => open(`m${index}`, { created_at: at(-7200) }));
    const { vendor, state, env } = await setUp(many);
    let asked = 0;
    let limited = true;
    for (const { id } of many)
      vendor.handle(`GET /api/incidents/${id}`, (_, response) => {
        asked += 1;
        response.writeHead(limited ? 429 : 404, { "content-type": "application/json", "retry-after": "1" }).end("{}");
      });
    const { ended, interrupt, told, looks } = await watch(env, ["--max-wait", "0"]);
    await looks();
    // Twenty are still listed in their new status; the others were deleted.
    state.rows = [...many.slice(0, 20).map((row) => ({ ...row, status: "RESOLVED", resolved_at: at(0) })), open("a")];
    await looks(2);
    expect(told().slice(0, 21).sort()).toEqual(
      ["opened a", ...many.slice(0, 20).map(({ id }) => `resolved ${id}`)].sort(),
    );
    expect(asked).toBeLessThan(20);
    limited = false;
    await looks(5);
    expect(told()).toHaveLength(21);
    interrupt();
    const { stderr } = await ended;
    expect(stderr.match(/the result of 20 incidents is not known yet/g)).toHaveLength(1);
  });

  it("asks a server without paging once for a look", async () => {
    const server = await shippingServer([wireRow(0)], { cache: "private, max-age=1" });
    const { told, looks } = await watch({
      HOME: await tempDir(),
      ONDUTY_PROVIDER: "opsknight",
      ONDUTY_BASE_URL: server.url,
      ONDUTY_API_KEY: "ok_fake-key-for-tests-0000000000000",
    });
    expect(server.routes()).toEqual(["GET /api/incidents"]);
    await looks();
    expect(told()).toEqual([]);
    expect(server.routes().length).toBeLessThanOrEqual(2);
  });

  it.each([
    ["SIGINT", [], ExitCode.ok],
    ["SIGINT", ["--until-empty"], ExitCode.interrupted],
    ["SIGTERM", [], ExitCode.terminated],
  ] as const)("ends with %s without an error: %j", async (name, words, exitCode) => {
    const { env } = await setUp([open("a")]);
    const { ended, interrupt } = await watch(env, [...words]);
    interrupt(name);
    expect(await ended).toMatchObject({ code: exitCode, stderr: "watching; 1 match now\n" });
  });

  it.each([
    ["incidents watch --interval 0", "shorter than a second"],
    ["incidents watch --interval often", "is not a duration"],
    ["incidents watch --status loud", "Allowed choices are"],
  ])("refuses `%s`", async (line, message) => {
    const { code, stderr } = await run(line);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(message);
  });
});

describe("what happened between two looks", () => {
  const incident = (status: Incident["status"], more: Partial<Incident> = {}): Incident => ({
    id: "a",
    number: null,
    title: "t",
    description: null,
    status,
    urgency: "high",
    severity: null,
    priority: null,
    service: null,
    team: null,
    assignees: [],
    dedupKey: null,
    createdAt: "2026-01-01T00:00:00Z",
    updatedAt: null,
    acknowledgedAt: null,
    resolvedAt: null,
    snoozedUntil: null,
    labels: null,
    fields: null,
    alertCount: null,
    url: null,
    provider: "p",
    profile: "p",
    ...more,
  });
  const acked = { acknowledgedAt: "2026-01-01T00:01:00Z" };
  it.each([
    ["a new one", undefined, incident("open"), ["opened"]],
    [
      "one that was acknowledged before it was seen",
      undefined,
      incident("acknowledged", acked),
      ["opened", "acknowledged"],
    ],
    ["one that came and went", undefined, incident("resolved", acked), ["opened", "acknowledged", "resolved"]],
    ["the same", incident("open"), incident("open", { updatedAt: "2026-01-01T00:05:00Z" }), []],
    ["an acknowledgment", incident("open"), incident("acknowledged", acked), ["acknowledged"]],
    ["an acknowledgment and a resolution", incident("open"), incident("resolved", acked), ["acknowledged", "resolved"]],
    ["a resolution", incident("acknowledged", acked), incident("resolved", acked), ["resolved"]],
    ["a resolution of a snoozed one", incident("snoozed", acked), incident("resolved", acked), ["resolved"]],
    ["a snooze that ended acknowledged", incident("snoozed", acked), incident("acknowledged", acked), ["updated"]],
    ["a resolution without anybody", incident("open"), incident("resolved"), ["resolved"]],
    ["opened again", incident("resolved", acked), incident("open", acked), ["opened"]],
    ["acknowledgment taken back", incident("acknowledged", acked), incident("open"), ["updated"]],
    ["louder", incident("open"), incident("open", { urgency: "low" }), ["updated"]],
    ["snoozed", incident("open"), incident("snoozed"), ["updated"]],
  ] as const)("%s", (_, before, after, expected) => {
    expect(changesBetween(before, after).map(({ change }) => change)).toEqual(expected);
  });
});
