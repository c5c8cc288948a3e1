import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";

describe("rows of JSON on standard input that name their profile", () => {
  const list = async (home: string, more = "") =>
    (
      await run(
        `incidents list -p sandbox-opsknight,sandbox-flashduty --status open --query Payments ${more === "" ? "--json" : more}`,
        { home },
      )
    ).stdout;

  it("go to that profile", async () => {
    const { home } = await sandbox();
    const stdin = await list(home);
    expect(JSON.parse(stdin)).toHaveLength(2);
    const { code, stdout } = await run("incidents ack - --json", { home, stdin });
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject([{ outcome: "acknowledged" }, { outcome: "acknowledged" }]);
    expect(JSON.parse(await list(home))).toEqual([]);
  });

  it("are exit 2 beside -p of another, and nothing is sent", async () => {
    const { home } = await sandbox();
    const stdin = await list(home);
    for (const command of ["ack -", "show -", "comment - --note x"]) {
      const { code, stderr } = await run(`incidents ${command} -p sandbox-flashduty`, { home, stdin });
      expect([command, code]).toEqual([command, ExitCode.usage]);
      expect(stderr).toMatch(/is of the profile "sandbox-opsknight", and "sandbox-flashduty" is asked/);
    }
    expect(await list(home)).toBe(stdin);
  });

  it("have the requests of every profile printed with --dry-run, which sends none", async () => {
    const { home } = await sandbox();
    const stdin = await list(home);
    for (const command of ["ack -", "resolve -"]) {
      const { code, stdout, stderr } = await run(`incidents ${command} --dry-run --json`, { home, stdin });
      expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: "" });
      const requests = JSON.parse(stdout);
      expect(requests).toHaveLength(2);
      expect(requests).toContainEqual(
        expect.objectContaining({ method: "PATCH", route: expect.stringContaining("/api/incidents/") }),
      );
      expect(requests).toContainEqual(
        expect.objectContaining({ method: "POST", route: expect.stringContaining("/incident/") }),
      );
    }
    expect(await list(home)).toBe(stdin);
    const half = stdin.replaceAll(/"id":"[0-9a-f]{24}"/g, '"id":"000000000000000000000000"');
    const { code, stdout } = await run("incidents ack - --dry-run --json", { home, stdin: half });
    expect(code).toBe(ExitCode.partial);
    expect(JSON.parse(stdout)).toHaveLength(1);
  });

  it("have their alert followed up at no other profile, which does not know the key and would ignore it", async () => {
    const { home } = await sandbox();
    const { stdout: outcome } = await run("events trigger x --dedup-key db -p sandbox-pagerduty --json", { home });
    for (const command of ["ack -", "resolve -", "resolve - --dry-run", "resolve - -p sandbox-flashduty"]) {
      const { code, stdout, stderr } = await run(`events ${command}`, { home, stdin: outcome });
      expect([command, code, stdout]).toEqual([command, ExitCode.usage, ""]);
      expect(stderr).toMatch(/"db" is of the profile "sandbox-pagerduty".*\nhint: .*-p(rofile)? sandbox-pagerduty/);
    }
    const ended = await run("events resolve - -p sandbox-pagerduty", { home, stdin: outcome });
    expect(ended.code).toBe(ExitCode.ok);
  });

  it("of an unknown profile change nothing anywhere", async () => {
    const { home } = await sandbox();
    const stdin = `${await list(home, "-o ndjson")}{"id":"x","profile":"gone"}\n`;
    const { code, stderr } = await run("incidents ack -", { home, stdin });
    expect({ code, stderr }).toMatchObject({ code: ExitCode.usage, stderr: expect.stringContaining('"gone"') });
    expect(JSON.parse(await list(home))).toHaveLength(2);
  });
});
