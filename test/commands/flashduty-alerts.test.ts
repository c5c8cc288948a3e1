import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date("2025-11-24T16:30:00Z");
const id = "66cc00000000000000000001";
const at = (iso: string): number => Date.parse(iso) / 1000;
const data = (body: object) => ({ request_id: "fd-1", data: body });

const event = (time: string, more: object = {}) => ({
  event_id: "66ee00000000000000000001",
  event_status: "Critical",
  event_time: at(time),
  title: "Disk full",
  description: "99 %",
  labels: { host: "db-1" },
  ...more,
});
const alert = {
  alert_id: "66aa00000000000000000001",
  alert_key: "db-1/disk",
  title: "Disk full",
  alert_severity: "Critical",
  alert_status: "Critical",
  start_time: at("2025-11-24T16:00:00Z"),
  last_time: at("2025-11-24T16:20:00Z"),
  end_time: 0,
  labels: { host: "db-1" },
  event_cnt: 2,
  channel_id: 4100000000001,
  channel_name: "Checkout",
  integration_name: "Prometheus",
  events: [event("2025-11-24T16:20:00Z", { description: "100 %" }), event("2025-11-24T16:00:00Z")],
};

async function setUp(...replies: [route: string, status: number, body: object][]) {
  const vendor = await fakeVendor();
  for (const [route, status, body] of replies) vendor.reply(route, status, body);
  const command = (line: string, tty: boolean | number = false) =>
    run(`${line} --max-wait 0 --tz utc --no-color`, { profiles: profilesAt(vendor.url), now, tty });
  return { vendor, command };
}

describe("incidents alerts", () => {
  const route = "POST /incident/alert/list";

  it("lists the alerts with their events, oldest first", async () => {
    const { vendor, command } = await setUp([route, 200, data({ items: [alert], total: 1 })]);
    const { code, stdout } = await command(`incidents alerts ${id} --json -p flashduty`);
    expect(vendor.requests.map(({ body }) => body)).toEqual([
      { incident_id: id, include_events: true, p: 1, limit: 100 },
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        id: "66aa00000000000000000001",
        dedupKey: "db-1/disk",
        status: "firing",
        severity: "critical",
        service: { id: "4100000000001", name: "Checkout" },
        source: "Prometheus",
        createdAt: "2025-11-24T16:00:00.000Z",
        resolvedAt: null,
        labels: { host: "db-1" },
        eventCount: 2,
        events: [
          { at: "2025-11-24T16:00:00.000Z", severity: "critical", description: "99 %", labels: { host: "db-1" } },
          { at: "2025-11-24T16:20:00.000Z", description: "100 %" },
        ],
      },
    ]);
  });

  it("lists the events, a row each, with --events", async () => {
    const { command } = await setUp([route, 200, data({ items: [alert], total: 1 })]);
    const { stdout } = await command(`incidents alerts ${id} --events -p flashduty`);
    expect(stdout).toBe(
      "2025-11-24T16:00:00.000Z\tcritical\tDisk full\t99 %\thost=db-1\n2025-11-24T16:20:00.000Z\tcritical\tDisk full\t100 %\thost=db-1\n",
    );
  });

  it("asks for the events that the list leaves out, and is incomplete when they cannot be read", async () => {
    const bare = { ...alert, events: null };
    const list: [string, number, object] = [route, 200, data({ items: [bare], total: 1 })];
    const asked = await setUp(list, ["POST /alert/event/list", 200, data({ items: alert.events })]);
    const full = await asked.command(`incidents alerts ${id} --json -p flashduty`);
    expect(JSON.parse(full.stdout)[0].events).toHaveLength(2);
    const denied = { request_id: "fd-2", error: { code: "AccessDenied", message: "no" } };
    const refused = await setUp(list, ["POST /alert/event/list", 403, denied]);
    const part = await refused.command(`incidents alerts ${id} --all --json -p flashduty`);
    expect({ code: part.code, rows: JSON.parse(part.stdout).length }).toEqual({ code: 7, rows: 1 });
    expect(part.stderr).toContain("not complete: the events of some alerts are not known");
  });

  it("is not found where the incident is missing, and takes a word that is not known for firing", async () => {
    const missing = { request_id: "fd-2", error: { code: "ResourceNotFound", message: "The incident does not exist" } };
    const none = await setUp([route, 400, missing], ["POST /incident/list", 200, data({ items: [], total: 0 })]);
    const { code, stderr } = await none.command(`incidents alerts ${id} -p flashduty`);
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining(`incident "${id}" not found`) });
    const odd = { ...alert, alert_status: "Fatal" };
    const strange = await setUp([route, 200, data({ items: [odd], total: 1 })]);
    expect(JSON.parse((await strange.command(`incidents alerts ${id} --json -p flashduty`)).stdout)[0].status).toBe(
      "firing",
    );
  });

  it("is incomplete where the vendor counts more than it gives", async () => {
    const { command } = await setUp([route, 200, data({ items: [alert], total: 3 })]);
    const { code, stderr } = await command(`incidents alerts ${id} --all -p flashduty`);
    expect({ code, stderr }).toEqual({ code: 7, stderr: expect.stringContaining("not complete") });
  });

  it.each(["alerts inc_1", "similar inc_1"])(
    "%s on OpsKnight: one line, exit 2, and the address of the page",
    async (line) => {
      const { vendor, command } = await setUp();
      const { code, stdout, stderr } = await command(`incidents ${line} -p opsknight`);
      expect({ code, stdout, requests: vendor.requests }).toEqual({ code: 2, stdout: "", requests: [] });
      expect(stderr).toMatch(/^error: opsknight has no .+\nhint: see http:.+\/incidents\/inc_1\n$/);
    },
  );
});

