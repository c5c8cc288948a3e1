import { describe, expect, it } from "vitest";
import { pagerduty } from "../../src/providers/pagerduty/index.ts";
import type { Connection } from "../../src/providers/provider.ts";
import { collectPages } from "../support/collect.ts";
import type { Exchange } from "../support/replay.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";
import { connectTo } from "./connect.ts";
import { fixture } from "./fixtures.ts";

/* Who is on call, by three routes of which none is enough. */

const exchanges = fixture<Exchange[]>("pagerduty/exchanges");
const bodyOf = (name: string): unknown => exchanges.find((one) => one.name.endsWith(name))?.response.body;
const at = new Date("2026-11-28T22:00:00Z");
const page = (name: string, rows: object[]) => ({ [name]: rows, limit: 100, offset: 0, more: false, total: null });
const primary = { id: "PSCHCOR", type: "schedule", name: "Core primary", time_zone: "Europe/Lisbon", teams: [] };
const captains = { id: "PSCHFREE", type: "schedule", name: "Release captains", time_zone: "Europe/Berlin", teams: [] };
const nights = { id: "PSCHFLX", type: "schedule_v3_reference", summary: "Flexible nights" };

async function account(): Promise<{ vendor: FakeVendor; connection: Connection }> {
  const vendor = await fakeVendor();
  vendor
    .reply("GET /schedules", 200, page("schedules", [primary, captains]))
    .reply("GET /v3/schedules", 200, page("schedules", [nights]))
    .reply("GET /oncalls", 200, bodyOf("19-oncalls"))
    .reply("GET /schedules/PSCHFREE", 200, bodyOf("20-schedule-without-policy"));
  return {
    vendor,
    connection: connectTo(pagerduty, { url: vendor.url, keys: { api: "u+fakeKEYnotreal0001" }, now: at }),
  };
}

describe("who is on call on PagerDuty", () => {
  it("is asked for up to 90 days ahead, the next shifts included, and not beyond", async () => {
    const { vendor, connection } = await account();
    const day = 86_400_000;
    vendor.reply("GET /schedules/PSCHCOR", 200, bodyOf("20-schedule-without-policy"));
    vendor.reply("GET /v3/schedules/PSCHFLX", 200, bodyOf("21-schedule-v3-with-gap"));
    vendor.reply("GET /users/PUTEO22", 200, { user: { id: "PUTEO22", name: "Teo Lindqvist" } });
    await pagerduty.onCall(connection, { schedules: [], at: new Date(at.getTime() + 80 * day) });
    const asked = vendor.requests.find(({ path }) => path === "/oncalls");
    expect(asked?.query.until).toBe(new Date(at.getTime() + 90 * day).toISOString().replace(".000Z", "Z"));
    const beyond = pagerduty.onCall(connection, { schedules: [], at: new Date(at.getTime() + 91 * day) });
    await expect(beyond).rejects.toMatchObject({ kind: "usage", hint: "--at +90d" });
  });

  it("is read from the schedule itself where no escalation policy uses it, and a person is there once", async () => {
    const { vendor, connection } = await account();
    const origin = { provider: "pagerduty", profile: "prod" };
    expect(await pagerduty.onCall(connection, { schedules: [], at })).toEqual([
      {
        onCall: {
          schedule: { id: "PSCHCOR", name: "Core primary", timeZone: "Europe/Lisbon" },
          users: [{ id: "PUMINA1", name: "Mina Okafor", email: "mina@example.com" }],
          from: "2026-11-23T09:00:00.000Z",
          until: "2026-11-30T09:00:00.000Z",
          next: null,
          gap: false,
          ...origin,
          escalation: [
            { policy: { id: "PEPCOR1", name: "Core Platform 24x7" }, level: 1 },
            { policy: { id: "PEPDAY2", name: "Business hours" }, level: 2 },
          ],
        },
      },
      {
        onCall: {
          schedule: { id: "PSCHFREE", name: "Release captains", timeZone: "Europe/Berlin" },
          users: [{ id: "PUTEO22", name: "Teo Lindqvist", email: null }],
          from: "2026-11-24T08:00:00.000Z",
          until: "2026-12-01T08:00:00.000Z",
          next: {
            users: [{ id: "PURAVI3", name: "Ravi Sandhu", email: null }],
            from: "2026-12-01T08:00:00.000Z",
          },
          gap: false,
          ...origin,
          escalation: [],
        },
      },
      {
        onCall: {
          schedule: { id: "PSCHFLX", name: "Flexible nights", timeZone: null },
          users: [{ id: "PUTEO22", name: "Teo Lindqvist", email: "teo@example.com" }],
          from: "2026-11-28T20:00:00.000Z",
          until: "2026-11-29T06:00:00.000Z",
          next: null,
          gap: false,
          escalation: [{ policy: { id: "PEPCOR1", name: "Core Platform 24x7" }, level: 2 }],
          ...origin,
        },
      },
      {
        onCall: {
          schedule: { id: "PEPCOR1", name: "Core Platform 24x7, level 3", timeZone: null },
          users: [{ id: "PURAVI3", name: "Ravi Sandhu", email: "ravi@example.com" }],
          from: null,
          until: null,
          next: null,
          gap: false,
          escalation: [{ policy: { id: "PEPCOR1", name: "Core Platform 24x7" }, level: 3 }],
          ...origin,
        },
      },
    ]);
    const { since, until } = vendor.requests.find(({ path }) => path === "/schedules/PSCHFREE")?.query ?? {};
    expect(Date.parse(until ?? "") - Date.parse(since ?? "")).toBeGreaterThan(86_400_000);
  });

  it("is nobody only when the schedule itself shows nobody", async () => {
    const { vendor, connection } = await account();
    const later = new Date("2026-11-29T07:00:00Z");
    vendor.reply("GET /v3/schedules/PSCHFLX", 200, bodyOf("21-schedule-v3-with-gap"));
    vendor.reply("GET /users/PUTEO22", 200, {
      user: { id: "PUTEO22", name: "Teo Lindqvist", email: "teo@example.com" },
    });
    const [nightly] = await pagerduty.onCall(connection, { schedules: ["Flexible nights"], at: later });
    expect(nightly).toMatchObject({ onCall: { users: [], gap: true } });
  });

  it("is not known of a schedule that cannot be read: that is no gap", async () => {
    const { vendor, connection } = await account();
    vendor.reply("GET /schedules", 200, page("schedules", [{ ...captains, id: "PSCHBAD", name: "Broken" }]));
    vendor.reply("GET /schedules/PSCHBAD", 200, { schedule: { id: "PSCHBAD", final_schedule: null } });
    await pagerduty.onCall(connection, { schedules: [], at });
    expect(await pagerduty.onCall(connection, { schedules: ["Broken"], at })).toMatchObject([
      { schedule: "Broken", error: { kind: "failure" } },
    ]);
  });

  it("names what is not known where shift-based schedules cannot be listed", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /schedules", 200, page("schedules", [primary])).reply("GET /oncalls", 200, bodyOf("19-oncalls"));
    vendor.reply("GET /v3/schedules", 403, { error: { code: 2010, message: "Access Denied" } });
    const connection = connectTo(pagerduty, { url: vendor.url, keys: { api: "u+fakeKEYnotreal0001" }, now: at });
    const answers = await pagerduty.onCall(connection, { schedules: [], at });
    expect(answers).toContainEqual({ unknown: "shift-based schedules could not be listed, and may be missing (403)" });
    // Somebody is on call there all the same.
    expect(answers).toMatchObject([{}, { onCall: { schedule: { name: "Flexible nights" } } }, {}, {}]);
    const { rows, notice } = await collectPages(pagerduty.directory(connection, "schedules"));
    expect(rows).toMatchObject([{ id: "PSCHCOR", timeZone: "Europe/Lisbon" }]);
    expect(notice).toContain("shift-based");
  });
});

