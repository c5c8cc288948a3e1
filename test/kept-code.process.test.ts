import { execFileSync } from "node:child_process";
import { cp, mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bareEnv, onduty, start } from "./support/process.ts";
import { homeWith, profilesAt } from "./support/profiles.ts";
import { tempDir } from "./support/temp-dir.ts";
import { fakeVendor } from "./support/vendor.ts";

/* The launcher keeps what V8 has made of the program: what it runs must be the program all the same. */

const standalone = !onduty.endsWith(".cjs");

/** An environment whose cache is in its home. */
function ownEnv(home: string, more: Record<string, string> = {}): Record<string, string> {
  const { XDG_CACHE_HOME: _shared, ...env } = bareEnv(home, more);
  return env;
}

const folderIn = (home: string): string => join(home, ".cache/onduty");

/** The one file that holds what was compiled. */
async function keptIn(home: string): Promise<string> {
  const names = await readdir(folderIn(home)).catch(() => []);
  expect(names).toEqual([expect.stringMatching(/^[\w-]{8}-v[\d.]+-\w+\.code$/)]);
  return join(folderIn(home), names[0] ?? "");
}

/** Where the parts in it are. */
function indexOf(bytes: Buffer): Record<string, [offset: number, length: number, flags: string]> {
  return JSON.parse(bytes.toString("utf8", 8, 8 + bytes.readUInt32LE(0))).parts;
}

/** Names of the parts in it. */
async function partsIn(file: string): Promise<string[]> {
  const bytes = await readFile(file);
  return Object.keys(indexOf(bytes)).map((name) => name.replace(/-[\w-]{8}\.cjs$/, ""));
}

const listProfiles = async (env: Record<string, string>) => {
  const { code, stdout, stderr } = await start(["profiles", "list", "--json"], env).ended;
  return { code, stdout, stderr };
};
const none = { code: 0, stdout: "[]\n", stderr: "" };

