import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { explainFailure } from "../../src/keys/keyring-helper.ts";
import { bareEnv, start } from "../support/process.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";

const key = "sk_test_fake_secret_service_0001";
const missing = ["dbus-run-session", "gnome-keyring-daemon"].filter((name) => spawnSync(name, ["--help"]).error);
const why = missing.length === 0 ? "" : ` (skipped: no ${missing.join(" and no ")} on this machine)`;

const sessions: (() => void)[] = [];
afterAll(() => {
  for (const end of sessions.splice(0)) end();
});

/** A session with gnome-keyring, unlocked; gives what finds it. */
async function session(): Promise<Record<string, string>> {
  const home = await tempDir();
  const script =
    'printf fake | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; echo "$DBUS_SESSION_BUS_ADDRESS"; cat';
  const child = spawn("dbus-run-session", ["--", "bash", "-c", script], {
    env: bareEnv(home, { XDG_RUNTIME_DIR: home }),
    stdio: ["pipe", "pipe", "ignore"],
  });
  sessions.push(() => child.stdin.end());
  const [address] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { DBUS_SESSION_BUS_ADDRESS: address };
}

/** A bus that takes connections and never says a word, as a service does that waits for somebody to unlock it. */
async function silentBus(): Promise<Record<string, string>> {
  const path = join(await tempDir(), "bus");
  const server = createServer((socket) => socket.on("error", () => {}));
  server.listen(path);
  await once(server, "listening");
  sessions.push(() => void server.close());
  return { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` };
}

describe.skipIf(missing.length > 0)(`a real Secret Service${why}`, () => {
  it("keeps the key, gives it to the command that needs it, and forgets it", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: [] });
    const bus = await session();
    const env = bareEnv(await tempDir(), bus);
    const add = [
      "profiles",
      "add",
      "prod",
      "--provider",
      "opsknight",
      "--base-url",
      vendor.url,
      "--keyring",
      "--stdin",
    ];
    const added = await start(add, env, key).ended;
    expect(added).toMatchObject({ code: 0, stderr: expect.not.stringContaining("warning") });
    const config = join(env.HOME ?? "", ".config/onduty/config.json");
    expect(await readFile(config, "utf8")).not.toContain("secret_service");

    expect(await start(["incidents", "list", "--json"], env).ended).toMatchObject({ code: 0, stdout: "[]\n" });
    expect(vendor.requests[0]?.headers.authorization).toBe(`Bearer ${key}`);
    const listed = await start(["keys", "list", "--json"], env).ended;
    expect(JSON.parse(listed.stdout)).toMatchObject([{ source: expect.stringMatching(/^keyring: prod\/api\//) }]);

    // The same entry, without the profile: what is gone from the configuration is gone from the keyring.
    const before = await readFile(config, "utf8");
    expect(await start(["profiles", "remove", "prod", "--yes"], env).ended).toMatchObject({ code: 0 });
    await writeFile(config, before);
    const gone = await start(["incidents", "list"], env).ended;
    expect(gone).toMatchObject({ code: ExitCode.auth, stderr: expect.stringContaining("the keyring has no entry") });
  });
});

describe("a machine without a keyring", () => {
  it("keeps the key in the config file, and reports why", async () => {
    const env = bareEnv(await tempDir(), { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere/bus" });
    const added = await start(["profiles", "add", "docs", "--provider", "flotiq", "--keyring", "--stdin"], env, key)
      .ended;
    expect(added.code).toBe(0);
    expect(added.stderr).toMatch(
      /^warning: no keyring took the key: .+; it is stored in the config file \(mode 0600\)\nhint: /,
    );
    expect(added.stderr).not.toContain(key);
    const none = bareEnv(await tempDir());
    const alone = await start(["profiles", "add", "docs", "--provider", "flotiq", "--keyring", "--stdin"], none, key)
      .ended;
    expect(alone.stderr).toMatch(
      /^warning: no keyring took the key: no session bus \(D-Bus\), as on a machine without a desktop; it is stored in the config file/,
    );
    const config = await readFile(join(env.HOME ?? "", ".config/onduty/config.json"), "utf8");
    expect(JSON.parse(config).profiles.docs.apiKey).toEqual({ text: key });
  });
});

describe("what the library reports", () => {
  const name = "The name org.freedesktop.secrets was not provided by any .service files";
  it.each([
    [
      `Platform failure: DBus error: ${name}`,
      "no keyring runs in this session, such as gnome-keyring, KWallet or KeePassXC",
    ],
    ["Platform failure: DBus error: Failed to connect", "Platform failure: DBus error: Failed to connect"],
  ])("is put in words: %s", (said, words) => expect(explainFailure(said)).toBe(words));
});

describe("a keyring that never answers", () => {
  it("is left after 3 seconds, and the key stands in no process list meanwhile", async () => {
    const env = bareEnv(await tempDir(), await silentBus());
    const started = Date.now();
    const { ended } = start(["profiles", "add", "docs", "--provider", "flotiq", "--keyring", "--stdin"], env, key);
    const listed = await askingIn(env.HOME);
    expect(listed).not.toContain(key);
    const { code, stderr } = await ended;
    expect(Date.now() - started).toBeLessThan(6000);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining("it did not respond within 3 s; is it locked?; it is stored in the config file"),
    });
    expect(await processesOf(env.HOME)).toBe("");
  });

  it("does not hold Ctrl-C", async () => {
    const env = bareEnv(await tempDir(), await silentBus());
    const { child, ended } = start(
      ["profiles", "add", "docs", "--provider", "flotiq", "--keyring", "--stdin"],
      env,
      key,
    );
    await askingIn(env.HOME);
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: ExitCode.interrupted, stderr: "error: interrupted\n" });
  });
});

/** The processes with that home, once one of them asks the keyring. */
async function askingIn(home = ""): Promise<string> {
  let listed = "";
  await expect
    .poll(async () => {
      listed = await processesOf(home);
      return listed;
    })
    .toContain("__keyring");
  return listed;
}

/** Command lines and environments of the processes with that home. */
async function processesOf(home = ""): Promise<string> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(
    ids.map(async (id) => {
      const read = (name: string): Promise<string> => readFile(`/proc/${id}/${name}`, "utf8").catch(() => "");
      return `${await read("cmdline")}\n${await read("environ")}`;
    }),
  );
  return texts.filter((text) => text.includes(`HOME=${home}`)).join("\n");
}
