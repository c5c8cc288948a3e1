import { describe, expect, it } from "vitest";
import type { OnCallAnswer } from "../../src/model/oncall.ts";
import { flashduty } from "../../src/providers/flashduty/index.ts";
import { fakeVendor } from "../support/vendor.ts";
import { connectTo } from "./connect.ts";
import { fixture } from "./fixtures.ts";

const appKey = "fake_app_key_000000000000000001";
const now = new Date(1764000000_000);
const errors = fixture<Record<string, object>>("flashduty/errors");
const memberRoute = "POST /member/info";
const accountRoute = "POST /account/info";
const scheduleRoute = "POST /schedule/list";
const peopleRoute = "POST /person/infos";

async function setUp() {
  const vendor = await fakeVendor();
  return {
    vendor,
    connection: connectTo(flashduty, {
      url: vendor.url,
      keys: { api: appKey, integration: "fake_integration_key" },
      now,
    }),
  };
}

describe("keys validate", () => {
  it("asks the key owner, with an empty object as body", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(memberRoute, 200, fixture("flashduty/member-info"));
    expect(await flashduty.validateKey(connection, "api")).toMatchObject({
      status: "valid",
      kind: "app",
      account: { id: "3790925372131", name: "Ada Lovelace", email: "ada@example.com" },
      requestId: "fd-member-1",
    });
    expect(vendor.requests).toMatchObject([{ method: "POST", query: { app_key: appKey }, body: {} }]);
  });

  it("asks for the account when the key is no member's", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(memberRoute, 400, errors.ResourceNotFound);
    vendor.reply(accountRoute, 200, fixture("flashduty/account-info"));
    expect(await flashduty.validateKey(connection, "api")).toMatchObject({
      status: "valid",
      account: { id: "2451002751131", name: "Example Corp", email: "owner@example.com" },
    });
    expect(vendor.requests.map(({ body }) => body)).toEqual([{}, {}]);
  });

  it.each([
    ["refused twice", [401, "Unauthorized"], [401, "Unauthorized"], "invalid"],
    ["refused twice with status 200", [200, "Unauthorized"], [200, "Unauthorized"], "invalid"],
    ["denied", [403, "AccessDenied"], undefined, "restricted"],
    ["without a license", [400, "NoLicense"], [400, "NoLicense"], "restricted"],
    ["known first, refused then", [400, "ResourceNotFound"], [401, "Unauthorized"], "restricted"],
    ["refused, the second route unknown", [401, "Unauthorized"], [404, "RouteNotFound"], "invalid"],
    ["without a balance", [402, "BalanceNotEnough"], undefined, "restricted"],
    ["told to wait", [429, "RequestTooFrequently"], undefined, "unknown"],
    ["locked", [423, "RequestLocked"], undefined, "unknown"],
    ["met by a failure", [500, "InternalError"], undefined, "unknown"],
    ["sent to a route that is not there", [404, "RouteNotFound"], undefined, "unknown"],
  ] as const)("judges a key that is %s", async (_, first, second, status) => {
    const { vendor, connection } = await setUp();
    vendor.reply(memberRoute, first[0], errors[first[1]]);
    if (second !== undefined) vendor.reply(accountRoute, second[0], errors[second[1]]);
    const verdict = await flashduty.validateKey(connection, "api");
    expect(verdict).toMatchObject({ status, account: null, requestId: expect.stringMatching(/^fd-e-/) });
    expect(verdict.message).not.toContain(appKey);
  });

  it("asks whether the base URL is right when the route is not there", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(memberRoute, 404, "<html>", { "content-type": "text/html" });
    expect((await flashduty.validateKey(connection, "api")).message).toContain("is this the right base URL?");
  });

  it("takes any 404 for a route that is not there, whatever its body is", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(memberRoute, 404, { error: "nope" });
    await expect(flashduty.whoami(connection)).rejects.toMatchObject({
      kind: "failure",
      reason: "routeNotFound",
      hint: "check the base URL: onduty profiles show",
    });
  });

  it("does not know when nobody answers", async () => {
    const { vendor, connection } = await setUp();
    vendor.handle(memberRoute, (_, response) => void response.destroy());
    expect(await flashduty.validateKey(connection, "api")).toMatchObject({ status: "unknown" });
  });

  it.each(["integration", "change"] as const)("cannot check an %s key, and sends nothing", async (kind) => {
    const { vendor, connection } = await setUp();
    expect(await flashduty.validateKey(connection, kind)).toMatchObject({
      status: "unknown",
      message: expect.stringContaining("cannot be checked without sending an event"),
    });
    expect(vendor.requests).toEqual([]);
  });
});

