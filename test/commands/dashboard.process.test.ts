import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { holdTime } from "../support/held-time.ts";
import { liveHere } from "../support/live.ts";
import { open, setUp as setUpVendor } from "./dashboard-vendor.ts";

/** The interval is a second, which passes when the test wants. */
async function setUp(...setting: Parameters<typeof setUpVendor>) {
  return { ...(await setUpVendor(...setting)), time: holdTime(1000) };
}

describe("what incidents watch shows in place of the table", () => {
  it("is the page in the browser for o", async () => {
    const { env, argv, home, vendor } = await setUp([open("a")]);
    const [browser, opened] = [join(home, "browser"), join(home, "opened")];
    await writeFile(browser, `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`);
    await chmod(browser, 0o755);
    const live = liveHere(argv, { ...env, BROWSER: browser });
    await live.sees("1 incident, as of");
    await live.press("o");
    await live.sees(`opened ${vendor.url}/`);
    const { stdout } = await run("incidents open a", { env });
    await expect.poll(() => readFile(opened, "utf8").catch(() => "")).toBe(stdout.trim());

    const none = liveHere(argv, { ...env, BROWSER: join(home, "none") });
    await none.sees("1 incident, as of");
    await none.press("o");
    await none.sees("no browser could be started; http");
  });
});

describe("what goes wrong with --exec", () => {
  it.each([[[]], [["--no-input"]]])("is reported below the table, with %j", async (words) => {
    const { env, argv, state, time } = await setUp([open("N"), open("a")]);
    state.rows = [open("a")];
    const live = liveHere([...argv, "--exec", "exit 3", ...words], env);
    await live.sees("1 incident, as of");
    state.rows = [open("N"), open("a")];
    // The command runs while looks go on; what came of it is drawn with the next one.
    const screen = async (): Promise<string> => {
      await time.pass();
      return (await live.lines()).join("\n");
    };
    await expect.poll(screen).toContain("--exec for N: exit code 3");
    const lines = (await live.lines()).filter((line) => line !== "");
    expect(lines.findIndex((line) => line.includes("--exec"))).toBeGreaterThan(3);
  });
});
