import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { type Incident, incidentDetailFields, incidentFields } from "../../src/model/incident.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

const now = new Date("2026-03-01T12:00:00Z");

/** Incidents as the documented OpsKnight API lists them. */
const incidents = [
  {
    id: "inc_1",
    title: "Disk full on db-1",
    description: "95 %",
    status: "OPEN",
    urgency: "HIGH",
    priority: "P1",
    service: { id: "svc_1", name: "Database" },
    assignee: null,
    created_at: "2026-03-01T11:57:00Z",
    updated_at: "2026-03-01T11:57:00Z",
  },
  {
    id: "inc_2",
    title: "High load",
    description: null,
    status: "ACKNOWLEDGED",
    urgency: "LOW",
    service: { id: "svc_2", name: "Web" },
    assignee: { id: "usr_1", name: "Ada Lovelace", email: "ada@example.test" },
    created_at: "2026-03-01T09:00:00Z",
    updated_at: "2026-03-01T10:00:00Z",
    acknowledged_at: "2026-03-01T11:59:48Z",
  },
];

async function vendorWith(rows: unknown[]): Promise<FakeVendor> {
  const vendor = await fakeVendor();
  const pagination = { total: rows.length, limit: 100, offset: 0, has_more: false };
  return vendor.reply("GET /api/incidents", 200, { data: rows, pagination });
}