describe("incidents similar", () => {
  const past = {
    incident_id: "66cc00000000000000000009",
    title: "Disk full on db-2",
    progress: "Closed",
    incident_severity: "Critical",
    start_time: at("2025-11-20T10:00:00Z"),
    close_time: at("2025-11-20T10:40:00Z"),
    resolution: "Log rotated",
    score: 0.912,
  };

  it("lists earlier incidents and how they were resolved", async () => {
    const { vendor, command } = await setUp(["POST /incident/past/list", 200, data({ items: [past] })]);
    const { code, stdout } = await command(`incidents similar ${id} --limit 3 -p flashduty`, 120);
    expect(vendor.requests.map(({ body }) => body)).toEqual([{ incident_id: id, limit: 3 }]);
    expect({ code, lines: stdout.split("\n").map((row) => row.split(/ {2,}/)) }).toMatchObject({
      code: 0,
      lines: [
        ["ID", "SCORE", "STATUS", "TITLE", "RESOLUTION", "AGE", "TOOK"],
        ["66cc00000000000000000009", "0.91", "resolved", "Disk full on db-2", "Log rotated", "4d", "40m"],
        [""],
      ],
    });
  });

  it("refuses more than the vendor lists before anything is sent", async () => {
    const { vendor, command } = await setUp();
    expect((await command(`incidents similar ${id} --limit 101 -p flashduty`)).code).toBe(2);
    expect(vendor.requests).toEqual([]);
  });
});