describe.skipIf(standalone)("compiled code (the executable has its own)", () => {
  it("is kept in one file of the user's cache folder, for nobody else to read or write", async () => {
    const home = await tempDir();
    expect(await listProfiles(ownEnv(home))).toEqual(none);
    expect((await stat(folderIn(home))).mode & 0o777).toBe(0o700);
    const file = await keptIn(home);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await partsIn(file)).toContain("core");

    const before = await readFile(file);
    expect(await listProfiles(ownEnv(home))).toEqual(none);
    expect((await readFile(file)).equals(before)).toBe(true);
  });

  it("is taken by V8 the next time, also for what is loaded once undici has changed V8's flags", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: [] });
    const home = await homeWith(profilesAt(vendor.url));
    const list = async () => (await start(["incidents", "list", "--json"], ownEnv(home)).ended).code;
    expect(await list()).toBe(0);
    const file = await keptIn(home);
    expect(await partsIn(file)).toEqual(expect.arrayContaining(["core", "incidents", "undici"]));
    const { mtimeMs } = await stat(file);
    expect(await list()).toBe(0);
    // What V8 refuses is written anew.
    expect((await stat(file)).mtimeMs).toBe(mtimeMs);
  });

  it("of another command is added to it", async () => {
    const home = await tempDir();
    await listProfiles(ownEnv(home));
    const before = await partsIn(await keptIn(home));
    expect((await start(["spool", "list", "--json"], ownEnv(home)).ended).code).toBe(0);
    const after = await partsIn(await keptIn(home));
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after.length).toBeGreaterThan(before.length);
  });

  it("has the functions of each command, whichever was first", async () => {
    const home = await tempDir();
    const lengthOfCore = async () => {
      const parts = Object.entries(indexOf(await readFile(await keptIn(home))));
      return parts.find(([name]) => name.startsWith("core-"))?.[1][1] ?? 0;
    };
    const lengths: number[] = [];
    for (const [words, code] of [
      [["--help"], 0],
      [["lisst"], 2],
      [["--help"], 0],
      [["profiles", "list"], 0],
    ] as const) {
      expect((await start([...words], ownEnv(home)).ended).code).toBe(code);
      lengths.push(await lengthOfCore());
    }
    const [help = 0, usage = 0, again, list = 0] = lengths;
    expect(usage).toBeGreaterThan(help);
    expect(again).toBe(usage);
    expect(list).toBeGreaterThan(usage);
  });

  it("of another build is not used", async () => {
    const home = await tempDir();
    await listProfiles(ownEnv(home));
    const [old = ""] = await readdir(folderIn(home));
    const root = new URL("..", import.meta.url).pathname;
    const copy = await tempDir();
    for (const part of ["bin", "dist"]) await cp(join(root, part), join(copy, part), { recursive: true });
    const chunks = join(copy, "dist/chunks");
    const core = (await readdir(chunks)).find((name) => name.startsWith("core-")) ?? "";
    // As a build names it whose code is another one.
    const renamed = "core-ZZZZZZZZ.cjs";
    for (const file of [join(copy, "dist/main.cjs"), ...(await readdir(chunks)).map((name) => join(chunks, name))]) {
      const text = await readFile(file, "latin1");
      if (text.includes(core)) await writeFile(file, text.replaceAll(core, renamed), "latin1");
    }
    const changed = (await readFile(join(chunks, core), "latin1")).replaceAll("no such command", "xx such command");
    await writeFile(join(chunks, renamed), changed, "latin1");
    const run = () =>
      execFileSync(process.execPath, [join(copy, "bin/onduty.cjs"), "profiles", "list", "--json"], {
        env: ownEnv(home),
        encoding: "utf8",
      });
    expect(run()).toBe("[]\n");
    const names = await readdir(folderIn(home));
    expect(names).toHaveLength(2);
    const fresh = names.find((name) => name !== old) ?? "";
    expect(fresh).toMatch(/^ZZZZZZZZ-/);
    expect(run()).toBe("[]\n");
  });

  it("that is half a file, damaged, of another user's making, or of another Node is not used, and replaced", async () => {
    const home = await tempDir();
    await listProfiles(ownEnv(home));
    const file = await keptIn(home);
    const whole = await readFile(file);
    const other = Buffer.from(whole);
    // The version of V8 stands at the beginning of each part.
    for (const [offset] of Object.values(indexOf(whole))) other.writeUInt32LE(0x01234567, offset + 4);
    const damages: Buffer[] = [
      whole.subarray(0, Math.floor(whole.length / 2)),
      whole.subarray(0, 5),
      Buffer.from("not what V8 made"),
      Buffer.alloc(0),
      other,
    ];
    for (const damage of damages) {
      await writeFile(file, damage);
      expect(await listProfiles(ownEnv(home))).toEqual(none);
      expect((await readFile(file)).length).toBeGreaterThan(1000);
      expect((await readFile(file)).equals(damage)).toBe(false);
    }
    await writeFile(file, whole);
    execFileSync("chmod", ["0622", file]);
    expect(await listProfiles(ownEnv(home))).toEqual(none);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("survives two first runs at once", async () => {
    const home = await tempDir();
    const runs = await Promise.all(Array.from({ length: 6 }, () => listProfiles(ownEnv(home))));
    expect(runs).toEqual(Array.from({ length: 6 }, () => none));
    const file = await keptIn(home);
    expect(await partsIn(file)).toContain("core");
    expect(await listProfiles(ownEnv(home))).toEqual(none);
  });

  it("of old versions is not kept for ever", async () => {
    const home = await tempDir();
    await mkdir(folderIn(home), { recursive: true });
    const [old = "", young = "", others = ""] = ["a-v1-x64.code", "b-v1-x64.code", "completions.json"].map((name) =>
      join(folderIn(home), name),
    );
    for (const file of [old, young, others]) await writeFile(file, "");
    const longAgo = new Date(Date.now() - 61 * 24 * 3_600_000);
    for (const file of [old, others]) await utimes(file, new Date(), longAgo);
    expect(await listProfiles(ownEnv(home))).toEqual(none);
    const left = await readdir(folderIn(home));
    expect(left).toHaveLength(3);
    expect(left).toEqual(expect.arrayContaining(["b-v1-x64.code", "completions.json"]));
  });

  it("does no harm when it cannot be written", async () => {
    const file = await tempDir();
    await writeFile(join(file, ".cache"), "a file");
    expect(await listProfiles(ownEnv(file))).toEqual(none);
    const closed = await tempDir();
    await mkdir(join(closed, ".cache"), { mode: 0o500 });
    expect(await listProfiles(ownEnv(closed))).toEqual(none);
  });

  it.each(["CI", "NODE_DISABLE_COMPILE_CACHE"])("is not made when %s is set", async (name) => {
    const home = await tempDir();
    expect(await listProfiles(ownEnv(home, { [name]: "1" }))).toEqual(none);
    expect(await readdir(home)).not.toContain(".cache");
  });
});
