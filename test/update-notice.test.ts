import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bareEnv, start } from "./support/process.ts";
import { tempDir } from "./support/temp-dir.ts";
import { inTerminal } from "./support/terminal.ts";
import { type FakeVendor, fakeVendor } from "./support/vendor.ts";

/** A home whose updates are asked of a registry on loopback, with what is known there so far. */
async function setUp(known?: object) {
  const registry = await fakeVendor();
  const home = await tempDir();
  const file = join(home, ".local/state/onduty/update.json");
  if (known !== undefined) {
    await mkdir(join(home, ".local/state/onduty"), { recursive: true });
    await writeFile(file, JSON.stringify(known));
  }
  const env = bareEnv(home, { ONDUTY_UPDATE_URL: `${registry.url}/onduty/latest` });
  const read = async () => JSON.parse(await readFile(file, "utf8")) as Record<string, string>;
  return { registry, env, file, read };
}

const publishes = (registry: FakeVendor, version: unknown) => registry.reply("GET /onduty/latest", 200, { version });
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const day = 24 * 60;
const list = ["profiles", "list"];
const off = "(ONDUTY_NO_UPDATE_NOTICE=1 turns this off)";

describe("a newer version", () => {
  it("is asked for behind the back of a command at a terminal, and told of by the next one, once a day", async () => {
    const { registry, env, file, read } = await setUp();
    publishes(registry, "99.1.2");
    expect((await inTerminal(list, env)).text).not.toContain("notice");
    await expect.poll(async () => (await read()).latest, { timeout: 10_000 }).toBe("99.1.2");
    expect(registry.requests[0]?.headers["user-agent"]).toMatch(/^onduty\/\d/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const { text, code } = await inTerminal(list, env, 120);
    expect(code).toBe(0);
    expect(text.trim().split("\r\n").at(-1)).toMatch(/^notice: onduty 99\.1\.2 is out, this is \d+\.\d+\.\d+ /);
    expect(text).toContain(off);
    expect((await inTerminal(list, env)).text).not.toContain("notice");
    expect(registry.requests).toHaveLength(1);
  });

  it("is asked for again after a day, and only then", async () => {
    const { registry, env, read } = await setUp({ checkedAt: minutesAgo(day - 5) });
    await inTerminal(list, env);
    expect(registry.requests).toEqual([]);

    const later = await setUp({ checkedAt: minutesAgo(day + 5), toldAt: minutesAgo(day + 5), latest: "99.0.0" });
    publishes(later.registry, "99.2.0");
    expect((await inTerminal(list, later.env)).text).toContain("99.0.0 is out");
    await expect.poll(async () => (await later.read()).latest, { timeout: 10_000 }).toBe("99.2.0");
    expect((await read()).latest).toBeUndefined();
  });

  it("is not waited for, and a registry that is gone or talks nonsense is nothing to hear of", async () => {
    const { registry, env, read } = await setUp();
    const asked = new Promise<void>((resolve) => {
      registry.handle("GET /onduty/latest", () => resolve());
    });
    const started = Date.now();
    expect((await inTerminal(list, env)).code).toBe(0);
    expect(Date.now() - started).toBeLessThan(5000);
    await asked;

    const strange = await setUp();
    publishes(strange.registry, "99.0.0\u001b[2J");
    await inTerminal(list, strange.env);
    await expect.poll(() => strange.registry.requests.length, { timeout: 10_000 }).toBe(1);
    expect((await start(["__update"], strange.env).ended).code).toBe(0);
    expect((await strange.read()).latest).toBeUndefined();
    expect((await start(["__update"], { ...env, ONDUTY_UPDATE_URL: "http://127.0.0.1:1/x" }).ended).stderr).toBe("");
    expect((await read()).latest).toBeUndefined();
  });

  it.each([
    ["the same version", "0.0.1"],
    ["no version", "not a version"],
  ])("is not told of when there is %s", async (_, latest) => {
    const { env } = await setUp({ checkedAt: minutesAgo(1), latest });
    expect((await inTerminal(list, env)).text).not.toContain("notice");
  });
});

describe("nothing is told, and nothing asked of a network", () => {
  const known = { checkedAt: minutesAgo(2 * day), latest: "99.0.0" };

  it.each([
    ["in CI", list, { CI: "true" }],
    ["with ONDUTY_NO_UPDATE_NOTICE", list, { ONDUTY_NO_UPDATE_NOTICE: "1" }],
    ["with --quiet", [...list, "--quiet"], {}],
  ])("%s", async (_, args, more) => {
    const { registry, env, read } = await setUp(known);
    expect((await inTerminal(args, { ...env, ...more })).text).not.toContain("notice");
    expect(registry.requests).toEqual([]);
    expect(await read()).toEqual(known);
  });

  it("in a pipe", async () => {
    const { registry, env, read } = await setUp(known);
    const { stdout, stderr } = await start(list, env).ended;
    expect(stdout + stderr).not.toContain("99.0.0");
    expect(registry.requests).toEqual([]);
    expect(await read()).toEqual(known);
  });
});