describe("incidents list", () => {
  it.each(["a server that publishes its users", "one that does not"])(
    "finds what I have by a name in the form of an id, on %s",
    async (server) => {
      const vendor = await vendorWith(incidents.map((row) => ({ ...row, assignee: { id: "usr_1", name: "ada_l" } })));
      if (server === "one that does not")
        vendor.reply("GET /api/users", 404, "<html>", { "content-type": "text/html" });
      else vendor.reply("GET /api/users", 200, { data: [{ id: "usr_1", name: "ada_l" }] });
      const { opsknight } = profilesAt(vendor.url);
      const profiles = { opsknight: Object.assign({}, opsknight, { user: "ada_l" }) };
      const mine = await run("incidents list --assignee me -q", { profiles });
      expect(mine).toMatchObject({ code: 0, stdout: "inc_1\ninc_2\n" });
    },
  );

  it("asks for the page behind the next one before the next one has come", async () => {
    const vendor = await fakeVendor();
    const rows = Array.from({ length: 1000 }, (_, index) => ({ ...incidents[0], id: `inc_${index}` }));
    const waiting: (() => void)[] = [];
    vendor.handle("GET /api/incidents", ({ query }, response) => {
      const [limit, offset] = [Number(query.limit), Number(query.offset)];
      const data = rows.slice(offset, offset + limit);
      const pagination = { total: rows.length, limit, offset, has_more: offset + limit < rows.length };
      const answer = (): void =>
        void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data, pagination }));
      // The second page is held back until the third is asked for.
      if (offset === 100) waiting.push(answer);
      else answer();
      if (offset === 200) for (const held of waiting.splice(0)) held();
    });
    const { code, stdout } = await run("incidents list --all -q", { profiles: profilesAt(vendor.url) });
    expect(code).toBe(0);
    expect(stdout.trim().split("\n").sort()).toEqual(rows.map(({ id }) => id).sort());
    expect(vendor.requests).toHaveLength(10);
  });

  it.each([350, 2050])("misses none of %i although others are resolved while it is being listed", async (length) => {
    const vendor = await fakeVendor();
    const at = (index: number): string => new Date(Date.UTC(2026, 1, 1) - index * 60_000).toISOString();
    let rows = Array.from({ length }, (_, index) => ({
      ...incidents[0],
      id: `inc_${index}`,
      created_at: at(index),
    }));
    const stay = new Set(rows.filter((_, index) => index % 9 !== 0).map(({ id }) => id));
    vendor.handle("GET /api/incidents", ({ query }, response) => {
      const [limit, offset] = [Number(query.limit), Number(query.offset)];
      const data = rows.slice(offset, offset + limit);
      const pagination = { total: rows.length, limit, offset, has_more: offset + limit < rows.length };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data, pagination }));
      // After each page some of what stood there goes.
      rows = rows.filter(({ id }, index) => index >= offset + limit || stay.has(id));
    });
    const { code, stdout } = await run("incidents list --all -q", { profiles: profilesAt(vendor.url) });
    const ids = stdout.trim().split("\n");
    expect(code).toBe(0);
    const listed = new Set(ids);
    expect([...stay].filter((id) => !listed.has(id))).toEqual([]);
    expect(listed.size).toBe(ids.length);
  });

  it("goes on where the server does not report that there is more", async () => {
    const vendor = await fakeVendor();
    const rows = Array.from({ length: 150 }, (_, index) => ({
      ...incidents[0],
      id: `inc_${index}`,
      urgency: index < 120 ? "LOW" : "HIGH",
    }));
    vendor.handle("GET /api/incidents", ({ query }, response) => {
      const data = rows.slice(Number(query.offset), Number(query.offset) + Number(query.limit));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data }));
    });
    const { stdout } = await run("incidents list --urgency high --limit 10 -q", { profiles: profilesAt(vendor.url) });
    expect(stdout.trim().split("\n")).toHaveLength(10);
  });

  it("does not report that nothing matches when only part of the list came", async () => {
    const vendor = await fakeVendor();
    const rows = Array.from({ length: 200 }, (_, index) => ({
      ...incidents[0],
      id: `inc_${index}`,
      status: "RESOLVED",
    }));
    vendor.handle("GET /api/incidents", ({ query }, response) => {
      const body = JSON.stringify({ incidents: rows.slice(0, Number(query.limit)) });
      response.writeHead(200, { "content-type": "application/json" }).end(body);
    });
    const { stdout, stderr } = await run("incidents list", { profiles: profilesAt(vendor.url) });
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^warning: this list is not complete: .*; what matches may lie beyond\n$/);
  });

  describe("of a server that gives only its newest 200 and cannot page", () => {
    const minute = (ago: number): string => new Date(now.getTime() - ago * 60_000).toISOString();
    /** One a minute, the newest first. */
    const newest = Array.from(
      { length: 200 },
      (_, at): Record<string, unknown> => ({
        id: `inc_${at}`,
        title: "Disk full",
        status: "OPEN",
        urgency: "HIGH",
        service: null,
        createdAt: minute(at + 1),
      }),
    );
    const listOf = async (rows: unknown[], options: string) => {
      const date = now.toUTCString();
      const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: rows }, { date });
      return run(`incidents list ${options} --quiet`, { profiles: profilesAt(vendor.url), now });
    };

    it("is complete when the last of them is older than --since", async () => {
      const { code, stdout, stderr } = await listOf(newest, "--since 2h --all");
      expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: "" });
      expect(stdout.split("\n")).toHaveLength(121);
      const quiet = await listOf(newest, "--since 2h --status snoozed --exit-status");
      expect({ code: quiet.code, stderr: quiet.stderr }).toEqual({ code: ExitCode.ok, stderr: "" });
    });

    it.each([
      ["without --since", newest, "--all"],
      ["when the last of them is not older", newest, "--since 4h --all"],
      // As old as the last one may be another that was cut off.
      ["when the last of them is just as old", newest, `--since ${minute(200)} --all`],
      ["when they are in another order", newest.toReversed(), "--since 2h --all"],
      ["when one is out of its place", [...newest.slice(1), ...newest.slice(0, 1)], "--since 2h --all"],
      ["when the last has no time", newest.with(199, { ...newest[0], createdAt: undefined }), "--since 2h --all"],
      ["when one has no time", newest.with(150, { ...newest[0], createdAt: undefined }), "--since 2h --all"],
      [
        "when the first in another order are wanted",
        newest.toReversed(),
        "--since 2h --limit 5 --exit-status --status snoozed",
      ],
    ])("is not %s", async (_, rows, options) => {
      const { code, stderr } = await listOf(rows, options);
      expect(code).toBe(ExitCode.partial);
      expect(stderr).toContain("this OpsKnight server gives only its newest 200 incidents and cannot page");
    });
  });

  it("prints an aligned table at a terminal", async () => {
    const vendor = await vendorWith(incidents);
    const { code, stdout, stderr } = await run("incidents list --no-color", {
      tty: true,
      profiles: profilesAt(vendor.url),
      now,
    });

    expect(stdout).toBe(
      [
        "ID     STATUS        URGENCY  TITLE              SERVICE   ASSIGNEE      AGE",
        "inc_1  open          high     Disk full on db-1  Database  -             3m",
        "inc_2  acknowledged  low      High load          Web       Ada Lovelace  3h",
        "",
      ].join("\n"),
    );
    expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: "" });
  });

  it("prints tab-separated full values in a pipe", async () => {
    const vendor = await vendorWith(incidents);
    const { code, stdout } = await run("incidents list", { profiles: profilesAt(vendor.url), now });

    expect(code).toBe(ExitCode.ok);
    expect(stdout).toBe(
      "inc_1\topen\thigh\tDisk full on db-1\tDatabase\t\t2026-03-01T11:57:00.000Z\n" +
        "inc_2\tacknowledged\tlow\tHigh load\tWeb\tAda Lovelace\t2026-03-01T09:00:00.000Z\n",
    );
  });

  it("prints the model as JSON", async () => {
    const vendor = await vendorWith([incidents[1]]);
    const { stdout } = await run("incidents list --json", { profiles: profilesAt(vendor.url), now });

    expect(JSON.parse(stdout)).toEqual([
      {
        id: "inc_2",
        number: null,
        title: "High load",
        description: null,
        status: "acknowledged",
        urgency: "low",
        severity: null,
        priority: null,
        service: { id: "svc_2", name: "Web" },
        team: null,
        assignees: [{ id: "usr_1", name: "Ada Lovelace", email: "ada@example.test" }],
        dedupKey: null,
        createdAt: "2026-03-01T09:00:00.000Z",
        updatedAt: "2026-03-01T10:00:00.000Z",
        acknowledgedAt: "2026-03-01T11:59:48.000Z",
        resolvedAt: null,
        snoozedUntil: null,
        labels: null,
        fields: null,
        alertCount: null,
        url: `${vendor.url}/incidents/inc_2`,
        provider: "opsknight",
        profile: "opsknight",
      },
    ]);
  });

  it.each([
    ["--json", "[]\n"],
    ["-o ndjson", ""],
    ["-o yaml", "[]\n"],
    ["-o tsv", ""],
    ["", ""],
  ])("prints nothing that is not there: list %s", async (options, expected) => {
    const vendor = await vendorWith([]);
    const { code, stdout } = await run(`incidents list ${options}`, { profiles: profilesAt(vendor.url), now });
    expect({ code, stdout }).toEqual({ code: ExitCode.ok, stdout: expected });
  });

  it.each(["table", "json", "ndjson", "csv", "tsv", "yaml"])(
    "never prints a failed list as an empty one: %s",
    async (format) => {
      const vendor = await fakeVendor();
      vendor.reply("GET /api/incidents", 500, { error: { code: "INTERNAL_ERROR", message: "database is down" } });
      const { code, stdout, stderr } = await run(`incidents list -o ${format} --max-wait 0`, {
        profiles: profilesAt(vendor.url),
      });
      expect({ code, stdout }).toEqual({ code: ExitCode.failure, stdout: "" });
      expect(stderr).toContain("database is down (500)");
    },
  );

  it("shows how many there are when it shows only some", async () => {
    const vendor = await vendorWith(incidents);
    const { code, stdout, stderr } = await run("incidents list --limit 1 --quiet", {
      profiles: profilesAt(vendor.url),
    });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "inc_1\n", stderr: "" });
    const loud = await run("incidents list --limit 1", { profiles: profilesAt(vendor.url) });
    expect(loud.stderr).toBe("showing 1 of 2; --all for every one\n");
  });

  it("answers with its exit code whether something matches", async () => {
    const vendor = await vendorWith(incidents);
    const found = await run("incidents list --exit-status", { profiles: profilesAt(vendor.url) });
    expect(found.code).toBe(ExitCode.no);
    const empty = await vendorWith([]);
    const none = await run("incidents list --exit-status", { profiles: profilesAt(empty.url) });
    expect(none.code).toBe(ExitCode.ok);
  });

  it("finds a service by the start of its name, and refuses to guess", async () => {
    const vendor = await vendorWith(incidents);
    vendor.reply("GET /api/services", 200, {
      data: [
        { id: "svc_1", name: "Database" },
        { id: "svc_2", name: "Web" },
        { id: "svc_3", name: "Webhooks" },
      ],
      pagination: { total: 3, limit: 100, offset: 0, has_more: false },
    });
    const profiles = profilesAt(vendor.url);
    const found = await run("incidents list --service data --quiet", { profiles });
    expect(found.stdout).toBe("inc_1\n");
    expect(vendor.requests.find(({ path }) => path === "/api/incidents")?.query.service_id).toBe("svc_1");

    const guess = await run("incidents list --service we", { profiles });
    expect(guess.code).toBe(ExitCode.usage);
    expect(guess.stderr).toContain('"we" could be 2 services: Web (svc_2), Webhooks (svc_3)');

    const none = await run("incidents list --service nope", { profiles });
    expect(none).toMatchObject({ code: ExitCode.notFound, stdout: "" });
  });

  it.each([
    ["incidents list --status opne", "Allowed choices are open, acknowledged, resolved, snoozed, suppressed, all"],
    ["incidents list --urgency loud", "Allowed choices are high, medium, low"],
    ["incidents list --limit 0", "Expected an integer above 0"],
    ["incidents list --all --limit 3", "--all and --limit exclude each other"],
    ["incidents list --fields id,titel", "titel"],
    ["incidents list --since 2024-02-30", "2024-02-30"],
    ["incidents list --since 1h --until 2h", "--since 1h is not before --until 2h"],
    ["incidents list --exit-status --since 2099-01-01", "--since 2099-01-01 is in the future"],
    ["incidents watch --since 2099-01-01", "--since 2099-01-01 is in the future"],
    ["incidents list --bogus", "unknown option '--bogus'"],
    ["incidents lisst", '"onduty incidents" has no command "lisst"'],
    ["incidentz list", '"onduty" has no command "incidentz"'],
    ["oncal", "hint: onduty oncall"],
    ["whoami me", "too many arguments"],
    ['incidents show ""', "an id is empty"],
    ['incidents ack inc_1 ""', "an id is empty"],
    ["incidents list --profile opsknigth", "opsknigth"],
    ["incidents list --profile flotiq", "flotiq has no incidents"],
    ["oncall --profile flotiq", "flotiq has no on-call schedules"],
    ["oncall --exit-status", "--user is missing"],
  ])("refuses `%s` before any request", async (commandLine, message) => {
    const vendor = await fakeVendor();
    const { code, stdout, stderr } = await run(commandLine, { profiles: profilesAt(vendor.url), now });
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^error: .+\n(hint: .+\n)?$/);
    expect(vendor.requests).toEqual([]);
  });
});

