import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

const now = new Date("2026-03-01T12:00:00Z");
const address = "http://127.0.0.1:PORT";

const incident = {
  id: "inc_1",
  number: "41",
  title: "Disk full on 日本-1",
  description: "95 %\n/var",
  status: "OPEN",
  urgency: "HIGH",
  service: { id: "svc_1", name: "Database" },
  assignee: { id: "usr_1", name: "Ada Lovelace", email: "ada@example.test" },
  dedup_key: "db-1/disk",
  created_at: "2026-03-01T11:57:00Z",
  updated_at: "2026-03-01T11:58:00Z",
};

async function vendorOfAll(): Promise<FakeVendor> {
  const vendor = await fakeVendor();
  const list = (data: unknown[]) => ({
    data,
    pagination: { total: data.length, limit: 100, offset: 0, has_more: false },
  });
  vendor.reply("GET /api/incidents", 200, list([incident])).reply("GET /api/incidents/inc_1", 200, { data: incident });
  vendor.reply("PATCH /api/incidents/inc_1", 200, {
    data: { ...incident, status: "ACKNOWLEDGED", acknowledged_at: "2026-03-01T12:00:00Z" },
  });
  vendor
    .reply("GET /api/services", 200, list([]))
    .reply("GET /api/users", 403, { error: { code: "FORBIDDEN", message: "API key missing scope: users:read" } });
  vendor
    .reply("GET /api/schedules", 200, list([]))
    .reply("GET /api/teams", 404, { error: { code: "NOT_FOUND", message: "Not found" } });
  vendor.reply("GET /api/v1/search", 200, { data: [], count: 0, total_count: 0, current_page: 1, total_pages: 1 });
  vendor.reply("POST /api/events", 202, { data: { action: "triggered", incident } });
  return vendor;
}

/** What a command prints on both streams, at a terminal of 80 columns and in a pipe. */
async function both(commandLine: string, url?: string): Promise<string> {
  const vendor = await vendorOfAll();
  const show = async (tty: boolean): Promise<string> => {
    const home = await tempDir();
    const { code, stdout, stderr } = await run(`${commandLine} --tz utc --no-color`, {
      home,
      tty,
      now,
      profiles: profilesAt(url ?? vendor.url),
    });
    return `${tty ? "terminal" : "pipe"}, exit ${code}\n${stdout}--\n${stderr}`
      .replaceAll(vendor.url, address)
      .replaceAll(home, "HOME");
  };
  return `${await show(true)}\n${await show(false)}`;
}

