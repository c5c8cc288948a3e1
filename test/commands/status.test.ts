import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

interface Status {
  at: string;
  profiles: Record<string, unknown>[];
  spool: Record<string, unknown>;
}

const incident = {
  id: "inc_1",
  title: "Payments failing",
  status: "OPEN",
  urgency: "HIGH",
  created_at: "2026-11-29T02:00:00Z",
};

const page = (rows: object[]) => ({
  data: rows,
  pagination: { total: rows.length, limit: 100, offset: 0, has_more: false },
});

describe("status", () => {
  it("counts what is open and who is on call in every profile that has incidents, as JSON", async () => {
    const { home } = await sandbox();
    const { code, stdout, stderr } = await run("status --json", { home });
    expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: "" });
    const { at, profiles, spool } = JSON.parse(stdout) as Status;
    expect(Date.parse(at)).not.toBeNaN();
    expect(profiles.map(({ profile, state }) => [profile, state])).toEqual([
      ["sandbox-opsknight", "known"],
      ["sandbox-flashduty", "known"],
      ["sandbox-pagerduty", "known"],
    ]);
    expect(Object.keys(profiles[0] ?? {})).toEqual([
      "profile",
      "provider",
      "state",
      "open",
      "acknowledged",
      "newest",
      "oncall",
      "silenced",
      "error",
    ]);
    expect(profiles[0]).toMatchObject({
      open: { high: 1, medium: 1, low: 1 },
      acknowledged: 1,
      newest: { id: "inc_000011", title: "Payments failing in eu-west", urgency: "high" },
      error: null,
    });
    expect(spool).toEqual({ pending: 0, dead: 0, oldestAt: null });
  });

  it("reports a spool that cannot be read as not known", async () => {
    const { home } = await sandbox();
    const folder = join(home, ".local/state/onduty/spool");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "pending"), "no folder");
    const { code, stdout } = await run("status --json", { home });
    expect(code).toBe(ExitCode.partial);
    const error = expect.stringMatching(/spool" cannot be used: ENOTDIR/);
    expect((JSON.parse(stdout) as Status).spool).toEqual({ pending: null, dead: null, oldestAt: null, error });
    const drawn = await run("status -o markdown", { home });
    expect(drawn.stdout).toMatch(/^Spool {4}NOT KNOWN: the spool ".*" cannot be used/m);
  });

  it("fits a terminal of 80 columns and 24 rows, with what is not known said first", async () => {
    const { home } = await sandbox();
    await run("profiles add down --provider opsknight --base-url http://127.0.0.1:9 --key-env NO_KEY", { home });
    const env = { NO_KEY: "sk_test_fake_opsknight_key_0001" };
    const { code, stdout } = await run("status --no-color --max-wait 0 --tz utc", { home, env, tty: 80 });
    expect(code).toBe(ExitCode.partial);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(23);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toBe("sandbox-opsknight  3 open: 1 high, 1 medium, 1 low; 1 acknowledged");
    expect(stdout).toMatch(/^down {2}NOT KNOWN: .*connection refused by 127\.0\.0\.1:9/m);
    // Names are complete; how far the change is, and who comes next, are there as far as they fit.
    const primary =
      /^On call {2}sandbox-opsknight {2}Primary: (?:Ada Lovelace \(you\)|Grace Hopper) until (?:\w{3} )?\d\d:\d\d/m;
    expect(stdout).toMatch(
      new RegExp(`${primary.source}(?: \\(in [^)]+\\))?(?:, then (?:Ada Lovelace \\(you\\)|Grace Hopper))?$`, "m"),
    );
    expect(lines.filter((line) => /^(On call| {7}) {2}/.test(line) && line.includes("…"))).toEqual([]);
    expect(stdout).not.toMatch(/down {2}0 open/);
  });

  it("is known of a server that does not publish who is on call", async () => {
    const { home } = await sandbox({ dialect: "1.3" });
    const { code, stdout } = await run("status -p sandbox-opsknight --json", { home });
    expect(code).toBe(ExitCode.ok);
    expect((JSON.parse(stdout) as Status).profiles[0]).toMatchObject({ state: "known", oncall: null, error: null });
    const { stdout: text } = await run("status -p sandbox-opsknight", { home });
    expect(text).toContain("opsknight does not publish who is on call");
  });

  it("exits 9 with --exit-status when something is open, whoever else is silent", async () => {
    const { home } = await sandbox();
    await run("profiles add down --provider opsknight --base-url http://127.0.0.1:9 --key-env NO_KEY", { home });
    const env = { NO_KEY: "sk_test_fake_opsknight_key_0001" };
    expect((await run("status --exit-status --max-wait 0", { home, env })).code).toBe(ExitCode.no);
  });

  it("never exits 0 when a profile did not respond, and ends with its code when none did", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents", 401, { error: { code: "UNAUTHORIZED", message: "no" } });
    vendor.reply("GET /api/schedules", 401, { error: { code: "UNAUTHORIZED", message: "no" } });
    const { code, stdout } = await run("status --json --exit-status", {
      profiles: { opsknight: profilesAt(vendor.url).opsknight },
    });
    expect(code).toBe(ExitCode.auth);
    expect((JSON.parse(stdout) as Status).profiles).toMatchObject([
      { state: "unknown", open: null, acknowledged: null, newest: null },
    ]);
  });

  it("is partial when the schedules fail, with the incidents that are known", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents", 200, page([incident]));
    vendor.reply("GET /api/schedules", 500, {});
    const { code, stdout } = await run("status --json --max-wait 0", {
      profiles: { opsknight: profilesAt(vendor.url).opsknight },
    });
    expect(code).toBe(ExitCode.partial);
    expect((JSON.parse(stdout) as Status).profiles).toMatchObject([
      { state: "partial", open: { high: 1 }, oncall: null, error: expect.stringMatching(/^on call: /) },
    ]);
  });

  const pagerduty = (baseUrl: string) => ({
    pd: { provider: "pagerduty", baseUrl, apiKey: { text: "u+fakeKEYnotreal0001" }, service: "PSPAY01" },
  });

  async function quiet() {
    const vendor = await fakeVendor();
    for (const name of ["incidents", "oncalls", "schedules"])
      vendor.reply(`GET /${name}`, 200, { [name]: [], more: false });
    return vendor.reply("GET /v3/schedules", 200, { schedules: [], more: false });
  }

  it("shows beside an empty list that the service of the profile is silenced, and until when", async () => {
    const vendor = await quiet();
    const window = (id: string, start_time: string, end_time: string, description: string) => ({
      ...{ id, type: "maintenance_window", start_time, end_time, description },
      services: [{ id: "PSPAY01", type: "service_reference", summary: "Payments API" }],
    });
    const maintenance_windows = [
      window("PWSOON1", "2026-11-28T23:00:00Z", "2026-11-28T23:30:00Z", "Later"),
      window("PWNOW01", "2026-11-28T21:00:00Z", "2026-11-28T23:00:00Z", "Disks"),
    ];
    vendor.reply("GET /maintenance_windows", 200, { maintenance_windows, more: false });
    const options = { profiles: pagerduty(vendor.url), now: new Date("2026-11-28T22:00:00Z") };
    const { code, stdout } = await run("status --tz utc", options);
    expect({ code, stdout }).toEqual({
      code: ExitCode.ok,
      stdout: "pd  0 open\n  silenced until 23:00 (in 1 h): Payments API (Disks)\n",
    });
    expect(JSON.parse((await run("status --json", options)).stdout).profiles).toMatchObject([
      { state: "known", silenced: [{ id: "PWNOW01", service: { id: "PSPAY01" }, until: "2026-11-28T23:00:00.000Z" }] },
    ]);
    expect(vendor.requests.find(({ path }) => path === "/maintenance_windows")?.query["service_ids[]"]).toBe("PSPAY01");
  });

  it("shows the silence of all alerts before that of some, and where the rest is", async () => {
    const { home } = await sandbox();
    const onduty = (line: string) => run(`${line} -p sandbox-flashduty`, { home });
    await onduty("profiles edit sandbox-flashduty --service 4100000000001");
    await onduty("silences add --match host=db-1 --for 2h --reason Host --yes");
    expect((await onduty("status")).stdout).toMatch(/\n {2}silenced until .+: host=db-1 of the service \(Host\)\n/);
    await onduty("silences add --for 1h --reason Disks --yes");
    const { stdout } = await onduty("status");
    expect(stdout).toMatch(/: the service \(Disks\); 1 more: onduty silences list -p sandbox-flashduty\n/);
  });

  it("is known of a profile whose silences cannot be read, and shows none", async () => {
    const vendor = await quiet();
    vendor.reply("GET /maintenance_windows", 500, {});
    const { code, stdout } = await run("status --json --max-wait 0", { profiles: pagerduty(vendor.url) });
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout).profiles).toMatchObject([{ state: "known", silenced: null, error: null }]);
  });

  it("makes a vendor's text harmless", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents", 200, page([{ ...incident, title: "a\u001b[2J\u009bb\nc" }]));
    vendor.reply("GET /api/schedules", 200, page([]));
    const { stdout } = await run("status", { profiles: { opsknight: profilesAt(vendor.url).opsknight }, tty: true });
    expect(stdout.replaceAll(/\u001b\[\d+m/g, "")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it.each(["csv", "tsv"])("has no rows and columns for %s", async (format) => {
    const { code, stdout } = await run(`status -o ${format}`, { profiles: profilesAt("http://127.0.0.1:9") });
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
  });

  it("is what the bare name prints at a terminal; without a profile, the first steps", async () => {
    const { home } = await sandbox();
    const bare = await run([], { home, tty: 80 });
    expect(bare.stdout).toContain("3 open: 1 high");
    const first = await run([], { tty: 80 });
    expect(first.code).toBe(ExitCode.usage);
    expect(first.stdout).toContain("onduty profiles add prod");
    expect(first.stdout).toContain("onduty sandbox --add-profiles");
    expect(Math.max(...first.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect((await run([])).stdout).toContain("Usage: onduty");
  });

  it("leaves out neither a schedule without anybody nor the caller's own where not all fit", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, page([]));
    const schedules = Array.from({ length: 40 }, (_, at) => ({ id: `s${at}`, name: `Team ${at}` }));
    vendor.reply("GET /api/schedules", 200, page(schedules));
    for (const { id } of schedules) {
      const user = { id: id === "s35" ? "me" : "u1", name: "Bo" };
      vendor.reply(`GET /api/schedules/${id}/on-call`, 200, { data: { on_call: id === "s37" ? [] : [{ user }] } });
    }
    vendor.reply("GET /api/users", 200, page([]));
    const profiles = { prod: { ...(profilesAt(vendor.url).opsknight as object), user: "me" } };
    const { stdout } = await run("status --no-color", { profiles, tty: 80 });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThan(24);
    expect(stdout).toContain("Team 35: Bo (you)\n");
    expect(stdout).toContain("Team 37: NOBODY\n");
    expect(lines.at(-1)).toMatch(/^ +\d+ more: onduty oncall$/);
  });

  it("does not say that a vendor has nobody to publish when who is on call could not be read", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, page([])).reply("GET /api/schedules", 403, {});
    const { code, stdout } = await run("status", { profiles: { prod: profilesAt(vendor.url).opsknight } });
    expect(code).toBe(ExitCode.partial);
    expect(stdout).toContain("On call  NOT KNOWN\n");
    expect(stdout).not.toContain("does not publish");
  });

  it("leaves out the newest incidents where many profiles would not fit with them", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, page([incident]));
    vendor.reply("GET /api/schedules", 200, page([{ id: "s", name: "Primary" }]));
    vendor.reply("GET /api/schedules/s/on-call", 200, { data: { on_call: [] } });
    const names = Array.from({ length: 15 }, (_, at) => `prod-${at}`);
    const profiles = Object.fromEntries(names.map((name) => [name, profilesAt(vendor.url).opsknight]));
    const { stdout } = await run("status --no-color", { profiles, tty: 80 });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThan(24);
    expect(lines.filter((line) => line.includes("1 open"))).toHaveLength(15);
    expect(lines.at(-1)).toMatch(/(\d+) more, NOBODY on \1: onduty oncall --all-profiles$/);
    expect((await run("status --no-color -p prod-1", { profiles, tty: 80 })).stdout).toContain("newest ");
  });
});
