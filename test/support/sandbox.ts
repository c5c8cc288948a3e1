import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { run } from "./harness.ts";
import { tempDir } from "./temp-dir.ts";

/** Runs `onduty sandbox --add-profiles` with these options; gives a home with its profiles. It stops after the test. */
export async function sandbox(
  options = "",
): Promise<{ home: string; url: string; profiles: Record<string, { baseUrl: string }> }> {
  const home = await tempDir();
  const stop = new AbortController();
  const ended = run(`sandbox --port 0 --add-profiles ${options}`, { home, signal: stop.signal });
  onTestFinished(async () => {
    stop.abort("SIGINT");
    await ended;
  });
  const file = join(home, ".config/onduty/config.json");
  for (let tries = 0; tries < 2000; tries += 1) {
    const text = await readFile(file, "utf8").catch(() => "");
    if (text.includes("sandbox-flotiq")) {
      const { profiles } = JSON.parse(text) as { profiles: Record<string, { baseUrl: string }> };
      return { home, profiles, url: new URL(profiles["sandbox-opsknight"]?.baseUrl ?? "").origin };
    }
    const early = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2))]);
    if (early !== undefined) throw new Error(`the sandbox ended: ${JSON.stringify(early)}`);
  }
  throw new Error("the sandbox did not store its profiles");
}