describe("incidents show", () => {
  it("shows one as an object and several as a list", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents/inc_1", 200, { data: incidents[0] });
    vendor.reply("GET /api/incidents/inc_2", 200, { data: incidents[1] });
    const profiles = profilesAt(vendor.url);
    const one = await run("incidents show inc_1 --json --fields id,service.name", { profiles });
    expect(JSON.parse(one.stdout)).toEqual({ id: "inc_1", "service.name": "Database" });
    const two = await run("incidents show - --json --fields id", { profiles, stdin: "inc_1\ninc_2\n" });
    expect(JSON.parse(two.stdout)).toEqual([{ id: "inc_1" }, { id: "inc_2" }]);
  });

  it.each(["opsknight", "flashduty", "pagerduty"])(
    "has the fields of a list first, and then its own: %s",
    async (name) => {
      const { home } = await sandbox();
      const read = async (line: string): Promise<object> =>
        JSON.parse((await run(`incidents ${line} --json -p sandbox-${name}`, { home })).stdout) as object;
      const [row] = (await read("list --limit 1")) as Incident[];
      expect(Object.keys(row ?? {})).toEqual([...incidentFields]);
      expect(Object.keys(await read(`show ${row?.id}`))).toEqual([...incidentDetailFields]);
      const [outcome = {}] = (await read(`ack ${row?.id}`)) as object[];
      expect(Object.keys(outcome)).toEqual(["id", "outcome", "status", "by", "at", "error"]);
    },
  );

  it("exits 5 when there is none, and 7 when only some are there", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents/inc_1", 200, { data: incidents[0] });
    vendor.reply("GET /api/incidents/nope", 404, { error: { code: "NOT_FOUND", message: "Incident not found" } });
    vendor.reply("GET /api/incidents", 200, { data: [], pagination: { total: 0 } });
    const profiles = profilesAt(vendor.url);
    const none = await run("incidents show nope", { profiles });
    expect(none).toMatchObject({ code: ExitCode.notFound, stdout: "" });
    const some = await run("incidents show inc_1 nope --json --fields id", { profiles });
    expect(some).toMatchObject({ code: ExitCode.partial, stdout: '[{"id":"inc_1"}]\n' });
  });
});

