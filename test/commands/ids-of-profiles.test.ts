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

  it("of an unknown profile change nothing anywhere", async () => {
    const { home } = await sandbox();
    const stdin = `${await list(home, "-o ndjson")}{"id":"x","profile":"gone"}\n`;
    const { code, stderr } = await run("incidents ack -", { home, stdin });
    expect({ code, stderr }).toMatchObject({ code: ExitCode.usage, stderr: expect.stringContaining('"gone"') });
    expect(JSON.parse(await list(home))).toHaveLength(2);
  });
});