describe("changes", () => {
  const change = (key: string, more: object = {}) => ({
    change_id: `66ff0000000000000000000${key}`,
    change_key: `deploy-${key}`,
    change_status: "Done",
    title: `Checkout 1.4.${key}`,
    link: "https://ci.example.test/1",
    labels: { service: "checkout", environment: "production" },
    start_time: at("2025-11-24T15:40:00Z"),
    last_time: at("2025-11-24T15:45:00Z"),
    end_time: at("2025-11-24T15:45:00Z"),
    channel_id: 0,
    ...more,
  });
  const answer = (...items: object[]): [string, number, object] => [
    "POST /change/list",
    200,
    data({ items, total: items.length, has_next_page: false }),
  ];

  it("list lists what was deployed, in our words", async () => {
    const { vendor, command } = await setUp(
      answer(
        change("2", { change_status: "Processing", end_time: 0 }),
        change("1"),
        change("0", { change_status: "Odd" }),
      ),
    );
    const { code, stdout } = await command("changes list --json -p flashduty");
    expect(vendor.requests[0]?.body).toMatchObject({
      start_time: at("2025-11-23T13:30:00Z"),
      p: 1,
      limit: 100,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { key: "deploy-2", status: "started", endedAt: null, service: null, labels: { service: "checkout" } },
      {
        key: "deploy-1",
        status: "succeeded",
        link: "https://ci.example.test/1",
        startedAt: "2025-11-24T15:40:00.000Z",
        endedAt: "2025-11-24T15:45:00.000Z",
        profile: "flashduty",
      },
      { key: "deploy-0", status: "odd" },
    ]);
  });

  it("list filters by service, by channel or label, and by text", async () => {
    const channels = data({
      items: [{ channel_id: 4100000000001, channel_name: "Checkout" }],
      total: 1,
      has_next_page: false,
    });
    const { command } = await setUp(
      answer(
        change("1"),
        change("2", { labels: { service: "search" } }),
        change("3", { channel_id: 4100000000001, channel_name: "Checkout", labels: null }),
      ),
      ["POST /channel/list", 200, channels],
    );
    const keys = async (line: string) => (await command(`changes list ${line} --fields key -p flashduty`)).stdout;
    expect(await keys("--service checkout")).toBe("deploy-1\ndeploy-3\n");
    expect(await keys("--query SEARCH")).toBe("deploy-2\n");
  });

  it("list is incomplete where a later page cannot be told, and refuses times in the wrong order", async () => {
    const { command } = await setUp(["POST /change/list", 200, data({ items: [change("1")], total: 5 })]);
    expect((await command("changes list --all -p flashduty")).code).toBe(7);
    expect((await command("changes list --since 1h --until 2h -p flashduty")).code).toBe(2);
  });

  it("list names a vendor that lists none: exit 2", async () => {
    const { vendor, command } = await setUp();
    const { code, stderr } = await command("changes list -p opsknight");
    expect({ code, stderr, requests: vendor.requests }).toEqual({
      code: 2,
      stderr: "error: opsknight has no list of changes\n",
      requests: [],
    });
  });

  const incident = { incident_id: id, title: "disk", progress: "Triggered", start_time: at("2025-11-24T16:00:00Z") };
  const info: [string, number, object] = ["POST /incident/info", 200, data(incident)];
  const feed: [string, number, object] = ["POST /incident/feed", 200, data({ items: [], has_next_page: false })];

  it("before an incident are those begun or ended in the hour before it", async () => {
    const early = { start_time: at("2025-11-24T14:00:00Z"), last_time: at("2025-11-24T14:30:00Z"), end_time: 0 };
    const ended = { start_time: at("2025-11-24T14:00:00Z") };
    const { vendor, command } = await setUp(info, feed, answer(change("1"), change("2", ended), change("3", early)));
    const { code, stdout } = await command(`incidents show ${id} --changes --json -p flashduty`);
    expect(vendor.requests[1]?.body).toMatchObject({
      start_time: at("2025-11-24T12:00:00Z"),
      end_time: at("2025-11-24T16:00:02Z"),
    });
    const { changes } = JSON.parse(stdout) as { changes: { key: string }[] };
    expect({ code, keys: changes.map(({ key }) => key) }).toEqual({ code: 0, keys: ["deploy-1", "deploy-2"] });
    const page = await command(`incidents show ${id} --changes -p flashduty`, true);
    expect(page.stdout).toContain(
      "Changes in the hour before\n  15:40 (50 min ago)  succeeded: Checkout 1.4.1; checkout; https",
    );
  });

  it("before an incident that cannot be read leave the incident, exit 7", async () => {
    const broken = { request_id: "fd-2", error: { code: "AccessDenied", message: "no" } };
    const { command } = await setUp(info, feed, ["POST /change/list", 403, broken]);
    const { code, stdout, stderr } = await command(`incidents show ${id} --changes --json -p flashduty`);
    expect({ code, id: JSON.parse(stdout).id }).toEqual({ code: 7, id });
    expect(stderr).toContain("the changes before are not all known");
  });
});
