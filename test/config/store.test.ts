import { execFileSync } from "node:child_process";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createConfigStore, type Profile } from "../../src/config/store.ts";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { bareEnv, start } from "../support/process.ts";
import { tempDir } from "../support/temp-dir.ts";

const profile: Profile = {
  provider: "opsknight",
  baseUrl: "https://opsknight.example.test",
  apiKey: { text: "sk_test_fake_0001" },
};

async function newStore() {
  const dir = join(await tempDir(), "onduty");
  const notices: string[] = [];
  return { dir, notices, store: createConfigStore({ dir, notice: (text) => notices.push(text) }) };
}

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
    ['{\n  "profiles": {\n', "line 3 is not JSON"],
    ["[]", "not a configuration"],
    [
      '{"profiles": {\n"prod": {"provider": "pager"}}}',
      'line 2: profile "prod" has no provider that is known: "pager"',
    ],
    [
      '{"profiles": {"prod": {"provider": "opsknight", "baseUrl": "https://x.test", "apiKey": "sk_test_fake_0001"}}}',
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

  it("loses nothing when many processes write at once", async () => {
    const home = await tempDir();
    const add = (n: number) => {
      const args = ["profiles", "add", `p${n}`, "--provider", "flotiq", "--key-env", `KEY_${n}`];
      return start(args, bareEnv(home)).ended;
    };
    const ended = await Promise.all(Array.from({ length: 12 }, (_, n) => add(n)));
    expect(ended.map(({ code }) => code)).toEqual(Array.from({ length: 12 }, () => 0));
    const { profiles } = JSON.parse(await readFile(join(home, ".config/onduty/config.json"), "utf8")) as {
      profiles: object;
    };
    expect(Object.keys(profiles).sort()).toEqual(Array.from({ length: 12 }, (_, n) => `p${n}`).sort());
  });

  it("can be written again after a process was killed with the lock", async () => {
    const { dir, store } = await newStore();
    await store.update((config) => config.profiles.set("prod", profile));
    await mkdir(join(dir, "config.lock"));
    execFileSync("touch", ["-d", "1 minute ago", join(dir, "config.lock")]);
    await store.update((config) => config.profiles.set("other", profile));
    expect([...(await store.load()).profiles.keys()]).toEqual(["prod", "other"]);
  });
});

describe("a key command", () => {
  it("gives its first line, and is never shown with what it printed", async () => {
    const home = await tempDir();
    const added = await run(
      [
        "profiles",
        "add",
        "prod",
        "--provider",
        "opsknight",
        "--base-url",
        "http://127.0.0.1:1",
        "--key-command",
        "sh -c 'echo sk_test_fake_from_command; exit 3'",
      ],
      { home },
    );
    expect(added.code).toBe(0);
    const failed = await run("incidents list --max-wait 0", { home });
    expect(failed).toMatchObject({ code: ExitCode.auth, stdout: "" });
    expect(failed.stderr).toContain('the key command "sh" ended with 3');
  });
});