describe("whoami", () => {
  it("reports member and account", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(memberRoute, 200, fixture("flashduty/member-info"));
    expect(await flashduty.whoami(connection)).toEqual({
      account: { id: "2451002751131", name: "Example Corp" },
      user: { id: "3790925372131", name: "Ada Lovelace", email: "ada@example.com" },
      key: { kind: "app", scopes: null },
    });
  });

  it("has no user for the key of an account", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(memberRoute, 401, errors.Unauthorized);
    vendor.reply(accountRoute, 200, fixture("flashduty/account-info"));
    expect(await flashduty.whoami(connection)).toMatchObject({ account: { id: "2451002751131" }, user: null });
  });
});

describe("who is on call", () => {
  const ada = { id: "3790925372131", name: "Ada Lovelace", email: "ada@example.com" };
  const grace = { id: "3790925372132", name: "Grace Hopper", email: "grace@example.com" };
  const rows = (answers: OnCallAnswer[]) => answers.flatMap((answer) => ("onCall" in answer ? [answer.onCall] : []));

  async function asked(schedules: string[] = [], at = now) {
    const { vendor, connection } = await setUp();
    vendor.reply(scheduleRoute, 200, fixture("flashduty/schedule-list"));
    vendor.reply(peopleRoute, 200, fixture("flashduty/person-infos"));
    return { vendor, answers: await flashduty.onCall(connection, { schedules, at }) };
  }

  it("asks for a day from then on, and for the names once", async () => {
    const { vendor } = await asked();
    expect(vendor.requests.map(({ path, body }) => [path, body])).toEqual([
      ["/schedule/list", { start: 1764000000, end: 1764086400, p: 1, limit: 100 }],
      ["/person/infos", { person_ids: [3790925372131, 3790925372132, 3790925372139] }],
    ]);
  });

  it("reports who has it, until when, who is next, and gaps; disabled schedules are left out", async () => {
    const { answers } = await asked();
    expect(rows(answers)).toMatchObject([
      {
        schedule: { id: "7400000000001", name: "Primary" },
        users: [ada],
        from: "2025-11-24T15:00:00.000Z",
        until: "2025-11-24T17:00:00.000Z",
        next: { users: [grace], from: "2025-11-24T17:00:00.000Z" },
        gap: false,
      },
      {
        schedule: { name: "Secondary" },
        users: [grace, { id: "3790925372139", name: null, email: null }],
        until: "2025-11-24T16:30:00.000Z",
        next: { users: [ada] },
        gap: false,
      },
      { schedule: { name: "Weekend" }, users: [], from: null, until: null, next: null, gap: true },
    ]);
  });

  it("reads the final schedule for another time than now", async () => {
    const { answers } = await asked(["Primary"], new Date(now.getTime() + 2 * 3_600_000));
    expect(rows(answers)).toMatchObject([{ users: [grace], from: "2025-11-24T17:00:00.000Z" }]);
  });

  it("finds schedules by id, name and the beginning of a name", async () => {
    const { answers } = await asked(["7400000000003", "primary", "Sec"]);
    expect(rows(answers).map(({ schedule }) => schedule.name)).toEqual(["Weekend", "Primary", "Secondary"]);
  });

  it("answers for the schedules that there are when another word means none", async () => {
    const { answers } = await asked(["Primary", "Primray"]);
    expect(answers).toMatchObject([
      { onCall: { schedule: { name: "Primary" } } },
      { schedule: "Primray", error: { kind: "notFound", message: expect.stringContaining('"Primray"') } },
    ]);
  });

  it("reads every page", async () => {
    const { vendor, connection } = await setUp();
    const schedule = (number: number) => ({
      schedule_id: number,
      schedule_name: `rota ${number}`,
      cur_oncall: null,
      final_schedule: null,
    });
    const items = Array.from({ length: 150 }, (_, number) => schedule(number + 1));
    vendor.reply(scheduleRoute, 200, { data: { total: 150, items: items.slice(0, 100) } });
    vendor.reply(scheduleRoute, 200, { data: { total: 150, items: items.slice(100) } });
    expect(await flashduty.onCall(connection, { schedules: [], at: now })).toHaveLength(150);
    expect(vendor.requests.map(({ body }) => (body as { p: number }).p)).toEqual([1, 2]);
  });

  it("takes an answer without a list for a failure, not for nobody on call", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(scheduleRoute, 200, { request_id: "fd-nothing" });
    await expect(flashduty.onCall(connection, { schedules: [], at: now })).rejects.toMatchObject({ kind: "failure" });
  });
});

describe("services", () => {
  it("are the vendor's channels", async () => {
    const { vendor, connection } = await setUp();
    const items = [
      { channel_id: 4100000000001, channel_name: "Database" },
      { channel_id: 4100000000002, channel_name: null },
    ];
    vendor.reply("POST /channel/list", 200, { data: { items, total: 2, has_next_page: false } });
    const rows = [];
    for await (const page of flashduty.directory(connection, "services")) rows.push(...page.rows);
    expect(rows).toMatchObject([
      { id: "4100000000001", name: "Database" },
      { id: "4100000000002", name: "4100000000002" },
    ]);
  });
});