describe("shifts on PagerDuty", () => {
  it("of a schedule made of shifts have gaps, and names", async () => {
    const { vendor, connection } = await account();
    vendor.reply("GET /v3/schedules/PSCHFLX", 200, bodyOf("21-schedule-v3-with-gap"));
    vendor.reply("GET /users/PUTEO22", 200, {
      user: { id: "PUTEO22", name: "Teo Lindqvist", email: "teo@example.com" },
    });
    const window = { from: new Date("2026-11-29T05:00:00Z"), until: new Date("2026-11-29T12:00:00Z") };
    const { rows } = await pagerduty.shifts(connection, { id: "PSCHFLX", name: "Flexible nights" }, window);
    const common = {
      schedule: { id: "PSCHFLX", name: "Flexible nights" },
      override: false,
      provider: "pagerduty",
      profile: "prod",
    };
    expect(rows).toEqual([
      {
        ...common,
        from: "2026-11-28T20:00:00.000Z",
        until: "2026-11-29T06:00:00.000Z",
        users: [{ id: "PUTEO22", name: "Teo Lindqvist", email: "teo@example.com" }],
        gap: false,
      },
      { ...common, from: "2026-11-29T06:00:00.000Z", until: "2026-11-29T12:00:00.000Z", users: [], gap: true },
    ]);
    expect(vendor.requests[0]).toMatchObject({
      path: "/v3/schedules/PSCHFLX",
      query: {
        since: "2026-11-29T05:00:00Z",
        until: "2026-11-29T12:00:00Z",
        "include[]": "final_schedule",
        overflow: "true",
      },
    });
  });

  it("of a schedule made of layers are read after the other route has refused it", async () => {
    const { vendor, connection } = await account();
    vendor.reply("GET /v3/schedules/PSCHFREE", 400, { error: { code: 2001, message: "Invalid Input Provided" } });
    const window = { from: at, until: new Date("2026-12-12T22:00:00Z") };
    const { rows } = await pagerduty.shifts(connection, { id: "PSCHFREE", name: "Release captains" }, window);
    expect(rows.map(({ users, gap }) => [users[0]?.name, gap])).toEqual([
      ["Teo Lindqvist", false],
      ["Ravi Sandhu", false],
    ]);
    await expect(
      pagerduty.shifts(
        connection,
        { id: "PSCHFREE", name: "x" },
        { from: at, until: new Date("2027-03-28T22:00:00Z") },
      ),
    ).rejects.toMatchObject({ kind: "usage", hint: "--for 90d" });
  });
});
