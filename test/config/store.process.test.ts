import { on } from "node:events";
import { watch } from "node:fs";
import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ownerTag } from "../../src/disk/owner.ts";
import { ExitCode } from "../../src/errors.ts";
import { bundle, start as startScript } from "../spool/support.ts";
import { run } from "../support/harness.ts";
import { bareEnv, start } from "../support/process.ts";
import { tempDir } from "../support/temp-dir.ts";
import { newStore, profile } from "./new-store.ts";

describe("the configuration", () => {
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

  it("is written by a command that one Ctrl-C does not end in the middle of its words", async () => {
    const home = await tempDir();
    const args = ["profiles", "add", "prod", "--provider", "flotiq", "--key-env", "KEY"];
    const written = watch(home);
    const { child, ended } = start(args, bareEnv(home, { ONDUTY_CONFIG_DIR: home }));
    for await (const [, name] of on(written, "change")) if (name === "config.json") break;
    written.close();
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect({ code, lines: stderr.split("\n").length }).toEqual({ code: 0, lines: 3 });
  });

  it("is complete after processes were killed while they wrote", async () => {
    const home = await tempDir();
    const file = join(home, ".config/onduty/config.json");
    for (let round = 0; round < 8; round += 1) {
      const args = ["profiles", "add", `p${round}`, "--provider", "flotiq", "--key-env", "KEY"];
      const { child, ended } = start(args, bareEnv(home));
      setTimeout(() => child.kill("SIGKILL"), 60 + round * 25);
      await ended;
      const text = await readFile(file, "utf8").catch(() => '{"profiles":{}}');
      expect(() => JSON.parse(text)).not.toThrow();
    }
  });

  it("waits for a process that holds the lock, and takes over when that one is killed", async () => {
    const { dir, store } = await newStore();
    await store.update((config) => config.profiles.set("prod", profile));
    const script = await bundle(`
      import { lock } from "./src/disk/lock.ts";
      await lock(process.argv[2], { waitMs: 0 });
      process.stdout.write("held");
      setInterval(() => {}, 1000);
    `);
    const { child: holder } = startScript(script, join(dir, "config.lock"));
    await new Promise<void>((resolve) => holder.stdout?.once("data", () => resolve()));
    let written = false;
    const update = store
      .update((config) => config.profiles.set("other", profile))
      .then(() => {
        written = true;
      });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(written).toBe(false);
    holder.kill("SIGKILL");
    await update;
    expect([...(await store.load()).profiles.keys()]).toEqual(["prod", "other"]);
  });

  it("can be written again after a process was killed with the lock", async () => {
    const { dir, store } = await newStore();
    await store.update((config) => config.profiles.set("prod", profile));
    // A lock names its holder, this one a process that is not there.
    await symlink(ownerTag().replace(/-\d+-\d+$/, "-2147483646-1"), join(dir, "config.lock"));
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

  it("that is not there does not keep the program from ending", async () => {
    const home = await tempDir();
    const add = 'profiles add prod --provider flotiq --key-command "/no/such/command here"';
    expect((await run(add, { home })).code).toBe(0);
    // A command may take 30 s; this test may not.
    const checked = await start(["keys", "validate"], bareEnv(home)).ended;
    expect(checked.code).toBe(ExitCode.auth);
    expect(checked.stderr).toContain('the key command "/no/such/command" was not found');
  });
});