describe("the full output of", () => {
  it("incidents list", async () => {
    expect(await both("incidents list")).toMatchInlineSnapshot(`
      "terminal, exit 0
      ID     STATUS  URGENCY  TITLE                SERVICE   ASSIGNEE      AGE
      inc_1  open    high     Disk full on 日本-1  Database  Ada Lovelace  3m
      --

      pipe, exit 0
      inc_1	open	high	Disk full on 日本-1	Database	Ada Lovelace	2026-03-01T11:57:00.000Z
      --
      "
    `);
  });

  it("incidents show", async () => {
    expect(await both("incidents show inc_1")).toMatchInlineSnapshot(`
      "terminal, exit 0
      Disk full on 日本-1
      open  high  41  inc_1

      95 %
      /var

      Service    Database
      Opened     11:57 (3 min ago)
      Assigned   Ada Lovelace
      Dedup key  db-1/disk
      Page       http://127.0.0.1:PORT/incidents/inc_1

      Timeline
        11:57 (3 min ago)  created
        (OpsKnight does not publish the timeline; these are the incident's own times,
        the rest is at http://127.0.0.1:PORT/incidents/inc_1)
      --

      pipe, exit 0
      id	inc_1
      number	41
      title	Disk full on 日本-1
      description	95 %\\n/var
      status	open
      urgency	high
      severity	
      priority	
      service	{"id":"svc_1","name":"Database"}
      team	
      assignees	[{"id":"usr_1","name":"Ada Lovelace","email":"ada@example.test"}]
      dedupKey	db-1/disk
      createdAt	2026-03-01T11:57:00.000Z
      updatedAt	2026-03-01T11:58:00.000Z
      acknowledgedAt	
      resolvedAt	
      snoozedUntil	
      labels	
      fields	
      alertCount	
      url	http://127.0.0.1:PORT/incidents/inc_1
      provider	opsknight
      profile	opsknight
      responders	
      creator	
      impact	
      rootCause	
      resolution	
      summary	
      snoozeReason	
      warRoomUrl	
      --
      "
    `);
  });

  it("incidents ack", async () => {
    expect(await both("incidents ack inc_1")).toMatchInlineSnapshot(`
      "terminal, exit 0
      acknowledged  Disk full on 日本-1  (inc_1); undo: onduty incidents unack inc_1
      --

      pipe, exit 0
      inc_1	acknowledged	acknowledged		2026-03-01T12:00:00.000Z	
      --
      "
    `);
  });

  it("incidents resolve", async () => {
    expect(await both("incidents resolve inc_1 --dry-run")).toMatchInlineSnapshot(`
      "terminal, exit 0
      PATCH /api/incidents/inc_1
      {"status":"RESOLVED"}
      --

      pipe, exit 0
      PATCH /api/incidents/inc_1
      {"status":"RESOLVED"}
      --
      "
    `);
  });

  it("events trigger", async () => {
    expect(await both("events trigger broken --dedup-key db-1/disk")).toMatchInlineSnapshot(`
      "terminal, exit 0
      triggered  db-1/disk  incident inc_1 (open)
      --
      to resolve it: onduty events resolve db-1/disk

      pipe, exit 0
      trigger	db-1/disk	delivered	triggered	inc_1
      --
      to resolve it: onduty events resolve db-1/disk
      "
    `);
  });

  it("events trigger with a summary that is too long", async () => {
    expect(await both(`events trigger ${"x".repeat(501)} --dedup-key k`)).toMatchInlineSnapshot(`
      "terminal, exit 0
      triggered  k  incident inc_1 (open)
      --
      the summary has 501 characters, and OpsKnight takes 500: it is cut, and the
      details have all of it as "summary"
      to resolve it: onduty events resolve k

      pipe, exit 0
      trigger	k	delivered	triggered	inc_1
      --
      the summary has 501 characters, and OpsKnight takes 500: it is cut, and the details have all of it as "summary"
      to resolve it: onduty events resolve k
      "
    `);
  });

  it("events ack under a key that is too long", async () => {
    expect(await both(`events ack ${"k".repeat(201)}`)).toMatchInlineSnapshot(`
      "terminal, exit 2
      --
      error: the dedup key has 201 characters, and OpsKnight takes 200
      hint: shorten it to 200 characters

      pipe, exit 2
      --
      error: the dedup key has 201 characters, and OpsKnight takes 200
      hint: shorten it to 200 characters
      "
    `);
  });

  it("events resolve", async () => {
    expect(await both("events resolve db-1/disk")).toMatchInlineSnapshot(`
      "terminal, exit 0
      triggered  db-1/disk  incident inc_1 (open)
      --

      pipe, exit 0
      resolve	db-1/disk	delivered	triggered	inc_1
      --
      "
    `);
  });

  it("keys validate", async () => {
    expect(await both("keys validate")).toMatchInlineSnapshot(`
      "terminal, exit 4
      PROFILE    PROVIDER   KEY            KIND  STATUS      SCOPES            LATENCY
      opsknight  opsknight  sk_test_…0001  test  restricted  incidents:read…   0 ms
      --
      opsknight: the key lacks users:read

      pipe, exit 4
      opsknight	opsknight	sk_test_…0001	test	restricted	incidents:read services:read schedules:read		0 ms
      --
      opsknight: the key lacks users:read
      "
    `);
  });

  it("keys list", async () => {
    expect(await both("keys list", "https://vendor.example.test")).toMatchInlineSnapshot(`
      "terminal, exit 0
      PROFILE    PROVIDER   KIND         KEY            SOURCE
      opsknight  opsknight  api          sk_test_…0001  config file
      flashduty  flashduty  api          …0001          config file
      flashduty  flashduty  integration  …0001          config file
      flashduty  flashduty  change       …0001          config file
      flotiq     flotiq     api          …0001          config file
      --

      pipe, exit 0
      opsknight	opsknight	api	sk_test_…0001	config file
      flashduty	flashduty	api	…0001	config file
      flashduty	flashduty	integration	…0001	config file
      flashduty	flashduty	change	…0001	config file
      flotiq	flotiq	api	…0001	config file
      --
      "
    `);
  });

  it("profiles list", async () => {
    expect(await both("profiles list", "https://vendor.example.test")).toMatchInlineSnapshot(`
      "terminal, exit 0
      NAME         PROVIDER   BASE URL                     KEYS
      opsknight *  opsknight  https://vendor.example.test  api
      flashduty    flashduty  https://vendor.example.test  api, integration, change
      flotiq       flotiq     https://vendor.example.test  api
      --

      pipe, exit 0
      opsknight	opsknight	https://vendor.example.test	api	svc_1
      flashduty	flashduty	https://vendor.example.test	api, integration, change	
      flotiq	flotiq	https://vendor.example.test	api	
      --
      "
    `);
  });

  it("profiles show", async () => {
    expect(await both("profiles show", "https://vendor.example.test")).toMatchInlineSnapshot(`
      "terminal, exit 0
      SETTING   VALUE                        FROM
      profile   opsknight                    current
      provider  opsknight                    profile
      baseUrl   https://vendor.example.test  profile
      service   svc_1                        profile
      api key   sk_test_…0001                profile, config file
      --

      pipe, exit 0
      profile	opsknight	current
      provider	opsknight	profile
      baseUrl	https://vendor.example.test	profile
      service	svc_1	profile
      api key	sk_test_…0001	profile, config file
      --
      "
    `);
  });

  it("profiles use", async () => {
    expect(await both("profiles use flotiq", "https://vendor.example.test")).toMatchInlineSnapshot(`
      "terminal, exit 0
      --
      "flotiq" is the current profile

      pipe, exit 0
      --
      "flotiq" is the current profile
      "
    `);
  });

  it("whoami", async () => {
    expect(await both("whoami --profile flotiq --max-wait 0 --dry-run --json --fields nothing")).toMatchInlineSnapshot(`
      "terminal, exit 2
      --
      {"error":{"kind":"usage","message":"unknown field \\"nothing\\"; the fields are provider, profile, account, user, key","hint":null,"status":null,"code":null,"requestId":null,"retryable":false,"retryAfter":null,"exitCode":2}}

      pipe, exit 2
      --
      {"error":{"kind":"usage","message":"unknown field \\"nothing\\"; the fields are provider, profile, account, user, key","hint":null,"status":null,"code":null,"requestId":null,"retryable":false,"retryAfter":null,"exitCode":2}}
      "
    `);
  });

  it("oncall without schedules", async () => {
    expect(await both("oncall")).toMatchInlineSnapshot(`
      "terminal, exit 0
      --
      No schedules.

      pipe, exit 0
      --
      No schedules.
      "
    `);
  });

  it("spool list", async () => {
    expect(await both("spool list")).toMatchInlineSnapshot(`
      "terminal, exit 0
      --
      The spool is empty.

      pipe, exit 0
      --
      The spool is empty.
      "
    `);
  });

  it("spool flush", async () => {
    expect(await both("spool flush")).toMatchInlineSnapshot(`
      "terminal, exit 0
      Nothing waits.
      --

      pipe, exit 0
      delivered	0
      refused	0
      waiting	0
      corrupt	0
      --
      "
    `);
  });

  it("spool purge", async () => {
    expect(await both("spool purge --yes")).toMatchInlineSnapshot(`
      "terminal, exit 0
      --
      nothing to delete

      pipe, exit 0
      --
      nothing to delete
      "
    `);
  });
});
