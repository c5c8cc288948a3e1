import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

describe("more words than a command takes", () => {
  it.each([
    "whoami now",
    "incidents list checkout",
    "incidents timeline inc_1 inc_2",
    "keys list prod other",
    "schedules list next week",
    "spool list all of it",
  ])("are exit 2 before any request: `%s`", async (line) => {
    const vendor = await fakeVendor();
    const { code, stderr } = await run(line, { profiles: profilesAt(vendor.url) });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("error: too many arguments for '");
    expect(vendor.requests).toEqual([]);
  });

  it("are one text where the last argument is one", async () => {
    const profiles = profilesAt("http://127.0.0.1:9");
    const trigger = await run("events trigger disk full on db-1 --severity warning --dry-run", { profiles });
    expect(trigger.stdout).toContain('"summary":"disk full on db-1"');
    expect(trigger.code).toBe(ExitCode.ok);
    const change = await run("deploy checkout 2.14.1 --status started --dry-run", { profiles });
    expect(change.stdout).toContain("checkout 2.14.1");
    const { home } = await sandbox();
    const create = await run("incidents create Something is wrong -p sandbox-opsknight --dry-run", { home });
    expect(create.stdout).toContain('"title":"Something is wrong"');
  });
});

describe("a comment that is not quoted", () => {
  it("is the words after the only id", async () => {
    const { home } = await sandbox();
    const { code, stdout } = await run(
      "incidents comment 00000C looking at it, db-1 is full -p sandbox-flashduty --dry-run",
      { home },
    );
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("looking at it, db-1 is full") });
  });

  it.each([
    ["00000C 00000A looking at it", "00000C 00000A --note 'looking at it'"],
    ["00000C 2 hosts are down", "00000C 2 --note 'hosts are down'"],
  ])("behind several ids is exit 2 with the line to type: %s", async (words, line) => {
    const { home } = await sandbox();
    const { code, stderr } = await run(`incidents comment ${words} -p sandbox-flashduty`, { home });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(`hint: onduty incidents comment -p sandbox-flashduty ${line}`);
  });
});