describe("incidents ack", () => {
  it("reports the result of each id, and exits 7 when that differs", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents/inc_1", 200, { data: incidents[0] });
    vendor.reply("PATCH /api/incidents/inc_1", 200, {
      data: { ...incidents[0], status: "ACKNOWLEDGED", acknowledged_at: "2026-03-01T12:00:00Z" },
    });
    vendor.reply("GET /api/incidents/inc_2", 200, { data: incidents[1] });
    vendor.reply("GET /api/incidents/nope", 404, { error: { code: "NOT_FOUND", message: "Incident not found" } });
    vendor.reply("GET /api/incidents", 200, { data: [], pagination: { total: 0 } });
    const { code, stdout, stderr } = await run("incidents ack inc_1 inc_2 nope --json", {
      profiles: profilesAt(vendor.url),
      now,
    });

    expect(code).toBe(ExitCode.partial);
    expect(JSON.parse(stdout)).toMatchObject([
      { id: "inc_1", outcome: "acknowledged", status: "acknowledged", error: null },
      { id: "inc_2", outcome: "already", status: "acknowledged", by: null, at: "2026-03-01T11:59:48.000Z" },
      { id: "nope", outcome: "notFound", status: null },
    ]);
    expect(stderr).toContain("inc_2 was acknowledged already: 12 seconds ago; assigned to Ada Lovelace");
    expect(JSON.parse(stderr.trim().split("\n").at(-1) ?? "")).toMatchObject({
      error: { kind: "partial", exitCode: 7 },
    });
    expect(vendor.requests.filter(({ method }) => method === "PATCH").map(({ body }) => body)).toEqual([
      { status: "ACKNOWLEDGED" },
    ]);
  });

  it("takes ids from its own list on standard input", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents/inc_2", 200, { data: incidents[1] });
    const { code, stdout } = await run("incidents ack - --json", {
      profiles: profilesAt(vendor.url),
      stdin: '[{"id":"inc_2"}]',
    });
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject([{ id: "inc_2", outcome: "already" }]);
  });

  it("prints what it would send with --dry-run, and sends no write", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents/inc_1", 200, { data: incidents[0] });
    const { code, stdout } = await run("incidents ack inc_1 --dry-run", { profiles: profilesAt(vendor.url) });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'PATCH /api/incidents/inc_1\n{"status":"ACKNOWLEDGED"}\n' });
  });

  it("ends with --dry-run as it would without: what does not exist is told", async () => {
    const vendor = await fakeVendor();
    const [first, second] = incidents;
    vendor
      .reply("GET /api/incidents/inc_1", 200, { data: first })
      .reply("GET /api/incidents/inc_2", 200, { data: second });
    vendor.reply("GET /api/incidents/inc_9", 404, { error: { code: "NOT_FOUND", message: "Incident not found" } });
    vendor.reply("GET /api/incidents", 200, { data: incidents, pagination: { total: incidents.length } });
    const dry = (line: string) => run(`${line} --dry-run`, { profiles: profilesAt(vendor.url) });
    const none = await dry("incidents ack inc_9");
    expect(none).toMatchObject({ code: ExitCode.notFound, stdout: "" });
    expect(none.stderr).toMatch(
      /^nothing would be sent\nerror: could not acknowledge inc_9: incident "inc_9" not found/,
    );
    const some = await dry("incidents ack inc_1 inc_2 inc_9");
    expect(some).toMatchObject({
      code: ExitCode.partial,
      stdout: 'PATCH /api/incidents/inc_1\n{"status":"ACKNOWLEDGED"}\n',
    });
    expect(some.stderr).toContain("inc_2 was acknowledged already");
    expect(some.stderr).toContain('warning: inc_9: incident "inc_9" not found');
    expect(vendor.requests.every(({ method }) => method === "GET")).toBe(true);
  });

  it.each([
    ["ack", "it is open"],
    ["resolve", "it is open"],
    ["update --urgency low", "its urgency is high"],
    ["assign --to usr_2", "Ada Lovelace has it"],
  ])("does not call `%s` done when the answer says otherwise", async (words, message) => {
    const vendor = await fakeVendor();
    const row = { ...incidents[0], assignee: { id: "usr_1", name: "Ada Lovelace" } };
    vendor
      .reply("GET /api/incidents/inc_1", 200, { data: row })
      .reply("PATCH /api/incidents/inc_1", 200, { data: row });
    vendor.reply("GET /api/users", 200, { data: [{ id: "usr_2", name: "Grace Hopper" }] });
    const { code, stderr } = await run(`incidents ${words} inc_1 --max-wait 0`, { profiles: profilesAt(vendor.url) });
    expect(code).toBe(ExitCode.failure);
    expect(stderr).toContain(`the server took the change, but ${message}`);
  });

  it("reports which scope the key lacks", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents/inc_1", 200, { data: incidents[0] });
    vendor.reply("PATCH /api/incidents/inc_1", 403, { error: { code: "FORBIDDEN", message: "Forbidden" } });
    const { code, stderr } = await run("incidents ack inc_1", { profiles: profilesAt(vendor.url) });
    expect(code).toBe(ExitCode.auth);
    expect(stderr).toContain("error: could not acknowledge inc_1: ");
    expect(stderr).toContain("incidents:write");
  });
});

