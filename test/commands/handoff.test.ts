import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import type { Handoff } from "../../src/reports/handoff.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date("2026-03-11T12:00:00Z");

const incident = (id: string, created: string, more: object = {}) => ({
  ...{ id, title: `Title of ${id}`, status: "OPEN", urgency: "HIGH", created_at: created },
  ...more,
});

const rows = [
  incident("new", "2026-03-11T08:00:00Z"),
  incident("acked", "2026-03-10T09:00:00Z", { status: "ACKNOWLEDGED", acknowledged_at: "2026-03-11T09:00:00Z" }),
  incident("done", "2026-03-10T10:00:00Z", { status: "RESOLVED", resolved_at: "2026-03-11T10:00:00Z" }),
  incident("old", "2026-03-01T10:00:00Z", { status: "RESOLVED", resolved_at: "2026-03-01T11:00:00Z" }),
];

async function vendorWith(schedules: number, data = rows) {
  const vendor = await fakeVendor();
  const pages = (some: object[]) => ({
    data: some,
    pagination: { total: some.length, limit: 100, offset: 0, has_more: false },
  });
  vendor.handle("GET /api/incidents", ({ query }, response) => {
    const wanted = query.status?.split(",");
    const some = data.filter(({ status }) => wanted === undefined || wanted.includes(status));
    response.setHeader("content-type", "application/json").end(JSON.stringify(pages(some)));
  });
  vendor.reply("GET /api/schedules", schedules, pages([]));
  return { opsknight: profilesAt(vendor.url).opsknight };
}

const ids = (list: { id: string }[]) => list.map(({ id }) => id);

