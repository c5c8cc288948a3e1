import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch } from "./support/process.ts";
import { copyOfProgram } from "./support/program-copy.ts";
import { tempDir } from "./support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "./support/vendor.ts";

const route = "POST /api/events";
const trigger = ["events", "trigger", "--summary", "Disk full", "--dedup-key", "d", "--max-wait", "0"];
const delivered = "trigger\td\tdelivered\ttriggered\t\n";
const wayBack = "to resolve it: onduty events resolve d\n";

async function vendorThatTakes(): Promise<FakeVendor> {
  return (await fakeVendor()).reply(route, 202, { status: "success", result: { action: "triggered" } });
}

/** What a monitoring system gives the command it calls: a profile and a short path. */
function bare(url: string, more: Record<string, string> = {}): Record<string, string> {
  const profile = { ONDUTY_PROVIDER: "opsknight", ONDUTY_BASE_URL: url, ONDUTY_API_KEY: "sk_test_fake_bare_0001" };
  return { PATH: "/usr/bin:/bin", ...profile, ONDUTY_SERVICE: "svc_1", ...more };
}

interface Setting {
  env: Record<string, string>;
  /** Default: this user. */
  uid?: number;
  /** Default: `/`. */
  cwd?: string;
}

/** A copy that any user can read. */
let copy: string[] = [];
let place = "";

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "onduty-copy-"));
  await chmod(place, 0o755);
  copy = await copyOfProgram(place);
});
afterAll(() => rm(place, { recursive: true, force: true }));

async function run(args: readonly string[], { env, uid, cwd }: Setting) {
  const [file = "", ...first] = copy;
  const child = spawn(file, [...first, ...args], {
    env,
    cwd: cwd ?? "/",
    ...(uid !== undefined && { uid, gid: uid }),
  });
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk) => {
    stdout += String(chunk);
  });
  child.stderr?.on("data", (chunk) => {
    stderr += String(chunk);
  });
  child.stdin?.on("error", () => {});
  child.stdin?.end();
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

/** Only root can become somebody else. */
const isRoot = process.getuid?.() === 0;
/** A user id without an entry in passwd, as containers are given. */
const uid = 54_321;