describe("oncall", () => {
  const people = [
    { id: "usr_1", name: "Ada Lovelace", email: "ada@example.test" },
    { id: "usr_3", name: "Alan Turing", email: "alan@example.test" },
  ];

  async function schedules(): Promise<FakeVendor> {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/schedules", 200, {
      data: [
        { id: "sch_1", name: "Primary", time_zone: "UTC" },
        { id: "sch_2", name: "Secondary", time_zone: "UTC" },
      ],
      pagination: { total: 2, limit: 100, offset: 0, has_more: false },
    });
    vendor.reply("GET /api/schedules/sch_1/on-call", 200, {
      data: {
        schedule: { id: "sch_1", name: "Primary", time_zone: "UTC" },
        on_call: [
          {
            user: { id: "usr_1", name: "Ada Lovelace", email: "ada@example.test" },
            start: "2026-03-01T08:00:00Z",
            end: "2026-03-01T20:00:00Z",
          },
        ],
        next: [{ user: { id: "usr_2", name: "Grace Hopper" }, start: "2026-03-01T20:00:00Z", end: null }],
      },
    });
    return vendor;
  }

  it("reports who, until when, who is next, and shouts where nobody is", async () => {
    const vendor = await schedules();
    vendor.reply("GET /api/schedules/sch_2/on-call", 200, {
      data: { schedule: { id: "sch_2", name: "Secondary", time_zone: "UTC" }, on_call: [], next: [] },
    });
    const { code, stdout, stderr } = await run("oncall --no-color", {
      tty: true,
      profiles: profilesAt(vendor.url),
      now,
    });
    expect(stdout).toBe(
      [
        "SCHEDULE   ON CALL       UNTIL           NEXT          NEXT FROM",
        "Primary    Ada Lovelace  20:00 (in 8 h)  Grace Hopper  20:00 (in 8 h)",
        "Secondary  NOBODY        -               -             -",
        "",
      ].join("\n"),
    );
    expect(stderr).toBe("warning: nobody is on call on Secondary\n");
    expect(code).toBe(ExitCode.ok);
  });

  it("prints what it got, and exits 7, when one schedule does not respond", async () => {
    const vendor = await schedules();
    vendor.reply("GET /api/schedules/sch_2/on-call", 500, { error: { code: "INTERNAL_ERROR", message: "broken" } });
    const { code, stdout, stderr } = await run("oncall --json --max-wait 0", { profiles: profilesAt(vendor.url), now });
    expect(code).toBe(ExitCode.partial);
    expect(JSON.parse(stdout)).toMatchObject([{ schedule: { id: "sch_1" }, gap: false, users: [{ id: "usr_1" }] }]);
    expect(stderr).toContain("1 of 2 schedules could not be read");
  });

  it("reports the schedules there are beside one that is not", async () => {
    const vendor = await schedules();
    const { code, stdout, stderr } = await run("oncall primary tertiary", { profiles: profilesAt(vendor.url), now });
    expect({ code, stdout }).toMatchObject({ code: ExitCode.partial, stdout: expect.stringContaining("Ada Lovelace") });
    expect(stderr).toContain('unknown schedule "tertiary"; known: Primary, Secondary');
    const none = await run("oncall tertiary", { profiles: profilesAt(vendor.url), now });
    expect(none).toMatchObject({ code: ExitCode.notFound, stdout: "" });
  });

  it.each([
    ["the id of a person", [{ user_id: "usr_9", start: null, end: null }], 0, "usr_9"],
    ["a shift without anybody", [{ user: null, start: null, end: null }], 0, "NOBODY"],
    ["a person we cannot read", [{ user: { nick: "ada" } }], 1, "does not list who is on call"],
    ["a shift of an unknown form", [{ responder: { id: "usr_9" } }], 1, "does not list who is on call"],
  ])("takes %s for what it is", async (_, onCall, expected, text) => {
    const vendor = await schedules();
    vendor.reply("GET /api/schedules/sch_2/on-call", 200, { data: { on_call: onCall } });
    const { code, stdout, stderr } = await run("oncall secondary", { profiles: profilesAt(vendor.url), now });
    expect(code).toBe(expected);
    expect(stdout + stderr).toContain(text);
    if (expected === 1) expect(stdout).toBe("");
  });

  it.each([
    ["--user usr_7", '"usr_7" is on call: of "Uma User" the server reports only the name'],
    ["--user uma@example.test", '"uma@example.test" is on call: of "Uma User" the server reports only the name'],
  ])("does not answer with no where nothing can be compared: %s", async (user, text) => {
    const vendor = await schedules();
    vendor.reply("GET /api/schedules/sch_2/on-call", 200, { data: { on_call: [{ user: { name: "Uma User" } }] } });
    vendor.reply("GET /api/users", 404, "<html>404</html>", { "content-type": "text/html" });
    vendor.reply("GET /api/incidents", 200, { incidents: [] });
    const { code, stderr } = await run(`oncall secondary ${user} --exit-status`, {
      profiles: profilesAt(vendor.url),
      now,
    });
    expect({ code, stderr }).toEqual({ code: ExitCode.usage, stderr: expect.stringContaining(text) });
    const byName = await run('oncall secondary --user "Uma User" --exit-status', {
      profiles: profilesAt(vendor.url),
      now,
    });
    expect(byName.code).toBe(0);
  });

  it("answers with its exit code whether a person is on call, and never with no when it does not know", async () => {
    const vendor = await schedules();
    vendor.reply("GET /api/schedules/sch_2/on-call", 500, { error: { code: "INTERNAL_ERROR", message: "broken" } });
    const profiles = profilesAt(vendor.url);
    expect((await run("oncall --user ada@example.test --exit-status --max-wait 0", { profiles, now })).code).toBe(0);
    const absent = "oncall --user alan@example.test --exit-status --max-wait 0";
    vendor.reply("GET /api/users", 200, { data: people });
    expect((await run(absent, { profiles, now })).code).toBe(ExitCode.partial);
    expect((await run(absent.replace("oncall", "oncall primary"), { profiles, now })).code).toBe(ExitCode.no);
  });

  it("looks up a name in the form of an id before it reports that nobody of that name is on call", async () => {
    const vendor = await schedules();
    vendor.reply("GET /api/users", 200, { data: [{ id: "usr_1", name: "ada_l" }] });
    const ask = (user: string) =>
      run(["oncall", "primary", "--user", user, "--exit-status"], { profiles: profilesAt(vendor.url), now });
    expect((await ask("ada_l")).code).toBe(0);
    expect((await ask("usr_9")).code).toBe(ExitCode.usage);
  });

  it("takes a name for one person alone", async () => {
    const vendor = await schedules();
    vendor.reply("GET /api/users", 200, {
      data: [...people, { id: "usr_7", name: "Ada Byron", email: "byron@example.test" }],
    });
    const ask = (user: string) =>
      run(["oncall", "primary", "--user", user, "--exit-status"], { profiles: profilesAt(vendor.url), now });
    expect((await ask("ada l")).code).toBe(0);
    expect((await ask("ada byron")).code).toBe(ExitCode.no);
    const either = await ask("ada");
    expect(either).toMatchObject({ code: ExitCode.usage, stdout: "" });
    expect(either.stderr).toContain('"ada" could be 2 users: Ada Lovelace (usr_1), Ada Byron (usr_7)');
    expect(await ask("nobody")).toMatchObject({ code: ExitCode.usage, stdout: "" });
    expect(await ask(" ")).toMatchObject({ code: ExitCode.usage, stdout: "" });
  });

  it("reports by e-mail address with a key that may not read users, and by name not", async () => {
    const vendor = await schedules();
    vendor.reply("GET /api/users", 403, { error: { code: "FORBIDDEN", message: "Requires scope: users:read" } });
    const ask = (user: string) =>
      run(["oncall", "primary", "--user", user, "--exit-status"], { profiles: profilesAt(vendor.url), now });
    expect((await ask("alan@example.test")).code).toBe(ExitCode.no);
    expect(await ask("alan")).toMatchObject({ code: ExitCode.auth, stdout: "" });
  });
});

