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

/** The steps of a command line against a vendor of the sandbox, which `names` are profiles of. */
async function stepsOf(provider: "opsknight" | "flashduty", line: string, names = ["only"]) {
  const { home } = await sandbox();
  const stored = `sandbox-${provider}`;
  const { stdout } = await run(`incidents list --status open --quiet --profile ${stored}`, { home });
  const [id = ""] = stdout.split("\n");
  const args = line.replace("ID", id).split(" ");
  const file = join(home, ".config/onduty/config.json");
  const { profiles } = JSON.parse(await readFile(file, "utf8")) as { profiles: Record<string, StoredProfile> };
  const { baseUrl } = profiles[stored] as StoredProfile;
  const target = new URL(baseUrl);
  const counter = await countSteps(target.origin);
  const moved = {
    ...profiles[stored],
    baseUrl: counter.url + target.pathname.replace(/\/$/, ""),
    caFile: counter.file,
  };
  await writeFile(
    file,
    JSON.stringify({ current: names[0], profiles: Object.fromEntries(names.map((name) => [name, moved])) }),
  );
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

  it.each(["opsknight", "flashduty"] as const)(
    "of status are as many for three profiles as for one: %s",
    async (provider) => {
      const one = await stepsOf(provider, "status --json");
      const three = await stepsOf(provider, "status --json", ["eu", "us", "lab"]);
      expect(three.requests.length, three.requests.join("\n")).toBe(3 * one.requests.length);
      expect(three.steps, three.requests.join("\n")).toBe(one.steps);
      expect(one.steps, one.requests.join("\n")).toBeLessThanOrEqual(5);
    },
  );
});
