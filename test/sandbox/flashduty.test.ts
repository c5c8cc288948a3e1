import { describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { ask, flashduty, lastDays, rowsOf, start } from "./support.ts";

const push = ({ urls }: Sandbox, kind: "alert" | "change", key: string, body: unknown) =>
  ask(`${urls.flashduty}/event/push/${kind}/standard?integration_key=${key}`, { method: "POST", body });

describe("the envelope of Flashduty", () => {
  it("carries the id of the request inside and in the header", async () => {
    const answer = await flashduty(await start())("/member/info");
    expect(answer.body.data).toMatchObject({ member_name: "Ada Lovelace", account_name: "Sandbox" });
    expect(answer.headers.get("flashcat-request-id")).toBe(answer.body.request_id);
  });

  it("distinguishes what is wrong", async () => {
    const sandbox = await start();
    const { urls, keys } = sandbox;
    const code = async (url: string, init?: Parameters<typeof ask>[1]) => {
      const { status, body } = await ask(`${urls.flashduty}${url}`, init);
      return [status, body.error?.code];
    };
    const good = `?app_key=${keys.flashduty.app}`;
    const post = { method: "POST", body: {} };
    expect(await code("/member/info", post)).toEqual([401, "Unauthorized"]);
    expect(await code(`/member/info?app_key=${keys.flashduty.integration}`, post)).toEqual([401, "Unauthorized"]);
    expect(await code(`/incident/ack?app_key=${keys.flashduty.readOnly}`, post)).toEqual([403, "AccessDenied"]);
    expect(await code(`/nowhere${good}`, post)).toEqual([404, "RouteNotFound"]);
    expect(await code(`/member/info${good}`)).toEqual([405, "MethodNotAllowed"]);
    expect(await code(`/member/info${good}`, { method: "POST" })).toEqual([400, "InvalidContentType"]);
    expect(await code(`/member/info${good}`, { method: "POST", body: "{" })).toEqual([400, "BadRequest"]);
    expect(await code("/event/push/alert/standard?integration_key=no", post)).toEqual([400, "InvalidParameter"]);
  });

  it("refuses more than a thousand calls of one operation a minute", async () => {
    const sandbox = await start({ now: () => new Date("2026-03-01T10:00:00Z") });
    const post = flashduty(sandbox);
    expect(await post.often(1000, "/account/info")).toEqual(Array.from({ length: 1000 }, () => 200));
    expect(await post("/account/info")).toMatchObject({
      status: 429,
      body: { error: { code: "RequestTooFrequently" } },
    });
    expect((await post("/member/info")).status).toBe(200);
  });
});

describe("incidents of Flashduty", () => {
  it("are listed in windows under 31 days, so that an old open one hides", async () => {
    const post = flashduty(await start());
    const titles = async (window: object) =>
      rowsOf((await post("/incident/list", { ...window, progress: "Triggered,Processing" })).body.data?.items).map(
        ({ title }) => String(title),
      );
    const recent = await titles(lastDays(30));
    expect(recent).toHaveLength(3);
    const now = Math.floor(Date.now() / 1000);
    const old = await titles({ start_time: now - 60 * 86_400, end_time: now - 30 * 86_400 });
    expect(old).toEqual(["Quota of e-mail provider nearly used up"]);
    for (const body of [lastDays(31), {}, { start_time: now, end_time: now - 1 }])
      expect(await post("/incident/list", body)).toMatchObject({
        status: 400,
        body: { error: { code: "InvalidParameter" } },
      });
  });

  it("are paged by number as far as 10,000, and by a cursor that new ones do not disturb", async () => {
    const sandbox = await start();
    const post = flashduty(sandbox);
    const window = lastDays(30);
    expect((await post("/incident/list", { ...window, p: 101, limit: 100 })).status).toBe(400);
    expect((await post("/incident/list", { ...window, limit: 101 })).status).toBe(400);
    const first = (await post("/incident/list", { ...window, limit: 2 })).body.data;
    expect(first).toMatchObject({ total: 5, has_next_page: true });
    await post("/incident/create", { title: "In between", incident_severity: "Info" });
    const context = first?.search_after_ctx;
    const second = (await post("/incident/list", { ...window, limit: 3, search_after_ctx: context })).body.data;
    expect(second).toMatchObject({ has_next_page: false });
    expect(second).not.toHaveProperty("search_after_ctx");
    const seen = [...rowsOf(first?.items), ...rowsOf(second?.items)].map(({ incident_id }) => incident_id);
    expect(new Set(seen).size).toBe(5);
    const asc = (await post("/incident/list", { ...window, limit: 2, asc: true })).body.data;
    const rest = { ...window, limit: 10, asc: true, search_after_ctx: asc?.search_after_ctx };
    const more = rowsOf((await post("/incident/list", rest)).body.data?.items);
    expect(more.map(({ title }) => title).at(-1)).toBe("In between");
    expect(more).toHaveLength(4);
    expect((await post("/incident/list", { ...window, search_after_ctx: "nonsense" })).status).toBe(400);
  });

  it("go through their life, and report their history in milliseconds", async () => {
    const sandbox = await start();
    const post = flashduty(sandbox);
    const made = await post("/incident/create", { title: "Slow answers", incident_severity: "Warning" });
    const incident_id = String(made.body.data?.incident_id);
    expect(incident_id).toMatch(/^[0-9a-f]{24}$/);
    const info = async () => (await post("/incident/info", { incident_id })).body.data;
    const incident_ids = [incident_id];
    const act = async (verb: string, more: object = {}) => {
      const answer = await post(`/incident/${verb}`, { incident_ids, ...more });
      expect({ verb, status: answer.status, data: answer.body.data }).toEqual({ verb, status: 200, data: {} });
    };
    expect(await info()).toMatchObject({ progress: "Triggered", ack_time: 0, responders: [], labels: {} });
    await act("ack");
    expect(await info()).toMatchObject({
      progress: "Processing",
      responders: [{ person_name: "Ada Lovelace", acknowledged_at: expect.any(Number) }],
    });
    await act("unack");
    expect(await info()).toMatchObject({ progress: "Triggered" });
    await act("snooze", { minutes: 60 });
    expect(Number((await info())?.snoozed_before)).toBeGreaterThan(Date.now() / 1000);
    await act("wake");
    expect(await info()).toMatchObject({ snoozed_before: 0 });
    await act("comment", { comment: "looking" });
    await act("assign", { assigned_to: { person_ids: [5_100_000_000_002] } });
    expect(await info()).toMatchObject({ assigned_to: { person_ids: [5_100_000_000_002] } });
    await post("/incident/responder/add", { incident_id, person_ids: [5_100_000_000_003] });
    expect(rowsOf((await info())?.responders)).toHaveLength(2);
    await post("/incident/reset", { incident_id, title: "Very slow answers", incident_severity: "Critical" });
    expect(await info()).toMatchObject({ title: "Very slow answers", incident_severity: "Critical" });
    await act("resolve", { resolution: "restarted" });
    expect(await info()).toMatchObject({ progress: "Closed", close_time: expect.any(Number) });
    await act("reopen", { reason: "not yet" });
    expect(await info()).toMatchObject({ progress: "Triggered", close_time: 0 });

    const feed = (await post("/incident/feed", { incident_id, asc: true })).body.data;
    const types = "i_new i_ack i_unack i_snooze i_wake i_comm i_assign i_a_rspd i_r_title i_r_severity i_rslv i_reopen";
    expect(rowsOf(feed?.items).map(({ type }) => type)).toEqual(types.split(" "));
    expect(feed?.has_next_page).toBe(false);
    expect(Number(rowsOf(feed?.items)[0]?.created_at)).toBeGreaterThan(1e11);
  });

  it("are merged: the sources close", async () => {
    const post = flashduty(await start());
    const create = async (title: string) =>
      String((await post("/incident/create", { title, incident_severity: "Info" })).body.data?.incident_id);
    const [source, target] = [await create("Source"), await create("Target")];
    const body = { source_incident_ids: [source], target_incident_id: target };
    expect((await post("/incident/merge", body)).status).toBe(200);
    const { items } = (await post("/incident/list-by-ids", { incident_ids: [source, target] })).body.data ?? {};
    expect(rowsOf(items).map(({ progress }) => progress)).toEqual(["Closed", "Triggered"]);
  });

  it("are acted on all or none, at most a hundred at once", async () => {
    const post = flashduty(await start());
    const [one] = rowsOf((await post("/incident/list", { ...lastDays(30), progress: "Triggered" })).body.data?.items);
    const missing = "f".repeat(24);
    const answer = await post("/incident/ack", { incident_ids: [one?.incident_id, missing] });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "ResourceNotFound" } } });
    expect((await post("/incident/info", { incident_id: one?.incident_id })).body.data).toMatchObject({
      progress: "Triggered",
    });
    for (const incident_ids of [[], Array.from({ length: 101 }, () => missing)])
      expect((await post("/incident/ack", { incident_ids })).body.error?.code).toBe("InvalidParameter");
    expect((await post("/incident/info", { incident_id: missing })).body.error?.code).toBe("ResourceNotFound");
    for (const minutes of [0, 1441, "x"])
      expect((await post("/incident/snooze", { incident_ids: [one?.incident_id], minutes })).status).toBe(400);
  });
});

