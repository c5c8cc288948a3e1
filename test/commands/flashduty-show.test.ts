import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date("2025-11-24T16:30:00Z");
const id = "66cc00000000000000000001";
const at = (iso: string): number => Date.parse(iso) / 1000;

const incident = {
  incident_id: id,
  num: "0000A1",
  title: "Disk full on db-1",
  description: "/var is at 99 %",
  ai_summary: "Logs fill the disk.",
  impact: "Orders are late",
  root_cause: "A debug log was left on",
  resolution: "Log rotated",
  progress: "Processing",
  incident_severity: "Critical",
  start_time: at("2025-11-24T16:00:00Z"),
  ack_time: at("2025-11-24T16:05:00Z"),
  snoozed_before: at("2025-11-24T17:30:00Z"),
  channel_id: 4100000000001,
  channel_name: "Checkout",
  creator_id: 5000000000009,
  creator: { person_id: 5000000000009, person_name: "Kei", email: "kei@example.test", as: "member" },
  responders: [
    {
      person_id: 5000000000001,
      person_name: "Ada",
      email: "ada@example.test",
      assigned_at: at("2025-11-24T16:01:00Z"),
      acknowledged_at: at("2025-11-24T16:05:00Z"),
    },
    { person_id: 5000000000002, person_name: "Grace", assigned_at: at("2025-11-24T16:10:00Z"), acknowledged_at: 0 },
  ],
  labels: { host: "db-1", service: "checkout" },
  fields: { affected_users: 12, regions: ["eu", "us"], empty: null },
  alert_cnt: 3,
  detail_url: "https://console.example.test/incident/1",
};

const feed = [
  {
    type: "i_new",
    detail: { severity: "Critical", title: "Disk full on db-1" },
    creator_id: 0,
    created_at: at("2025-11-24T16:00:00Z") * 1000,
  },
  { type: "i_comm", detail: { comment: "looking" }, creator_id: 0, created_at: at("2025-11-24T16:06:00Z") * 1000 },
];

const timeline = { status: 200, body: { request_id: "fd-2", data: { items: feed, has_next_page: false } } as object };
const denied = { status: 403, body: { request_id: "fd-3", error: { code: "AccessDenied", message: "no" } } };

async function setUp(row: object = incident, history = timeline) {
  const vendor = await fakeVendor();
  vendor
    .reply("GET /api/v1/search", 200, { total_count: 0, total_pages: 0, current_page: 1, data: [] })
    .reply("POST /incident/info", 200, { request_id: "fd-1", data: row })
    .reply("POST /incident/feed", history.status, history.body);
  const command = (line: string, tty: boolean | number = false) =>
    run(`${line} -p flashduty --max-wait 0 --tz utc`, { profiles: profilesAt(vendor.url), now, tty });
  return { vendor, command };
}

describe("incidents show", () => {
  it("gives all that the vendor has of an incident", async () => {
    const { vendor, command } = await setUp();
    const { code, stdout } = await command(`incidents show ${id} --json`);
    expect({ code, paths: vendor.requests.map(({ path }) => path) }).toEqual({ code: 0, paths: ["/incident/info"] });
    expect(JSON.parse(stdout)).toMatchObject({
      snoozedUntil: "2025-11-24T17:30:00.000Z",
      labels: { host: "db-1", service: "checkout" },
      fields: { affected_users: 12, regions: ["eu", "us"], empty: null },
      alertCount: 3,
      responders: [
        {
          id: "5000000000001",
          name: "Ada",
          email: "ada@example.test",
          assignedAt: "2025-11-24T16:01:00.000Z",
          acknowledgedAt: "2025-11-24T16:05:00.000Z",
        },
        {
          id: "5000000000002",
          name: "Grace",
          email: null,
          assignedAt: "2025-11-24T16:10:00.000Z",
          acknowledgedAt: null,
        },
      ],
      creator: { id: "5000000000009", name: "Kei", email: "kei@example.test" },
      impact: "Orders are late",
      rootCause: "A debug log was left on",
      resolution: "Log rotated",
      summary: "Logs fill the disk.",
    });
  });

  it("gives null for what the vendor leaves out", async () => {
    const { command } = await setUp({ incident_id: id, title: "disk" });
    const { stdout } = await command(`incidents show ${id} --json`);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ labels: null, fields: null, alertCount: null, responders: [], creator: null },
      ...{ impact: null, rootCause: null, resolution: null, summary: null },
    });
  });

  it("is a page at a terminal that reads from the top, without empty fields, and with the timeline below", async () => {
    const { command } = await setUp();
    expect((await command(`incidents show ${id}`, true)).stdout).toMatch(/^\u001b\[1mDisk full on db-1\u001b\[22m\n/);
    const { code, stdout } = await command(`incidents show ${id} --no-color`, true);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "Disk full on db-1
      snoozed  high, critical  0000A1  66cc00000000000000000001

      /var is at 99 %

      Logs fill the disk.

      Service       Checkout
      Opened        16:00 (30 min ago) by Kei
      Acknowledged  16:05 (25 min ago)
      Snoozed       17:30 (in 1 h)
      Assigned      Ada, acknowledged 16:05 (25 min ago); Grace
      Alerts        3
      Labels        host=db-1  service=checkout
      Fields        affected_users=12  regions=eu, us
      Page          https://console.example.test/incident/1

      Impact
        Orders are late

      Root cause
        A debug log was left on

      Resolution
        Log rotated

      Timeline
        16:00 (30 min ago)  created: Disk full on db-1; critical
        16:06 (24 min ago)  commented: looking
      "
    `);
  });

  it("still shows the incident when its timeline cannot be read", async () => {
    const { command } = await setUp({ incident_id: id, title: "disk \u001b[2J" }, denied);
    const { code, stdout } = await command(`incidents show ${id} --no-color`, true);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^disk \\x1b\[2J\n/) });
    expect(stdout).toContain("NOT KNOWN: POST /incident/feed: the APP key lacks Incidents Read");
    expect(stdout).not.toMatch(/null|Labels|Impact/);
  });
});
