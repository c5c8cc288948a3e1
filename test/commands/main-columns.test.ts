import { expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";

it.each(["sandbox-opsknight", "sandbox-flashduty", "sandbox-pagerduty"])(
  "oncall shows who is on call in full at 80 columns: %s",
  async (profile) => {
    const { home } = await sandbox();
    const { stdout } = await run(`oncall -p ${profile}`, { home, tty: true, env: { NO_COLOR: "1" } });
    for (const [schedule, person] of [
      ["Primary", "Ada Lovelace"],
      ["Secondary", "Grace Hopper"],
      ["Weekend", "NOBODY"],
    ])
      expect(stdout).toMatch(new RegExp(`^${schedule}\\b.* ${person}  `, "m"));
  },
);

it.each([
  ["changes list", "Deploy checkout 1.4.0 to produc"],
  ["incidents alerts 5a000000000000000000000c", "Payments failing in eu-west"],
])("%s shows its titles at 80 columns", async (line, title) => {
  const { home } = await sandbox();
  const command = (words: string) => run(`${words} -p sandbox-flashduty`, { home, tty: true, env: { NO_COLOR: "1" } });
  await command("deploy --status started --environment production --version 1.4.0 --service checkout");
  const { stdout } = await command(line);
  expect(stdout).toContain(title);
});