describe("events pushed to Flashduty", () => {
  it("open one incident for a key, which is found by it and closed by Ok", async () => {
    const sandbox = await start();
    const post = flashduty(sandbox);
    const key = sandbox.keys.flashduty.integration;
    const event = { title_rule: "Disk full", event_status: "Warning", alert_key: "disk" };
    expect((await push(sandbox, "alert", key, event)).body.data).toEqual({ alert_key: "disk" });
    await push(sandbox, "alert", key, { ...event, event_status: "Critical", labels: { host: "db-1" } });
    const find = async () =>
      rowsOf((await post("/alert/list", { ...lastDays(1), alert_keys: ["disk"] })).body.data?.items);
    const [alert, ...others] = await find();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      alert_severity: "Critical",
      incident: { title: "Disk full", progress: "Triggered" },
    });
    await push(sandbox, "alert", key, { ...event, event_status: "Ok" });
    expect((await find())[0]).toMatchObject({ alert_status: "Ok", incident: { progress: "Closed" } });
    await push(sandbox, "alert", key, event);
    expect(await find()).toHaveLength(2);
  });

  it.each([
    [{ event_status: "Info" }],
    [{ title_rule: "x", event_status: "info" }],
    [{ title_rule: "x", event_status: "Ok" }],
    [{ title_rule: "x", event_status: "Info", alert_key: "k".repeat(256) }],
    [{ title_rule: "x", event_status: "Info", labels: { n: 1 } }],
    [{ title_rule: "x", event_status: "Info", labels: { "a-b": "1" } }],
  ])("are refused when they are %j", async (body) => {
    const sandbox = await start();
    const answer = await push(sandbox, "alert", sandbox.keys.flashduty.integration, body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "InvalidParameter" } } });
  });

  it("may be changes, with a key of their own", async () => {
    const sandbox = await start();
    const event = { change_key: "repo:1", title: "Deploy 1.2", change_status: "Processing" };
    const { change, integration } = sandbox.keys.flashduty;
    expect((await push(sandbox, "change", integration, event)).status).toBe(400);
    expect((await push(sandbox, "change", change, { ...event, change_status: "Failed" })).status).toBe(400);
    expect((await push(sandbox, "change", change, event)).body.data).toEqual({});
    await push(sandbox, "change", change, { ...event, change_status: "Done" });
    const list = (await flashduty(sandbox)("/change/list", { include_events: true })).body.data;
    expect(list).toMatchObject({ total: 1, items: [{ change_key: "repo:1", change_status: "Done" }] });
    expect(rowsOf(rowsOf(list?.items)[0]?.events)).toHaveLength(2);
  });
});

