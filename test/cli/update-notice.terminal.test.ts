import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bareEnv, start } from "../support/process.ts";
import { tempDir } from "../support/temp-dir.ts";
import { inTerminal } from "../support/terminal.ts";

/** A home with what is known so far, and a stand-in for npm that says `answer` and notes what it is asked. */
async function setUp(known?: object, answer = "echo 99.0.0") {
  const home = await tempDir();
  const [folder, log] = [join(home, "bin"), join(home, "npm.log")];
  await mkdir(folder);
  await writeFile(join(folder, "npm"), `#!/bin/sh\necho "$*" >> "${log}"\n${answer}\n`, { mode: 0o755 });
  await symlink(process.execPath, join(folder, "node"));
  const asked = async (): Promise<string[]> =>
    (await readFile(log, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
  const file = join(home, ".local/state/onduty/update.json");
  if (known !== undefined) {
    await mkdir(join(home, ".local/state/onduty"), { recursive: true });
    await writeFile(file, JSON.stringify(known));
  }
  const env = bareEnv(home, { PATH: `${folder}:${process.env.PATH}`, ONDUTY_NO_UPDATE_NOTICE: "" });
  const read = async () => JSON.parse(await readFile(file, "utf8")) as Record<string, string>;
  return { asked, env, file, read };
}

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const day = 24 * 60;
const list = ["profiles", "list"];
const off = "(ONDUTY_NO_UPDATE_NOTICE=1 turns this off)";

describe("a newer version", () => {
  it("is asked for behind the back of a command at a terminal, and reported by the next one, once a day", async () => {
    const { asked, env, file, read } = await setUp(undefined, "echo 99.1.2");
    expect((await inTerminal(list, env)).text).not.toContain("notice");
    await expect.poll(async () => (await read()).latest).toBe("99.1.2");
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const { text, code } = await inTerminal(list, env, 120);
    expect(code).toBe(0);
    expect(text.trim().split("\r\n").at(-1)).toMatch(/^notice: onduty 99\.1\.2 is out, this is \d+\.\d+\.\d+ /);
    expect(text).toContain(off);
    expect((await inTerminal(list, env)).text).not.toContain("notice");
    expect(await asked()).toEqual(["view onduty version"]);
  });

  it("is asked for again after a day, and only then", async () => {
    const { asked, env, read } = await setUp({ checkedAt: minutesAgo(day - 5) });
    await inTerminal(list, env);
    expect(await asked()).toEqual([]);

    const known = { checkedAt: minutesAgo(day + 5), toldAt: minutesAgo(day + 5), latest: "99.0.0" };
    const later = await setUp(known, "echo 99.2.0");
    expect((await inTerminal(list, later.env)).text).toContain("99.0.0 is out");
    await expect.poll(async () => (await later.read()).latest).toBe("99.2.0");
    expect((await read()).latest).toBeUndefined();
  });

  it("is not waited for, and an npm that hangs, fails or talks nonsense is nothing to hear of", async () => {
    const slow = await setUp(undefined, "exec sleep 6");
    const started = Date.now();
    expect((await inTerminal(list, slow.env)).code).toBe(0);
    expect(Date.now() - started).toBeLessThan(5000);

    for (const answer of ["echo no such package >&2; exit 1", "printf '99.0.0\\033[2J'", "exec not-there"]) {
      const { env, asked, read } = await setUp(undefined, answer);
      expect((await inTerminal(list, env)).text).not.toContain("99.0.0");
      await expect.poll(asked).toHaveLength(1);
      expect(await start(["__update"], env).ended).toMatchObject({ code: 0, stdout: "", stderr: "" });
      expect((await read()).latest).toBeUndefined();
    }
  });

  it.each([
    ["the same version", "0.0.1"],
    ["no version", "not a version"],
  ])("is not told of when there is %s", async (_, latest) => {
    const { env } = await setUp({ checkedAt: minutesAgo(1), latest });
    expect((await inTerminal(list, env)).text).not.toContain("notice");
  });
});

describe("nothing is reported, and nothing asked of a network", () => {
  const known = { checkedAt: minutesAgo(2 * day), latest: "99.0.0" };

  it.each([
    ["in CI", list, { CI: "true" }],
    ["with ONDUTY_NO_UPDATE_NOTICE", list, { ONDUTY_NO_UPDATE_NOTICE: "1" }],
    ["with --quiet", [...list, "--quiet"], {}],
  ])("%s", async (_, args, more) => {
    const { asked, env, read } = await setUp(known);
    expect((await inTerminal(args, { ...env, ...more })).text).not.toContain("notice");
    expect(await asked()).toEqual([]);
    expect(await read()).toEqual(known);
  });

  it("in a pipe", async () => {
    const { asked, env, read } = await setUp(known);
    const { stdout, stderr } = await start(list, env).ended;
    expect(stdout + stderr).not.toContain("99.0.0");
    expect(await asked()).toEqual([]);
    expect(await read()).toEqual(known);
  });
});
