import { chmod, lstat, mkdir, readdir, readFile, rm, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createConfigStore } from "../../src/config/store.ts";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { tempDir } from "../support/temp-dir.ts";
import { newStore, profile } from "./new-store.ts";

describe("the configuration", () => {
  it("is empty where there is no file, and makes none", async () => {
    const { dir, store } = await newStore();
    expect(await store.load()).toEqual({ profiles: new Map() });
    await expect(stat(dir)).rejects.toThrow("ENOENT");
  });

  it.each(["prod", "eu.prod", "__proto__", "constructor", "a.b.c", "0"])("keeps a profile named %s", async (name) => {
    const { store } = await newStore();
    await store.update((config) => {
      config.profiles.set(name, profile);
      config.current = name;
    });
    expect(await store.load()).toEqual({ current: name, profiles: new Map([[name, profile]]) });
  });

  it("may begin with a byte order mark, and loses it when it is written", async () => {
    const { dir, store } = await newStore();
    await mkdir(dir, { mode: 0o700 });
    const text = JSON.stringify({ current: "prod", profiles: { prod: profile }, newer: 1 });
    await writeFile(store.file, `\uFEFF${text.replaceAll(",", ",\r\n")}`, { mode: 0o600 });
    expect(await store.load()).toEqual({ current: "prod", profiles: new Map([["prod", profile]]) });
    await store.update((config) => config.profiles.set("other", profile));
    const written = await readFile(store.file, "utf8");
    expect(JSON.parse(written)).toEqual({ current: "prod", profiles: { prod: profile, other: profile }, newer: 1 });
  });

  it("explains why it cannot be read", async () => {
    const { dir, store } = await newStore();
    await mkdir(store.file, { recursive: true, mode: 0o700 });
    await expect(store.load()).rejects.toMatchObject({
      message: `cannot read ${store.file}: it is a folder`,
      hint: "move the folder away",
    });
    await rm(store.file, { recursive: true });
    await symlink(join(dir, "config.json"), store.file);
    await expect(store.load()).rejects.toThrow("its symbolic links lead in a circle");
  });

  it("does not put a file in the place of a link whose other end is away", async () => {
    const { dir, store } = await newStore();
    await mkdir(dir, { mode: 0o700 });
    await symlink("/nowhere/config.json", store.file);
    await expect(store.update((config) => config.profiles.set("prod", profile))).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringContaining("a symbolic link to /nowhere/config.json, which does not exist"),
    });
    expect((await lstat(store.file)).isSymbolicLink()).toBe(true);
  });

  it("is empty where the home is a file, as that of some services", async () => {
    const store = createConfigStore({ dir: "/dev/null/.config/onduty", notice: () => {} });
    expect(await store.load()).toEqual({ profiles: new Map() });
    await expect(store.update(() => {})).rejects.toThrow("its folder is a file");
  });

  it("is for its owner alone", async () => {
    const { dir, store } = await newStore();
    await store.update((config) => config.profiles.set("prod", profile));
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    expect((await stat(store.file)).mode & 0o777).toBe(0o600);
  });

  it("is tightened, with a notice, when others can read it", async () => {
    const { notices, store } = await newStore();
    await store.update((config) => config.profiles.set("prod", profile));
    await chmod(store.file, 0o644);
    await store.load();
    expect((await stat(store.file)).mode & 0o777).toBe(0o600);
    expect(notices).toEqual([`notice: ${store.file} could be read by others (0644); its mode is 0600 now`]);
  });

  it.each([
    ['{\n  "profiles": {\n', ":3:1: not JSON"],
    ["[]", ":1:1: not a configuration"],
    ['{"profiles": {\n"prod": {"provider": "pager"}}}', ':2:1: profile "prod" has no provider that is known: "pager"'],
    [
      '{"profiles": {"prod": {"provider": "opsknight", "baseUrl": "https://x.test", "apiKey": "sk_test_fake_0001"}}}',
      "apiKey of an unknown form",
    ],
    ["", ":1:1: not JSON"],
    ['{\n  "current": x\n}\n', ":2:14: not JSON"],
    ['{"profiles": {},\n "key": "sk_test_fake_0001",\n}\n\n', ":3:1: not JSON"],
    ['{"profiles": []}', ":1:2: not a configuration"],
    ['{"current": "prod",\n"profiles": {\n  "prod": {"provider": "flotiq"}}}', ':3:3: profile "prod" has no baseUrl'],
    ['{"current": 7, "profiles": {}}', '"current" is not a name'],
    [
      '{"profiles": {"prod": {"provider": "flotiq", "baseUrl": "https://x.test", "apiKey": {"text": "sk_test_fake_0001", "env": "X"}}}}',
      "apiKey of an unknown form",
    ],
  ])("that cannot be read is an error with its place, and stays as it is: %s", async (text, message) => {
    const home = await tempDir();
    const file = join(home, ".config/onduty/config.json");
    await mkdir(join(home, ".config/onduty"), { recursive: true });
    await writeFile(file, text, { mode: 0o600 });
    for (const command of ["incidents list", "profiles list", "profiles use prod", "keys set prod --stdin"]) {
      const { code, stdout, stderr } = await run(command, { home, stdin: "sk_test_fake_0002" });
      expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
      expect(stderr).toContain(file);
      expect(stderr).toContain(message);
      expect(stderr).not.toContain("sk_test_fake_0001");
    }
    expect(await readFile(file, "utf8")).toBe(text);
  });

  it("of a newer version keeps what this one does not know", async () => {
    const { dir, store } = await newStore();
    await mkdir(dir, { mode: 0o700 });
    const stored = { profiles: { prod: { ...profile, region: "eu" } }, telemetry: false };
    await writeFile(store.file, JSON.stringify(stored), { mode: 0o600 });
    await store.update((config) => {
      config.current = "prod";
    });
    expect(JSON.parse(await readFile(store.file, "utf8"))).toEqual({ current: "prod", ...stored });
  });

  it("tightens a folder of its own, and leaves one that holds other things as it is", async () => {
    const { dir, notices, store } = await newStore();
    await mkdir(dir);
    await chmod(dir, 0o755);
    await store.update((config) => config.profiles.set("prod", profile));
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    expect(notices).toEqual([`notice: ${dir} was open to others (0755); its mode is 0700 now`]);

    await chmod(dir, 0o755);
    await writeFile(join(dir, "other.txt"), "");
    await store.update((config) => config.profiles.set("other", profile));
    expect((await stat(dir)).mode & 0o777).toBe(0o755);
  });

  it("is not written through a symbolic link, nor into what is no folder", async () => {
    const { dir, store } = await newStore();
    const target = await tempDir();
    await symlink(target, dir);
    const update = () => store.update((config) => config.profiles.set("prod", profile));
    await expect(update()).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringContaining("the folder is a symbolic link"),
      hint: `export ONDUTY_CONFIG_DIR=${target}`,
    });
    expect(await readdir(target)).toEqual([]);

    await unlink(dir);
    await writeFile(dir, "");
    await expect(update()).rejects.toMatchObject({ kind: "usage", message: expect.stringContaining("is a file") });
  });

  it("stays as it was when the change throws, and can be changed again", async () => {
    const { dir, store } = await newStore();
    await store.update((config) => config.profiles.set("prod", profile));
    const before = await readFile(store.file, "utf8");
    const failing = store.update((config) => {
      config.profiles.clear();
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await readFile(store.file, "utf8")).toBe(before);
    expect(await readdir(dir)).toEqual(["config.json"]);
    await store.update((config) => config.profiles.set("other", profile));
  });
});
