import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

const both = "-p sandbox-opsknight -p sandbox-flashduty";

describe("several profiles", () => {
  it("are one list in one order, with the profile of each row in front", async () => {
    const { home } = await sandbox();
    const { code, stdout, stderr } = await run(`incidents list ${both}`, { home });
    expect(code).toBe(ExitCode.ok);
    // What a vendor reports of its list has the name of the profile.
    expect(stderr).toMatch(/^(sandbox-flashduty: .*\n)?$/);
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(new Set(rows.map(([profile]) => profile))).toEqual(new Set(["sandbox-opsknight", "sandbox-flashduty"]));
    expect(rows.every((row) => row.length === 8)).toBe(true);
    const created = rows.map((row) => row[7]);
    expect(created).toEqual(created.toSorted().toReversed());
  });

  it("may be separated by commas, named twice, or be all that can be asked", async () => {
    const { home } = await sandbox();
    const { stdout } = await run(`incidents list ${both} -p sandbox-pagerduty --json`, { home });
    const ways = ["-p sandbox-opsknight,sandbox-flashduty,sandbox-opsknight,sandbox-pagerduty", "--all-profiles"];
    for (const way of ways) expect((await run(`incidents list ${way} --json`, { home })).stdout).toBe(stdout);
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ profile: "sandbox-flashduty" }));
  });

  it("share the limit", async () => {
    const { home } = await sandbox();
    const { stdout, stderr } = await run(`incidents list ${both} --limit 3 -q`, { home });
    expect(stdout.trimEnd().split("\n")).toHaveLength(3);
    expect(stderr).toBe("");
    expect((await run(`incidents list ${both} --limit 3`, { home })).stderr).toContain("showing the first 3");
  });

  it("are asked side by side, whoever fails, which is a warning with its name", async () => {
    const { home } = await sandbox();
    await run("profiles add down --provider opsknight --base-url http://127.0.0.1:9 --key-env NO_KEY", { home });
    const { code, stdout, stderr } = await run("incidents list -p down -p sandbox-opsknight --max-wait 0", {
      home,
      env: { NO_KEY: "sk_test_fake_opsknight_key_0001" },
    });
    expect(code).toBe(ExitCode.partial);
    expect(stdout).toContain("sandbox-opsknight\t");
    expect(stderr).toMatch(/^warning: this list is not complete: 1 of 2 profiles failed/m);
    expect(stderr).toMatch(/^warning: down: .*connection refused/m);
  });

  it("are no all-clear when one of them did not respond", async () => {
    const { home } = await sandbox();
    await run("profiles add down --provider opsknight --base-url http://127.0.0.1:9 --key-env NO_KEY", { home });
    const { code, stdout, stderr } = await run(
      "incidents list -p sandbox-opsknight -p down --query zzz --exit-status --max-wait 0",
      { home, env: { NO_KEY: "sk_test_fake_opsknight_key_0001" } },
    );
    expect({ code, stdout }).toEqual({ code: ExitCode.partial, stdout: "" });
    expect(stderr).not.toContain("No incidents match");
  });

  it("end with the code of the first when none answered", async () => {
    const { home } = await sandbox();
    for (const name of ["down", "dead"])
      await run(`profiles add ${name} --provider opsknight --base-url http://127.0.0.1:9 --key-env NO_KEY`, { home });
    const { code, stdout, stderr } = await run("incidents list -p down,dead --max-wait 0", {
      home,
      env: { NO_KEY: "sk_test_fake_opsknight_key_0001" },
    });
    expect({ code, stdout }).toEqual({ code: ExitCode.network, stdout: "" });
    expect(stderr).toMatch(/^error: down: .*connection refused/m);
  });

  it.each([
    "incidents list",
    "incidents list --all",
    "oncall",
    "services list",
    "users list",
    "schedules shifts",
    "schedules rota",
    "stats",
    "handoff",
  ])("are each named with their failure when none answered: %s", async (line) => {
    const refusing = await fakeVendor();
    for (const name of ["incidents", "services", "users", "schedules"]) refusing.reply(`GET /api/${name}`, 401, {});
    const profiles = { down: profilesAt("http://127.0.0.1:9").opsknight, wrong: profilesAt(refusing.url).opsknight };
    for (const [named, code] of [
      ["down,wrong", ExitCode.network],
      ["wrong,down", ExitCode.auth],
    ] as const) {
      const { stdout, stderr, ...end } = await run(`${line} -p ${named} --max-wait 0`, { profiles });
      expect({ code: end.code, stdout }).toEqual({ code, stdout: "" });
      const [first, second, error] = stderr.split("\n");
      const [one = "", other = ""] = named.split(",");
      expect([first, second, error]).toEqual([
        expect.stringMatching(`^warning: ${one}: `),
        expect.stringMatching(`^warning: ${other}: `),
        expect.stringMatching(`^error: ${one}: `),
      ]);
      const json = await run(`${line} -p ${named} --max-wait 0 --json`, { profiles });
      const lines = json.stderr
        .trimEnd()
        .split("\n")
        .map((text) => Object.keys(JSON.parse(text) as object)[0]);
      expect(lines).toEqual(["warning", "warning", "error"]);
    }
  });

  it("have their keys checked at once", async () => {
    const { home } = await sandbox();
    const { stdout } = await run(`keys validate ${both} --json`, { home });
    const reports = JSON.parse(stdout) as { profile: string }[];
    expect([...new Set(reports.map(({ profile }) => profile))]).toEqual(["sandbox-opsknight", "sandbox-flashduty"]);
    expect((await run(`keys validate --all-profiles --json`, { home })).stdout).toContain("sandbox-pagerduty");
    expect((await run(`keys validate sandbox-opsknight ${both}`, { home })).code).toBe(ExitCode.usage);
    expect((await run(`keys validate -p sandbox-opsknight,nobody`, { home })).stderr).toContain(
      'unknown profile "nobody"',
    );
  });

  it("are those of who is on call, too", async () => {
    const { home } = await sandbox();
    const { code, stdout } = await run(`oncall ${both} --json`, { home });
    expect(code).toBe(ExitCode.ok);
    const profiles = (JSON.parse(stdout) as { profile: string }[]).map(({ profile }) => profile);
    expect([...new Set(profiles)]).toEqual(["sandbox-opsknight", "sandbox-flashduty"]);
  });

  it.each([
    ["incidents show inc_000001 -p a -p b", "`show` takes one profile, not 2 profiles"],
    ["incidents ack inc_000001 --all-profiles", "`ack` takes one profile, not --all-profiles"],
    ["incidents list -p sandbox-opsknight -p nobody", 'unknown profile "nobody"'],
    ["incidents list -p sandbox-opsknight -p sandbox-flotiq", "flotiq has no incidents"],
    ["incidents list --all-profiles -p sandbox-opsknight", "--all-profiles and --profile exclude each other"],
  ])("`%s` is refused before any request", async (line, message) => {
    const { home } = await sandbox();
    const { code, stdout, stderr } = await run(line, { home });
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("a report of several profiles", () => {
  it("names the profile that did not respond in the report itself, which others read without stderr", async () => {
    const { home } = await sandbox();
    await run("profiles add down --provider opsknight --base-url http://127.0.0.1:9 --key-env NO_KEY", { home });
    const env = { NO_KEY: "sk_test_fake_opsknight_key_0001" };
    const on = "-p sandbox-opsknight -p down --max-wait 0";
    const markdown = await run(`handoff ${on}`, { home, env });
    expect(markdown.code).toBe(ExitCode.partial);
    expect(markdown.stdout).toMatch(/^### NOT KNOWN\n\n- down: .*connection refused/m);
    expect(markdown.stdout).toMatch(/; sandbox-opsknight$/m);
    const { stdout } = await run(`handoff ${on} --json`, { home, env });
    const { complete, profiles } = JSON.parse(stdout) as { complete: boolean; profiles: { error: string | null }[] };
    expect(complete).toBe(false);
    expect(profiles).toContainEqual({
      profile: "down",
      provider: "opsknight",
      error: expect.stringContaining("connection refused"),
    });
    const stats = await run(`stats ${on} --since 1h`, { home, env, tty: true });
    expect(stats.stdout).toMatch(/^\d+ incidents? from .* to .*, NOT COMPLETE$/m);
  });
});
