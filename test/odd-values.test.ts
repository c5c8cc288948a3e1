import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { type RunResult, run } from "./support/harness.ts";
import { type Answer, missing, oddValues, pathsOf, type Step, startRecorder, withValue } from "./support/odd-values.ts";
import { rounds } from "./support/rounds.ts";
import { type Dialect, sandbox } from "./support/sandbox.ts";

/*
 * Commands against answers as the sandbox gives them, one value of one of them of another type, unknown or missing. That is a failure
 * of the vendor's, or does not matter: never a bug of ours, and never an all-clear.
 */

const vendors = [
  ["opsknight, documented", "sandbox-opsknight", "documented"],
  ["opsknight, server 1.3.1", "sandbox-opsknight", "1.3"],
  ["flashduty", "sandbox-flashduty", "documented"],
  ["pagerduty", "sandbox-pagerduty", "documented"],
  ["flotiq", "sandbox-flotiq", "documented"],
] as const;

const common = "--max-wait 0 --timeout 5s --no-input --yes --json".split(" ");
const asksIfAny = "incidents list --exit-status";
/** `ID` stands for the newest incident. Those that a vendor lacks are left out. */
const lines = [
  ...[asksIfAny, "incidents list --status all --query a", "status", "handoff", "stats", "oncall", "schedules shifts"],
  ...[
    "show ID",
    "timeline ID",
    "ack ID",
    "assign ID --to me",
    "alerts ID",
    "similar ID",
    "snooze ID",
    "comment ID x",
  ].map((line) => `incidents ${line}`),
  ...["create x", "update ID --urgency low", "resolve ID"].map((line) => `incidents ${line}`),
  ...["services list", "schedules list", "users list", "teams list", "silences list", "changes list", "keys validate"],
  ...["trigger x", "ack x", "resolve x", "change x --status started"].map((line) => `events ${line} --no-spool`),
  ...["whoami", "doctor", "content types", "content list runbook"],
];

interface Played {
  words: string[];
  answers: Answer[];
}

/** The lines as far as the vendor has what they are about, with what it answered. */
async function playAll(profile: string, dialect: Dialect) {
  const { home, url } = await sandbox({ dialect });
  const recorder = await startRecorder(url);
  onTestFinished(() => recorder.close());
  const file = join(home, ".config/onduty/config.json");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll(url, recorder.url));
  const onduty = (words: string[]): Promise<RunResult> => run([...words, ...common, "-p", profile], { home });
  const listed = await onduty(["incidents", "list", "--jq", ".[0].id", "-r"]);
  const played: Played[] = [];
  for (const line of lines) {
    const words = line.split(" ").map((word) => (word === "ID" ? listed.stdout.trim() : word));
    const { code, answers } = await recorder.record(() => onduty(words));
    if (code !== 2 && answers.length > 0) played.push({ words, answers });
  }
  const replay = (words: string[], answers: Answer[]) => recorder.replay(answers, () => onduty(words));
  return { played, replay };
}

interface Oddity {
  words: string[];
  at: number;
  way: readonly Step[];
  value: unknown;
  answers: Answer[];
}

function oddityOf(played: readonly Played[], [line, answer, place, value]: readonly number[]): Oddity | undefined {
  const pick = <Thing>(from: readonly Thing[], number = 0): Thing | undefined => from[number % from.length];
  const { words = [], answers = [] } = pick(played, line) ?? {};
  const at = (answer ?? 0) % answers.length;
  const body = answers[at]?.body;
  return { words, at, way: pick(pathsOf(body), place) ?? [], value: pick(oddValues, value), answers };
}

describe("an odd value in an answer", () => {
  it.each(vendors)("is no bug of ours, and no all-clear: %s", { timeout: 60_000 }, async (_, profile, dialect) => {
    const { played, replay } = await playAll(profile, dialect);
    expect(played.length).toBeGreaterThan(2);
    const numbers = fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat());
    await fc.assert(
      fc.asyncProperty(numbers, async (chosen) => {
        const oddity = oddityOf(played, chosen);
        if (oddity === undefined) return;
        const { words, at, way, value, answers } = oddity;
        const changed = answers.map((one, index) =>
          index === at ? { ...one, body: withValue(one.body, way, value) } : one,
        );
        const { code, stdout, stderr } = await replay(words, changed);
        const odd = value === missing ? "missing" : JSON.stringify(value);
        const where = `${words.join(" ")}: ${answers[at]?.route} ${way.join(".")} = ${odd}`;
        expect(`${stdout}${stderr}`, where).not.toMatch(/"kind":"bug"|this is a bug/);
        const isEmptyList = Array.isArray(value) && value.length === 0;
        if (words.join(" ") === asksIfAny && !isEmptyList) expect(code, where).not.toBe(0);
      }),
      { numRuns: rounds(40, 8) },
    );
  });
});
