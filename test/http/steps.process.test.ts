import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { bareEnv, start } from "../support/process.ts";
import { sandbox } from "../support/sandbox.ts";
import { countSteps } from "../support/steps.ts";

/* How many round trips of a command come one after the other, over TLS. A connection takes two: TCP and TLS. */

interface StoredProfile {
  baseUrl: string;
  [field: string]: unknown;
}

/** The steps of a command line against a vendor of the sandbox. */
async function stepsOf(provider: "opsknight" | "flashduty", line: string) {
  const { home } = await sandbox();
  const name = `sandbox-${provider}`;
  const { stdout } = await run(`incidents list --status open --quiet --profile ${name}`, { home });
  const [id = ""] = stdout.split("\n");
  const args = line.replace("ID", id).split(" ");
  const file = join(home, ".config/onduty/config.json");
  const { profiles } = JSON.parse(await readFile(file, "utf8")) as { profiles: Record<string, StoredProfile> };
  const { baseUrl } = profiles[name] as StoredProfile;
  const target = new URL(baseUrl);
  const counter = await countSteps(target.origin);
  const moved = { ...profiles[name], baseUrl: counter.url + target.pathname.replace(/\/$/, ""), caFile: counter.file };
  await writeFile(file, JSON.stringify({ current: name, profiles: { [name]: moved } }));
  const { code, stderr } = await start(args, bareEnv(home)).ended;
  return { code, stderr, steps: counter.steps(), requests: counter.requests };
}

describe("round trips one after the other", () => {
  it.each([
    ["opsknight", 3, "incidents list --json"],
    ["opsknight", 3, "events trigger disk-full --quiet"],
    ["opsknight", 4, "incidents ack ID --quiet"],
    ["opsknight", 4, "incidents list --service Checkout --json"],
    ["opsknight", 4, "oncall --json"],
    ["flashduty", 5, "incidents list --json"],
    ["flashduty", 5, "incidents ack ID --quiet"],
    ["flashduty", 4, "oncall --json"],
  ] as const)("of %s are %i: %s", async (provider, most, line) => {
    const { code, steps, requests, stderr } = await stepsOf(provider, line);
    expect({ code, stderr }, requests.join("\n")).toMatchObject({ code: 0 });
    expect(steps, requests.join("\n")).toBe(most);
  });
});