describe.skipIf(!isRoot)("a user without an entry in passwd and without HOME", () => {
  it("gets the help, and the answer of commands that need no file", async () => {
    const env = { PATH: "/usr/bin:/bin" };
    const help = await run(["--help"], { env, uid });
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toContain("Usage: onduty ");
    expect(await run(["profiles", "list", "--json"], { env, uid })).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
  });

  it("sends an event without the spool, and is told how to give it one", async () => {
    const vendor = await vendorThatTakes();
    const { code, stdout, stderr } = await run(trigger, { env: bare(vendor.url), uid });
    expect({ code, stdout }).toEqual({ code: 0, stdout: delivered });
    expect(stderr).toBe(
      "the spool cannot be written, so the event is sent without it: this user has no home; set ONDUTY_STATE_DIR to a folder that this user can write\n" +
        wayBack,
    );
    expect(vendor.requests).toHaveLength(1);
  });

  it("keeps an event in the folder that ONDUTY_STATE_DIR names", async () => {
    const vendor = (await fakeVendor()).reply(route, 503);
    const state = await tempDir();
    await chmod(state, 0o777);
    const env = bare(vendor.url, { ONDUTY_STATE_DIR: join(state, "onduty") });
    const { code, stderr } = await run(trigger, { env, uid });
    expect(code).toBe(8);
    expect(stderr).not.toContain("without it");
    expect(await readdir(join(state, "onduty/spool/pending"))).toHaveLength(1);
  });

  it("is told that an event is kept nowhere when the vendor does not respond either", async () => {
    const { code, stdout, stderr } = await run(trigger, { env: bare("http://127.0.0.1:9"), uid });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/error: .*refused.*; the event is kept nowhere\n/);
    expect(stderr).toContain("hint: set ONDUTY_STATE_DIR to a folder that this user can write\n");
  });

  it("is told where the configuration could be", async () => {
    const words = ["profiles", "add", "prod", "--provider", "flotiq", "--key-env", "FLOTIQ_API_KEY"];
    const { code, stderr } = await run(words, { env: { PATH: "/usr/bin:/bin" }, uid });
    expect(code).toBe(2);
    expect(stderr).toContain("hint: export ONDUTY_CONFIG_DIR=DIR names another folder\n");
  });

  it("runs the child of run", async () => {
    const vendor = await vendorThatTakes();
    vendor.reply("GET /api/incidents", 200, { data: [], pagination: { total: 0 } });
    const { code, stdout, stderr } = await run(["run", "--", "echo", "child ran"], { env: bare(vendor.url), uid });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "child ran\n" });
    expect(stderr).not.toContain("spool");
  });

  it("gets a status, with nothing in the spool", async () => {
    const vendor = await fakeVendor();
    const none = { data: [], pagination: { total: 0 } };
    for (const area of ["incidents", "schedules"]) vendor.reply(`GET /api/${area}`, 200, none);
    const { code, stdout, stderr } = await run(["status", "--json"], { env: bare(vendor.url), uid });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ spool: { pending: 0, dead: 0, oldestAt: null } });
  });

  it("gets a report of doctor that names what is missing", async () => {
    const { stdout } = await run(["doctor", "--json", "--timeout", "1s"], { env: bare("http://127.0.0.1:9"), uid });
    const findings = JSON.parse(stdout) as { check: string; status: string; message: string; hint: string }[];
    expect(findings).toContainEqual(
      expect.objectContaining({
        check: "state",
        status: "warning",
        message: "this user has no home, so an event that cannot be sent is kept nowhere",
        hint: "export ONDUTY_STATE_DIR=DIR",
      }),
    );
    expect(stdout).not.toContain("/dev/null");
  });
});

describe.skipIf(!isRoot)("with the HOME of somebody else", () => {
  it("an event goes out where the environment is a profile, with a warning", async () => {
    const vendor = await vendorThatTakes();
    const home = await tempDir();
    await chmod(home, 0o700);
    const { code, stdout, stderr } = await run(trigger, { env: bare(vendor.url, { HOME: home }), uid });
    expect({ code, stdout }).toEqual({ code: 0, stdout: delivered });
    const lines = stderr.split("\n");
    expect(lines[0]).toBe(
      `warning: cannot read ${home}/.config/onduty/config.json: permission denied; the profile of the environment is used`,
    );
    expect(lines[1]).toMatch(/^the spool ".*" cannot be written, so the event is sent without it: /);
    expect(lines.slice(2).join("\n")).toBe(wayBack);
  });

  it("a command that passes does not report events that nobody knows of", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: [] });
    const home = await tempDir();
    await mkdir(join(home, ".local/state/onduty/spool"), { recursive: true, mode: 0o700 });
    const { code, stderr } = await run(["run", "--", "true"], { env: bare(vendor.url, { HOME: home }), uid });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^the spool ".*" cannot be read, so earlier events may wait in it: EACCES/m);
    expect(stderr).not.toContain("could not be delivered");
  });

  it("doctor reports whose it is not", async () => {
    const home = await tempDir();
    const env = bare("http://127.0.0.1:9", { HOME: home });
    const { stdout } = await run(["doctor", "--json", "--timeout", "1s"], { env, uid });
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({
        check: "user",
        status: "warning",
        message: `HOME is "${home}", which belongs to another user (this is uid ${uid})`,
        hint: "export ONDUTY_CONFIG_DIR=DIR ONDUTY_STATE_DIR=DIR",
      }),
    );
  });

  it("a stored profile that was named is an error", async () => {
    const home = await tempDir();
    await chmod(home, 0o700);
    const { code, stderr } = await run([...trigger, "-p", "prod"], {
      env: bare("http://127.0.0.1:9", { HOME: home }),
      uid,
    });
    expect(code).toBe(2);
    expect(stderr).toContain("error: cannot read ");
  });
});

