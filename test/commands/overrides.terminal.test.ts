import { expect, it } from "vitest";
import { bareEnv } from "../support/process.ts";
import { sandbox } from "../support/sandbox.ts";
import { inTerminal } from "../support/terminal.ts";

/** What a terminal shows, in lines without colors. */
const linesOf = (text: string): string[] =>
  text
    .replaceAll(/\u001b\[[0-9;?]*[a-zA-Z]/g, "")
    .split(/\r?\n/)
    .map((line) => line.replace(/^.*\r/, ""));

it("shows a takeover in the zone of the reader before it asks, in 80 columns, and undoes it", async () => {
  const { home } = await sandbox();
  const env = bareEnv(home);
  let answers = 0;
  const type = (text: string): string | undefined => {
    const asked = text.split("[y/N] ").length - 1;
    if (asked <= answers) return undefined;
    answers = asked;
    return "y\r";
  };
  const take = ["oncall", "take", "primary", "--user", "grace", "--tz", "Asia/Kolkata", "-p", "sandbox-flashduty"];
  const { code, text } = await inTerminal(take, env, 80, type);
  const lines = linesOf(text);
  expect({ code, lines }).toMatchObject({ code: 0 });
  // Half an hour off UTC: the times are those of the reader.
  const half = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Kolkata", hour: "2-digit", minute: "2-digit" });
  const until = new Date(Math.ceil((Date.now() + 7_200_000) / 1_800_000) * 1_800_000);
  expect(text).toContain(`${half.format(until)} (in `);
  expect(lines).toContain("Primary:");
  expect(lines.find((line) => line.startsWith("FROM"))).toMatch(/^FROM +UNTIL +ON CALL NOW +ON CALL THEN/);
  expect(text).toMatch(/Put Grace Hopper on call on Primary until .+, instead of Ada/);
  expect(lines.at(-4) ?? "").toMatch(/^(on call: Grace Hopper on Primary|flashduty takes it)/);
  const [, undo = ""] = /undo:\r?\nonduty (.+?) *\r?\n/.exec(text.replaceAll(/\u001b\[[0-9;?]*[a-zA-Z]/g, "")) ?? [];
  const undone = await inTerminal(undo.trim().split(" "), env, 80, (seen) => {
    answers = 0;
    return type(seen);
  });
  expect(undone.code).toBe(0);
  expect(undone.text).toContain("removed the override: Grace Hopper on Primary");
  for (const line of linesOf(text).filter((one) => !one.startsWith("onduty ") && !one.startsWith("Put ")))
    expect(line.length, line).toBeLessThanOrEqual(80);
});
