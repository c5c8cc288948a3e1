import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";

const people = /Ada Lovelace|Grace Hopper|藤井 慧|NOBODY/;

describe("on a terminal that is narrow", () => {
  it.each([
    ["oncall --all-profiles", 80],
    ["oncall --all-profiles", 60],
    ["oncall -p sandbox-flashduty", 40],
    ["schedules shifts -p sandbox-flashduty,sandbox-pagerduty --for 1d", 80],
    ["schedules shifts -p sandbox-flashduty,sandbox-pagerduty --for 1d", 60],
    ["schedules shifts -p sandbox-flashduty --for 1d", 40],
  ])("who is on call is not cut: %s in %s columns", async (line, columns) => {
    const { home } = await sandbox();
    const { stdout } = await run(`${line} --no-color --tz utc`, { home, tty: columns });
    const [head = "", ...rows] = stdout.trimEnd().split("\n");
    expect(head).toMatch(/ON CALL/);
    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows) {
      expect(row).toMatch(people);
      // Until or from when it is; a person called by a policy alone has no end.
      if (!line.startsWith("oncall")) expect(row).toMatch(/\d\d:\d\d/);
    }
  });

  it("keys have their status", async () => {
    const { home } = await sandbox();
    const { stdout } = await run("keys validate --all --no-color", { home, tty: 40 });
    for (const row of stdout.trimEnd().split("\n").slice(1)) expect(row).toMatch(/valid|unknown/);
  });

  it.each(["users", "services", "schedules", "teams"])("all %s of several profiles have their names", async (name) => {
    const { home } = await sandbox();
    const { stdout } = await run(`${name} list --all-profiles --no-color`, { home, tty: 40 });
    expect(stdout).toMatch(/^PROFILE +ID +NAME$/m);
    expect(stdout).not.toContain("Grace Hop…");
  });

  it("the history of an incident has its times, types and texts", async () => {
    const { home } = await sandbox();
    const { stdout: listed } = await run("incidents list -q --limit 1 -p sandbox-flashduty", { home });
    const line = `incidents timeline ${listed.trim()} -p sandbox-flashduty --no-color --tz utc`;
    const { stdout } = await run(line, { home, tty: 40 });
    const [head = "", ...rows] = stdout.trimEnd().split("\n");
    expect(head).toMatch(/^AT +TYPE +TEXT/);
    for (const row of rows) expect(row).toMatch(/\d\d:\d\d {2}created +Payments/);
  });
});