describe("places of files", () => {
  it.each([
    ["an empty HOME", { HOME: "" }],
    ["a HOME that is no full path", { HOME: "home" }],
    [
      "empty and relative XDG variables",
      { HOME: "", XDG_CONFIG_HOME: "", XDG_STATE_HOME: "", XDG_CACHE_HOME: "cache" },
    ],
  ])("are never those of the working directory, with %s", async (_, variables) => {
    const vendor = await vendorThatTakes();
    const cwd = await tempDir();
    await mkdir(join(cwd, ".config/onduty"), { recursive: true });
    await writeFile(join(cwd, ".config/onduty/config.json"), "not for us");
    await mkdir(join(cwd, "home/.config"), { recursive: true });
    // Whoever runs this has a home of his own: nothing is left there.
    const state = await tempDir();
    const env = bare(vendor.url, { ...variables, CI: "" });
    const { code, stderr } = await run(trigger, {
      env: { ...env, ONDUTY_STATE_DIR: state },
      cwd,
      ...(isRoot && { uid: 0 }),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: wayBack });
    expect((await readdir(cwd)).sort()).toEqual([".config", "home"]);
    expect(await readdir(join(cwd, "home"))).toEqual([".config"]);
  });
});

describe("an event goes out", () => {
  it("with all descriptors closed", async () => {
    const vendor = await vendorThatTakes();
    const state = await tempDir();
    const [file, ...first] = launch;
    const shell = spawn("/bin/sh", ["-c", 'exec 0<&- 1>&- 2>&-; exec "$@"', "closed", file, ...first, ...trigger], {
      env: bare(vendor.url, { ONDUTY_STATE_DIR: state }),
      stdio: "ignore",
    });
    const [code] = (await once(shell, "close")) as [number | null];
    expect(code).toBe(0);
    expect(vendor.requests).toHaveLength(1);
  });

  it("under umask 077 and without a path", async () => {
    const vendor = await vendorThatTakes();
    const state = await tempDir();
    const { PATH: _, ...env } = bare(vendor.url, { ONDUTY_STATE_DIR: state });
    const [file, ...first] = launch;
    const shell = spawn("/bin/sh", ["-c", 'umask 077; exec "$@"', "masked", file, ...first, ...trigger], {
      env,
      stdio: "ignore",
    });
    const [code] = (await once(shell, "close")) as [number | null];
    expect(code).toBe(0);
    expect(vendor.requests).toHaveLength(1);
  });
});

describe("a notification on standard input", () => {
  it("is sent although the input does not end", async () => {
    const vendor = await vendorThatTakes();
    const [file, ...first] = launch;
    const child = spawn(file, [...first, "events", "notify", "--from", "collectd", "--max-time", "1s"], {
      env: bare(vendor.url, { ONDUTY_STATE_DIR: await tempDir() }),
      stdio: ["pipe", "ignore", "ignore"],
    });
    child.stdin.write("Severity: FAILURE\nHost: web-01\nPlugin: load\nType: load\n\nload is high\n");
    const [code] = (await once(child, "exit")) as [number | null];
    child.stdin.destroy();
    expect(code).toBe(0);
    expect(vendor.requests).toMatchObject([{ body: { dedup_key: "collectd:web-01/load/load" } }]);
  });
});

describe("a HOME that is a file", () => {
  it("leaves no word on earlier events after one that was delivered", async () => {
    const vendor = await vendorThatTakes();
    const home = join(await tempDir(), "home");
    await writeFile(home, "");
    const { code, stdout, stderr } = await run(trigger, { env: bare(vendor.url, { HOME: home }) });
    expect({ code, stdout }).toEqual({ code: 0, stdout: delivered });
    expect(stderr).toMatch(/^the spool ".*" cannot be written, so the event is sent without it: .*\n/);
    expect(stderr.split("\n").slice(1).join("\n")).toBe(wayBack);
  });
});
