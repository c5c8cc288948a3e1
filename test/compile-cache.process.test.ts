import { chmod, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bareEnv, onduty, start } from "./support/process.ts";
import { homeWith, profilesAt } from "./support/profiles.ts";
import { tempDir } from "./support/temp-dir.ts";
import { fakeVendor } from "./support/vendor.ts";

const hasOwn = Number(process.versions.node.split(".")[0]) >= 22 || !onduty.endsWith(".cjs");

/** An environment whose cache is in its home. */
function ownEnv(home: string, more: Record<string, string> = {}): Record<string, string> {
  const { XDG_CACHE_HOME: _shared, ...env } = bareEnv(home, more);
  return env;
}

/** The folder that holds what was compiled. */
async function cacheIn(home: string): Promise<string> {
  const [folder = "none"] = await readdir(join(home, ".cache/onduty")).catch(() => []);
  return join(home, ".cache/onduty", folder);
}

const listProfiles = async (env: Record<string, string>) => {
  const { code, stdout, stderr } = await start(["profiles", "list", "--json"], env).ended;
  return { code, stdout, stderr };
};
const none = { code: 0, stdout: "[]\n", stderr: "" };

describe.skipIf(hasOwn)("the compile cache (Node 20; later ones have their own)", () => {
  it("is kept in the user's cache folder, for nobody else to read or write", async () => {
    const home = await tempDir();
    expect(await listProfiles(ownEnv(home))).toEqual(none);
    const folder = await cacheIn(home);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const files = await readdir(folder);
    expect(files).toContainEqual(expect.stringMatching(/^core-.{8}\.cjs\.early$/));
    for (const file of files) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);

    const before = await Promise.all(files.map((file) => readFile(join(folder, file))));
    expect(await listProfiles(ownEnv(home))).toEqual(none);
    expect(await Promise.all(files.map((file) => readFile(join(folder, file))))).toEqual(before);
  });

  it("is taken by V8 the next time, also for what is loaded once undici has changed V8's flags", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: [] });
    const home = await homeWith(profilesAt(vendor.url));
    const list = async () => (await start(["incidents", "list", "--json"], ownEnv(home)).ended).code;
    expect(await list()).toBe(0);
    const folder = await cacheIn(home);
    const times = async () =>
      Promise.all((await readdir(folder)).map(async (file) => [file, (await stat(join(folder, file))).mtimeMs]));
    const before = await times();
    expect(before.map(([file]) => file)).toContainEqual(expect.stringMatching(/^undici-.*\.late$/));
    expect(before.map(([file]) => file)).toContainEqual(expect.stringMatching(/^incidents-.*\.early$/));
    expect(await list()).toBe(0);
    // What V8 refuses is written anew.
    expect(await times()).toEqual(before);
  });

  it("does not keep the code of old versions for ever", async () => {
    const home = await tempDir();
    await listProfiles(ownEnv(home));
    const folder = await cacheIn(home);
    const names = ["core-00000000.cjs.early", "core-11111111.cjs.early"];
    const [old = "", young = ""] = names.map((name) => join(folder, name));
    for (const file of [old, young]) await writeFile(file, "");
    await utimes(old, new Date(), new Date(Date.now() - 61 * 24 * 3_600_000));
    // Something new is kept, and then it is looked at.
    expect((await start(["spool", "list", "--json"], ownEnv(home)).ended).code).toBe(0);
    const left = await readdir(folder);
    expect(left).not.toContain("core-00000000.cjs.early");
    expect(left).toContain("core-11111111.cjs.early");
    await rm(young);
  });

  it("does no harm when it is damaged or cannot be written, and repairs itself", async () => {
    const home = await tempDir();
    await listProfiles(ownEnv(home));
    const folder = await cacheIn(home);
    const [file = ""] = (await readdir(folder)).filter((name) => name.startsWith("core-"));
    await writeFile(join(folder, file), "not what V8 made");
    expect(await listProfiles(ownEnv(home))).toEqual(none);
    expect((await readFile(join(folder, file))).length).toBeGreaterThan(1000);

    const other = await tempDir();
    await writeFile(join(other, ".cache"), "a file");
    expect(await listProfiles(ownEnv(other))).toEqual(none);
    const closed = await tempDir();
    await mkdir(join(closed, ".cache"));
    await chmod(join(closed, ".cache"), 0o500);
    expect(await listProfiles(ownEnv(closed))).toEqual(none);
  });

  it.each(["CI", "NODE_DISABLE_COMPILE_CACHE"])("is not made when %s is set", async (name) => {
    const home = await tempDir();
    expect(await listProfiles(ownEnv(home, { [name]: "1" }))).toEqual(none);
    expect(await readdir(home)).not.toContain(".cache");
  });
});
