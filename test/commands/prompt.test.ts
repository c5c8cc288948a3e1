import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date("2026-03-11T12:00:00Z");
const profiles = { prod: profilesAt("http://127.0.0.1:9").opsknight };

/** A home in which this was known so many seconds ago. */
async function homeWith(secondsAgo: number, more: object = {}) {
  const home = await tempDir();
  mkdirSync(join(home, ".local/state/onduty"), { recursive: true });
  const at = new Date(now.getTime() - secondsAgo * 1000).toISOString();
  const state = { at, open: 2, oncallUntil: "2026-03-11T18:00:00.000Z", renewedAt: at, ...more };
  writeFileSync(join(home, ".local/state/onduty/prompt-prod.json"), JSON.stringify(state));
  return home;
}

describe("prompt", () => {
  it("prints what is known, in one line, and asks nobody", async () => {
    const { code, stdout, stderr } = await run("prompt --tz utc", { home: await homeWith(20), profiles, now });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "2 open, on call until 18:00\n", stderr: "" });
  });

  it.each([
    ["older than five minutes", 301, {}],
    ["of a time to come", -3600, {}],
    ["no number", 20, { open: "2" }],
  ])("prints ? for what is %s, never 0 open", async (_, age, more) => {
    const { stdout } = await run("prompt", { home: await homeWith(age, more), profiles, now });
    expect(stdout).toBe("?\n");
  });

  it("prints ? the first time, and notes that it is being renewed", async () => {
    const { stdout, home } = await run("prompt", { profiles, now });
    expect(stdout).toBe("?\n");
    const kept = JSON.parse(readFileSync(join(home, ".local/state/onduty/prompt-prod.json"), "utf8")) as object;
    expect(kept).toEqual({ at: null, open: null, oncallUntil: null, renewedAt: now.toISOString() });
  });

  it("is renewed once a minute at most", async () => {
    const renewedAt = async (secondsAgo: number) => {
      const { home } = await run("prompt", { home: await homeWith(secondsAgo), profiles, now });
      const kept = readFileSync(join(home, ".local/state/onduty/prompt-prod.json"), "utf8");
      return (JSON.parse(kept) as { renewedAt: string }).renewedAt;
    };
    expect(await renewedAt(59)).toBe("2026-03-11T11:59:01.000Z");
    expect(await renewedAt(60)).toBe(now.toISOString());
  });

  it("is renewed from all profiles", async () => {
    const { home } = await sandbox();
    const env = { ONDUTY_USER: "ada@sandbox.test" };
    const line = "prompt -p sandbox-opsknight,sandbox-flashduty";
    expect((await run(`${line} --renew --quiet`, { home, env })).stdout).toBe("");
    expect((await run(line, { home, env })).stdout).toMatch(/^6 open(, on call until \d\d:\d\d)?\n$/);
  });

  it("is not renewed from a part: without the schedules nobody may be taken for off call", async () => {
    const vendor = await fakeVendor();
    const pagination = { total: 0, limit: 100, offset: 0, has_more: false };
    vendor.reply("GET /api/incidents", 200, { data: [], pagination }).reply("GET /api/schedules", 500, {});
    const home = await homeWith(20);
    const own = { prod: profilesAt(vendor.url).opsknight };
    await run("prompt --renew --max-wait 0", { home, profiles: own, now });
    expect((await run("prompt --tz utc", { home, profiles: own, now })).stdout).toBe("2 open, on call until 18:00\n");
  });

  it("keeps what was known when a renewal fails", async () => {
    const home = await homeWith(20);
    await run("prompt --renew --max-wait 0", { home, profiles, now });
    expect((await run("prompt --tz utc", { home, profiles, now })).stdout).toBe("2 open, on call until 18:00\n");
  });
});