describe("an empty list of one of several profiles", () => {
  it("names the profile that was asked, unless the command line did", async () => {
    const vendor = await vendorWith([]);
    const { opsknight } = profilesAt(vendor.url);
    const ask = async (args: string, profiles: object) =>
      (await run(`incidents list ${args}`, { profiles: profiles as Record<string, unknown>, tty: true })).stderr;
    const two = { stage: opsknight, prod: opsknight };
    expect(await ask("", two)).toBe("No incidents match.\nonly stage was asked; --all-profiles asks all\n");
    expect(await ask("-p prod", two)).toBe("No incidents match.\n");
    expect(await ask("", { stage: opsknight })).toBe("No incidents match.\n");
  });
});

describe("incidents open --copy", () => {
  it("gives the address to the clipboard of the terminal, and nothing of a vendor as a code", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents/inc_1", 200, {
      data: { id: "inc_1", title: "Disk full", status: "OPEN", urgency: "HIGH" },
    });
    const profiles = profilesAt(vendor.url);
    const { code, stdout, stderr } = await run("incidents open inc_1 --copy", { profiles, tty: true });
    const url = `${vendor.url}/incidents/inc_1`;
    const copied = `\u001b]52;c;${Buffer.from(url).toString("base64")}\u0007`;
    expect({ code, stdout }).toEqual({ code: ExitCode.ok, stdout: `${url}\n${copied}` });
    expect(stderr).toContain("sent to the clipboard, where the terminal has one");
    const piped = await run("incidents open inc_1 --copy", { profiles });
    expect(piped).toMatchObject({ stdout: `${url}\n`, stderr: "warning: no terminal, and so no clipboard\n" });
  });
});