describe("handoff", () => {
  it("with nothing open names what the key may not see", async () => {
    const vendor = await fakeVendor();
    const headers = { date: now.toUTCString() };
    vendor.reply("GET /api/incidents", 200, { incidents: [] }, headers);
    vendor.reply("GET /api/schedules", 200, { schedules: [] }, headers);
    const { code, stderr } = await run("handoff", { profiles: { prod: profilesAt(vendor.url).opsknight }, now });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^prod: if the key's owner has the role USER/),
    });
  });

  it.each(["handoff", "status"])("is not complete without the names of who is on call: %s", async (command) => {
    const vendor = await fakeVendor();
    const seconds = now.getTime() / 1000;
    const cur_oncall = { start: seconds - 60, end: seconds + 60, group: { members: [{ person_ids: [1] }] } };
    const items = [{ schedule_id: 7, schedule_name: "Primary", cur_oncall }];
    vendor.reply("POST /incident/list", 200, { data: { items: [], total: 0, has_next_page: false } });
    vendor.reply("POST /schedule/list", 200, { data: { items, total: 1 } }, { date: now.toUTCString() });
    vendor.reply("POST /person/infos", 403, { error: { code: "AccessDenied", message: "No permission" } });
    vendor.reply("POST /change/list", 200, { data: { items: [], total: 0 } });
    const { code, stdout } = await run(`${command} --json -p flashduty --max-wait 0`, {
      profiles: profilesAt(vendor.url),
      now,
    });
    expect(code).toBe(ExitCode.partial);
    expect(stdout).toMatch(/"error":"[^"]*the names of people are not known/);
  });

  it("reports what is open, and what was opened, acknowledged and resolved in the time, as JSON", async () => {
    const { code, stdout } = await run("handoff --json", { profiles: await vendorWith(200), now });
    expect(code).toBe(ExitCode.ok);
    const report = JSON.parse(stdout) as Handoff;
    expect(Object.keys(report)).toEqual([
      ...["since", "until", "open", "opened", "acknowledged", "resolved", "changes", "comments", "oncall"],
      ...["complete", "profiles"],
    ]);
    expect(report).toMatchObject({ since: "2026-03-11T00:00:00.000Z", until: now.toISOString(), complete: true });
    expect([ids(report.open), ids(report.opened), ids(report.acknowledged), ids(report.resolved)]).toEqual([
      ["new", "acked"],
      ["new"],
      ["acked"],
      ["done"],
    ]);
  });

  it("counts as acknowledged what is still open, however old it is", async () => {
    const old = incident("aged", "2026-01-10T09:00:00Z", {
      ...{ status: "ACKNOWLEDGED", acknowledged_at: "2026-03-11T09:30:00Z" },
    });
    const recent = await vendorWith(200, [...rows, old]);
    const { stdout } = await run("handoff --json", { profiles: recent, now });
    const report = JSON.parse(stdout) as Handoff;
    expect(ids(report.acknowledged)).toEqual(["acked", "aged"]);
    expect(ids(report.opened)).toEqual(["new"]);
  });

  it("is about one span of time in all profiles: from the earliest beginning of the caller's shift", async () => {
    const profiles: Record<string, unknown> = {};
    for (const [name, start] of [
      ["us", "2026-03-11T11:00:00Z"],
      ["eu", "2026-03-11T06:00:00Z"],
      ["other", undefined],
    ] as const) {
      const vendor = await fakeVendor();
      const pages = (data: object[]) => ({ data, pagination: { total: data.length, has_more: false } });
      const me = { id: "u1", name: "Ada", email: "ada@example.test" };
      vendor.reply("GET /api/incidents", 200, pages([incident(`in-${name}`, "2026-03-11T08:00:00Z")]));
      vendor.reply("GET /api/schedules", 200, pages([{ id: "s", name: "Primary" }]));
      vendor.reply("GET /api/users", 200, pages([me]));
      vendor.reply("GET /api/schedules/s/on-call", 200, {
        data: {
          on_call: [
            { user: start === undefined ? { id: "u2", name: "Bo" } : me, start: start ?? "2026-03-11T00:00:00Z" },
          ],
          next: [{ user: { id: "u2", name: "Bo" }, start: "2026-03-11T18:00:00Z" }],
        },
      });
      profiles[name] = { ...(profilesAt(vendor.url).opsknight as object), user: "u1" };
    }
    const line = "handoff -p us,eu,other --tz utc";
    const { stdout } = await run(`${line} --json`, { profiles, now });
    const report = JSON.parse(stdout) as Handoff;
    expect(report.since).toBe("2026-03-11T06:00:00.000Z");
    expect(ids(report.opened)).toEqual(["in-us", "in-eu", "in-other"]);
    const { stdout: markdown } = await run(line, { profiles, now });
    expect(markdown).toContain("### Next\n\n- us; Primary: Bo from 18:00 (in 6 h)\n- eu; Primary: Bo from ");
  });

  it("names a vendor that does not publish who is on call", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents", 200, { incidents: [] });
    vendor.reply("GET /api/schedules", 200, { schedules: [{ id: "s", name: "Primary" }] });
    vendor.reply("GET /api/schedules/s/on-call", 404, "<html></html>", { "content-type": "text/html" });
    const options = { profiles: { prod: profilesAt(vendor.url).opsknight }, now };
    const { stdout } = await run("handoff", options);
    expect(stdout).toContain("### On call\n\n- opsknight does not publish who is on call\n");
    expect(JSON.parse((await run("handoff --json", options)).stdout)).toMatchObject({ oncall: null });
  });

  it.each(["handoff --tz utc", "status --tz utc"])("says NOBODY of one whose account is gone: %s", async (command) => {
    const vendor = await fakeVendor();
    const seconds = now.getTime() / 1000;
    const cur_oncall = { start: seconds - 60, end: seconds + 3600, group: { members: [{ person_ids: [1] }] } };
    const items = [{ schedule_id: 7, schedule_name: "Primary", cur_oncall }];
    const gone = { person_id: 1, person_name: "Owner, Gone", status: "deleted" };
    vendor.reply("POST /incident/list", 200, { data: { items: [], total: 0, has_next_page: false } });
    vendor.reply("POST /schedule/list", 200, { data: { items, total: 1 } }, { date: now.toUTCString() });
    vendor.reply("POST /person/infos", 200, { data: { items: [gone] } });
    vendor.reply("POST /change/list", 200, { data: { items: [], total: 0 } });
    const { stdout } = await run(`${command} -p flashduty --max-wait 0`, { profiles: profilesAt(vendor.url), now });
    expect(stdout).toMatch(/Primary: NOBODY: Owner, Gone \(deleted\) until 13:00/);
  });

  it("begins with the caller's shift, and has the comments of it", async () => {
    const { home } = await sandbox();
    const env = { ONDUTY_USER: "ada@sandbox.test" };
    const { stdout: listed } = await run("incidents list -q --limit 1 -p sandbox-flashduty", { home, env });
    const id = listed.trim();
    await run(`incidents comment ${id} --note looking -p sandbox-flashduty`, { home, env });
    const { stdout } = await run("handoff -p sandbox-flashduty --json", { home, env });
    const { oncall } = JSON.parse(stdout) as Handoff;
    const mine = oncall?.now.find(({ users }) => users.some(({ email }) => email === "ada@sandbox.test"));
    const report = JSON.parse(stdout) as Handoff;
    // Who is not on call gets the last 12 hours.
    if (mine !== undefined) expect(report.since).toBe(mine.from);
    expect(oncall?.next.length).toBeGreaterThan(0);
    const { stdout: day } = await run("handoff -p sandbox-flashduty --since 24h --json", { home, env });
    expect((JSON.parse(day) as Handoff).comments).toMatchObject([
      { by: "Ada Lovelace", text: "looking", incident: { id } },
    ]);
  });

  it("is Markdown in a pipe, in which a title is only text, and plain at a terminal", async () => {
    const profiles = await vendorWith(200, [
      incident("a", "2026-03-11T08:00:00Z", { title: "*x* [y](http://z.test)" }),
    ]);
    const { stdout } = await run("handoff --tz utc", { profiles, now });
    expect(stdout).toMatch(
      /^## Handoff 2026-03-11 00:00:00 UTC to 2026-03-11 12:00:00 UTC\n\n### Still open \(1\)\n\n- /,
    );
    expect(stdout).toContain("- high \\*x\\* \\[y\\](http://z.test) (a); open since 08:00 (4 h ago)\n");
    expect((await run("handoff --tz utc -o markdown", { profiles, now, tty: true })).stdout).toBe(stdout);
    const { stdout: shown } = await run("handoff --tz utc --no-color", { profiles, now, tty: 60 });
    expect(shown).toContain("\nStill open (1)\n  high *x* [y]");
    expect(Math.max(...shown.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it("dates a status by its own time, and keeps the id in sight on a narrow terminal", async () => {
    const unknown = incident("lost", "2026-03-11T07:00:00Z", { status: "ACKNOWLEDGED" });
    const profiles = await vendorWith(200, [...rows, unknown]);
    const { stdout } = await run("handoff --tz utc", { profiles, now });
    expect(stdout).toContain("(acked); acknowledged since 09:00 (3 h ago)");
    expect(stdout).toContain("(done); resolved since 10:00 (2 h ago)");
    expect(stdout).toContain("(new); open since 08:00 (4 h ago)");
    expect(stdout).toContain("(lost); acknowledged; opened 07:00 (5 h ago)");
    const { stdout: shown } = await run("handoff --tz utc --no-color", { profiles, now, tty: 40 });
    expect(shown).toContain("\n  high Title of acked (acked); ");
  });

  it("is not complete when who is on call could not be read, which is exit 7 and stands in the report", async () => {
    const { code, stdout } = await run("handoff --max-wait 0", { profiles: await vendorWith(500), now });
    expect(code).toBe(ExitCode.partial);
    expect(stdout).toContain("### NOT KNOWN\n\n- opsknight: who is on call: ");
    expect(stdout).toContain("### Still open (2)");
  });

  it("is no report when the incidents could not be read", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents", 401, {}).reply("GET /api/schedules", 401, {});
    const { code, stdout } = await run("handoff", { profiles: { opsknight: profilesAt(vendor.url).opsknight }, now });
    expect({ code, stdout }).toEqual({ code: ExitCode.auth, stdout: "" });
  });

  it.each([
    ["handoff -o csv", "a handoff has no rows and columns for --output csv"],
    ["handoff --since 2099-01-01", "--since 2099-01-01 is in the future"],
  ])("refuses `%s`", async (line, message) => {
    const { code, stderr } = await run(line, { profiles: profilesAt("http://127.0.0.1:9"), now });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(message);
  });
});
