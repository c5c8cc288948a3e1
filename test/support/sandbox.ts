import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Profile } from "../../src/config/store.ts";
import { storeSandboxProfiles } from "../../src/profiles/sandbox-profiles.ts";
import { type SandboxOptions, startSandbox } from "../../src/sandbox/server.ts";
import { run } from "./harness.ts";
import { homeWith } from "./profiles.ts";
import { tempDir } from "./temp-dir.ts";

/** Which of its servers OpsKnight is. */
export type Dialect = SandboxOptions["dialect"];

interface SandboxHome {
  home: string;
  url: string;
  /** What `onduty sandbox --add-profiles` stores. */
  profiles: Record<string, { baseUrl: string }>;
}

/** A sandbox, and a home with profiles that lead to it. It stops after the test. */
export async function sandbox(options: Partial<SandboxOptions> = {}): Promise<SandboxHome> {
  const { url, vendors, close } = await startSandbox({ port: 0, dialect: "documented", ...options });
  onTestFinished(close);
  const config = { profiles: new Map<string, Profile>() };
  const update = async (change: (kept: typeof config) => void) => {
    change(config);
    return config;
  };
  await storeSandboxProfiles({ config: { update } as Parameters<typeof storeSandboxProfiles>[0]["config"] }, vendors);
  const profiles = Object.fromEntries(config.profiles);
  return { home: await homeWith(profiles), profiles, url };
}

/** The same by `onduty sandbox --add-profiles` with these options, which takes ten times as long. */
export async function sandboxCommand(options: string): Promise<SandboxHome> {
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