describe("incidents in a format for others", () => {
  it("have columns for the parts of a service in CSV, and only what is known, in words, in Markdown", async () => {
    const data = {
      id: "inc_1",
      title: "Disk full",
      status: "OPEN",
      urgency: "HIGH",
      service: { id: "svc_1", name: "Checkout" },
    };
    const vendor = (await fakeVendor()).reply("GET /api/incidents/inc_1", 200, { data });
    const profiles = profilesAt(vendor.url);
    const [header = "", row = ""] = (await run("incidents show inc_1 -o csv", { profiles })).stdout.split("\r\n");
    const at = header.split(",").indexOf("service.id");
    expect(header.split(",").slice(at, at + 4)).toEqual(["service.id", "service.name", "team.id", "team.name"]);
    expect(row.split(",").slice(at, at + 4)).toEqual(["svc_1", "Checkout", "", ""]);
    const markdown = (await run("incidents show inc_1 -o markdown", { profiles })).stdout;
    expect(markdown).toContain("- **service**: Checkout (svc\\_1)\n");
    expect(markdown).not.toMatch(/: \n|\{/);
    const asked = await run("incidents show inc_1 -o markdown --fields title,team", { profiles });
    expect(asked.stdout).toBe("- **title**: Disk full\n- **team**: \n");
  });
});