describe("schedules and people of Flashduty", () => {
  it("have shifts only for a span, and one has a gap", async () => {
    const post = flashduty(await start());
    const bare = rowsOf((await post("/schedule/list")).body.data?.items);
    expect(bare.map(({ cur_oncall, final_schedule }) => [cur_oncall, final_schedule?.schedules])).toEqual(
      Array.from({ length: 3 }, () => [null, []]),
    );
    const now = Math.floor(Date.now() / 1000);
    const items = rowsOf((await post("/schedule/list", { start: now, end: now + 86_400 })).body.data?.items);
    expect(items[0]?.cur_oncall).toMatchObject({ group: { members: [{ person_ids: [5_100_000_000_001] }] } });
    expect(Number(items[0]?.cur_oncall?.end)).toBeGreaterThan(now);
    // The second tells it in its computed shifts alone.
    expect(items[1]?.cur_oncall).toBeNull();
    expect(rowsOf(items[1]?.final_schedule?.schedules)).toHaveLength(3);
    expect(items[2]?.cur_oncall).toBeNull();
    const [following] = rowsOf(items[2]?.final_schedule?.schedules);
    expect(Number(following?.start)).toBeGreaterThan(now);
    const schedule_id = items[0]?.schedule_id;
    for (const body of [{ start: now, end: now + 45 * 86_400 }, { start: now }])
      expect((await post("/schedule/list", body)).status).toBe(400);
    expect((await post("/schedule/info", { schedule_id })).status).toBe(400);
    expect((await post("/schedule/info", { schedule_id, start: now, end: now + 86_400 })).body.data).toEqual(items[0]);
    expect(rowsOf((await post("/schedule/infos", { schedule_ids: [schedule_id] })).body.data?.items)).toEqual([
      bare[0],
    ]);
    expect((await post("/schedule/list", { limit: 2, p: 2 })).body.data).toMatchObject({ total: 3, items: [{}] });
  });

  it("are listed and looked up", async () => {
    const post = flashduty(await start());
    const data = async (path: string, body: object = {}) => (await post(path, body)).body.data;
    expect(await data("/channel/list", { query: "check", is_brief: true })).toEqual({
      items: [
        { channel_id: 4_100_000_000_001, channel_name: "Checkout", description: "Takes payments", status: "enabled" },
      ],
      total: 1,
      has_next_page: false,
    });
    expect(await data("/channel/info", { channel_id: 4_100_000_000_002 })).toMatchObject({ channel_name: "Search" });
    expect(rowsOf((await data("/channel/infos", { channel_ids: [4_100_000_000_002] }))?.items)).toHaveLength(1);
    expect(await data("/member/list", { query: "grace" })).toMatchObject({ total: 1, p: 1, limit: 100 });
    expect(await data("/member/list", { query: "nobody" })).toMatchObject({ items: [] });
    const persons = await data("/person/infos", { person_ids: [5_100_000_000_003, 1] });
    expect(persons).toMatchObject({ items: [{ person_name: "藤井 慧", as: "member" }] });
    expect(await data("/team/list", { person_id: 5_100_000_000_003 })).toMatchObject({
      items: [{ team_name: "Shop" }],
    });
    expect(await data("/team/info", { team_name: "Platform" })).toMatchObject({ team_id: 6_100_000_000_001 });
    expect(rowsOf((await data("/team/infos", { team_ids: [6_100_000_000_001] }))?.items)).toHaveLength(1);
  });
});
