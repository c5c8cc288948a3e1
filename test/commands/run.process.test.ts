import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bareEnv, launch, start } from "../support/process.ts";
import { profilesAt } from "../support/profiles.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";
import { script, setUp } from "./runs.ts";

describe("run", () => {
  it("passes input, output and errors through byte for byte, and resolves when the command passes", async () => {
    const { env, sent } = await setUp();
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256));
    const code = "process.stdin.on('data', (c) => { process.stdout.write(c); process.stderr.write(c); })";
    for (const options of [[], ["--attach-output", "--dedup-key", "another"]]) {
      const [file, ...first] = launch;
      const child = spawn(file, [...first, "run", "-q", ...options, ...script(code)], { env });
      const chunks: Buffer[] = [];
      const errors: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => void chunks.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => void errors.push(chunk));
      child.stdin.end(bytes);
      expect(await once(child, "close")).toEqual([0, null]);
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
      expect(Buffer.concat(errors).equals(bytes)).toBe(true);
    }
    expect(sent().map(({ event_action: action }) => action)).toEqual(["resolve", "resolve"]);
  });

  it("triggers when the command fails, under the key that the next success resolves", async () => {
    const { env, sent } = await setUp();
    const code = "process.exit(Number(process.env.CODE))";
    const failed = await start(["run", "--severity", "critical", ...script(code)], { ...env, CODE: "3" }).ended;
    const passed = await start(["run", "--severity", "critical", ...script(code)], { ...env, CODE: "0" }).ended;

    expect([failed.code, passed.code]).toEqual([3, 0]);
    expect(failed.stdout).toBe("");
    expect(failed.stderr).toMatch(/^OpsKnight: triggered {2}\S+:node~[0-9a-f]{12} {2}incident inc_1 \(open\)\n$/);
    const [trigger, resolve] = sent();
    expect(trigger).toMatchObject({
      event_action: "trigger",
      payload: {
        summary: "node failed with exit code 3",
        severity: "critical",
        custom_details: { command: "node", exitCode: 3, durationSeconds: expect.any(Number) },
      },
    });
    expect(resolve).toMatchObject({ event_action: "resolve", dedup_key: trigger?.dedup_key });
    // The arguments may hold secrets.
    expect(JSON.stringify(sent())).not.toContain("process.exit");
  });

  it("reports a failure whose summary or key the vendor does not take, with a warning", async () => {
    const { env, sent } = await setUp();
    const options = ["--summary", `Backup failed\n${"x".repeat(600)}`, "--dedup-key", "k".repeat(201)];
    const { code, stderr } = await start(["run", ...options, ...script("process.exit(3)")], env).ended;
    expect(code).toBe(3);
    expect(stderr.split("\n").slice(0, 2)).toEqual([
      expect.stringMatching(/^the dedup key has 201 characters, and OpsKnight takes 200: it is now "k{183}~/),
      expect.stringMatching(/^the summary has line breaks and 614 characters, and OpsKnight takes 500: it is cut, /),
    ]);
    expect(sent()).toMatchObject([
      {
        event_action: "trigger",
        dedup_key: expect.stringMatching(/^k{183}~[0-9a-f]{16}$/),
        payload: {
          summary: expect.stringMatching(/^Backup failed x+…$/),
          custom_details: { summary: expect.stringMatching(/^Backup failed\nx{600}$/) },
        },
      },
    ]);
  });

  it("takes its key from the CI job, and distinguishes two command lines outside of one", async () => {
    const { env, sent } = await setUp();
    const ci = {
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_REPOSITORY: "acme/web",
      GITHUB_WORKFLOW: "CI",
      GITHUB_JOB: "test",
    };
    await start(["run", ...script("1")], { ...env, ...ci }).ended;
    await start(["run", ...script("2")], { ...env, ...ci }).ended;
    await start(["run", ...script("1")], env).ended;
    await start(["run", ...script("2")], env).ended;
    const keys = sent().map(({ dedup_key: key }) => key);
    expect(keys.slice(0, 2)).toEqual(["ci:acme/web:CI:test:service=svc_1", "ci:acme/web:CI:test:service=svc_1"]);
    expect(new Set(keys).size).toBe(3);
  });

  it.each([
    ["leg of another system", { RUNNER_OS: "Linux" }, { RUNNER_OS: "Windows" }],
    ["branch", { GITHUB_REF: "refs/heads/main" }, { GITHUB_REF: "refs/heads/next" }],
    ["leg by its name", { ONDUTY_JOB: "0" }, { ONDUTY_JOB: "1" }],
  ])("does not resolve what another %s has opened", async (_, one, other) => {
    const { env, sent } = await setUp();
    const job = { GITHUB_REPOSITORY: "acme/web", GITHUB_WORKFLOW: "CI", GITHUB_JOB: "test" };
    const ci = { ...env, CI: "true", GITHUB_ACTIONS: "true", ...job };
    await start(["run", "--", "false"], { ...ci, ...one }).ended;
    await start(["run", "--", "true"], { ...ci, ...other }).ended;
    const [trigger, resolve] = sent();
    expect([trigger?.event_action, resolve?.event_action]).toEqual(["trigger", "resolve"]);
    expect(trigger?.dedup_key).not.toBe(resolve?.dedup_key);
  });

  it("warns at a resolve where a matrix has legs that it cannot tell apart", async () => {
    const { env, home } = await setUp();
    await mkdir(join(home, ".github/workflows"), { recursive: true });
    const job = { GITHUB_REPOSITORY: "acme/web", GITHUB_WORKFLOW: "CI", GITHUB_JOB: "test", GITHUB_WORKSPACE: home };
    const ref = { GITHUB_WORKFLOW_REF: "acme/web/.github/workflows/ci.yml@refs/heads/main" };
    const ci = { ...env, CI: "true", GITHUB_ACTIONS: "true", ...job, ...ref };
    const file = join(home, ".github/workflows/ci.yml");
    const stderrOf = async (more: Record<string, string>, ...options: string[]): Promise<string> =>
      (await start(["run", ...options, "--", "true"], { ...ci, ...more }).ended).stderr;

    await writeFile(file, "jobs:\n  test:\n    strategy:\n      matrix:\n        node: [20, 22]\n");
    expect(await stderrOf({})).toContain("set ONDUTY_JOB: ${{ strategy.job-index }}");
    expect(await stderrOf({ ONDUTY_JOB: "0" })).not.toContain("ONDUTY_JOB");
    expect(await stderrOf({}, "--dedup-key", "tests")).not.toContain("ONDUTY_JOB");
    await writeFile(file, "jobs:\n  test:\n    runs-on: ubuntu-latest\n");
    expect(await stderrOf({})).not.toContain("ONDUTY_JOB");
  });

  describe("on a host that is another one in each run", () => {
    /** The real program under another host name. */
    async function runOn(host: string, ...words: string[]) {
      const { env, home, sent } = await setUp();
      const preload = join(home, "host.cjs");
      await writeFile(preload, `require("node:os").hostname = () => ${JSON.stringify(host)};`);
      const { code, stderr } = await start(["run", ...words], { ...env, NODE_OPTIONS: `--require=${preload}` }).ended;
      return { code, stderr, sent: sent() };
    }

    it.skipIf(launch.length === 1)("has the same key in each pod of a CronJob", async () => {
      const failed = await runOn("backup-29824580-tznrr", "--", "sh", "-c", "exit $CODE");
      const again = await runOn("backup-29826020-x9k2p", "--", "sh", "-c", "exit $CODE");
      expect(failed.sent[0]?.dedup_key).toMatch(/^backup:sh~/);
      expect(again.sent[0]?.dedup_key).toBe(failed.sent[0]?.dedup_key);
    });

    it.skipIf(launch.length === 1)("warns where nothing names the workload, and resolves nothing", async () => {
      const failed = await runOn("localhost", "--", "false");
      expect(failed.code).toBe(1);
      expect(failed.sent.map(({ event_action: action }) => action)).toEqual(["trigger"]);
      expect(failed.stderr).toContain("--dedup-key NAME");
      const passed = await runOn("localhost", "--", "true");
      expect({ code: passed.code, sent: passed.sent }).toEqual({ code: 0, sent: [] });
      expect(passed.stderr).toContain("nothing is resolved");
      const named = await runOn("localhost", "--dedup-key", "backup", "--", "true");
      expect(named.sent.map((one) => `${one.event_action} ${one.dedup_key}`)).toEqual(["resolve backup"]);
      expect(named.stderr).not.toContain("hint");
    });
  });

  it.each([
    ["no such command", ["--", "/nowhere/program"], 127],
    ["no such command", ["--", ""], 127],
    ["it is not executable", ["--", "FILE"], 126],
  ])("ends as a shell would: %s", async (problem, words, code) => {
    const { env, home, sent } = await setUp();
    const file = join(home, "not-executable");
    await writeFile(file, "x");
    await chmod(file, 0o600);
    const ended = await start(["run", ...words.map((word) => (word === "FILE" ? file : word))], env).ended;
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(`: ${problem}`);
    expect(sent()[0]).toMatchObject({
      event_action: "trigger",
      payload: { summary: expect.stringContaining(`could not be started: ${problem}`) },
    });
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGQUIT"] as const)(
    "passes %s on, and ends with 128 and its number",
    async (signal) => {
      const { env, sent } = await setUp();
      const { child, ended } = start(["run", "--", "sh", "-c", "echo up; exec sleep 30"], env);
      await once(child.stdout, "data");
      child.kill(signal);
      const { code } = await ended;
      expect(code).toBe(128 + (constants.signals[signal] ?? 0));
      const isInterrupt = signal === "SIGTERM" || signal === "SIGINT";
      const summaries = sent().map(({ payload }) => payload.summary);
      expect(summaries).toEqual(isInterrupt ? [] : [`sh was killed by ${signal}`]);
    },
  );

  it.each([7, 0])("reports nothing when it is interrupted, also when the command then exits with %i", async (code) => {
    const { env, sent } = await setUp();
    const text = `process.on("SIGTERM", () => process.exit(${code})); console.log("up"); setInterval(() => {}, 1000)`;
    const { child, ended } = start(["run", ...script(text)], env);
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code, stderr: expect.stringContaining("interrupted, so nothing is reported") });
    expect(sent()).toEqual([]);
  });

  it("triggers when the command is killed by somebody else, and when it is interrupted with --on-cancel trigger", async () => {
    const { env, sent } = await setUp();
    expect((await start(["run", "--", "sh", "-c", "kill -TERM $$"], env).ended).code).toBe(143);
    const words = ["run", "--on-cancel", "trigger", "--", "sh", "-c", "echo up; exec sleep 30"];
    const { child, ended } = start(words, env);
    await once(child.stdout, "data");
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    expect(sent().map(({ payload }) => payload.summary)).toEqual([
      "sh was killed by SIGTERM",
      "sh was killed by SIGINT",
    ]);
  });

  it.each([
    ["", ["-q"]],
    [" with --change", ["-q", "--change"]],
  ])(
    "ends one --max-wait and one --timeout after the command when the vendor hangs%s, and keeps the events",
    async (_, options) => {
      const { home } = await setUp();
      const vendor = await fakeVendor();
      vendor.handle("POST /api/events", () => {}).handle("GET /api/incidents", () => {});
      await writeFile(join(home, ".config/onduty/config.json"), JSON.stringify({ profiles: profilesAt(vendor.url) }));
      const bounds = ["-p", "opsknight", "--max-wait", "2s", "--timeout", "1s"];
      const { child, ended } = start(["run", ...options, ...bounds, ...script("console.log('up')")], bareEnv(home));
      await once(child.stdout, "data");
      const childEnd = Date.now();
      const { code, stderr } = await ended;
      expect(code).toBe(0);
      expect(stderr).not.toContain("another onduty process");
      expect(Date.now() - childEnd).toBeLessThan(6000);
      const pending = await readdir(join(home, ".local/state/onduty/spool/pending"));
      expect(pending).toHaveLength(options.includes("--change") ? 2 : 1);
    },
  );

  it("leaves it to the command what it does with a signal", async () => {
    const { env } = await setUp();
    const code =
      "process.on('SIGTERM', () => process.exit(7)); process.on('SIGINT', () => {}); console.log('up'); setInterval(() => {}, 1000)";
    const { child, ended } = start(["run", ...script(code)], env);
    await once(child.stdout, "data");
    for (let turn = 0; turn < 3; turn += 1) {
      child.kill("SIGINT");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill("SIGTERM");
    expect((await ended).code).toBe(7);
  });

  it("is neither delayed nor changed by trouble with the vendor", async () => {
    const { env, home } = await setUp(503);
    const slow = await start(["run", "--max-wait", "0", ...script("console.log(Date.now()); process.exit(4)")], env)
      .ended;
    expect(slow.code).toBe(4);
    expect(slow.stderr).toContain("saved to the spool");
    expect(await readdir(join(home, ".local/state/onduty/spool/pending"))).toHaveLength(1);

    await writeFile(join(home, ".config/onduty/config.json"), "{");
    const broken = await start(["run", ...script("console.log('ran')")], env).ended;
    expect({ code: broken.code, stdout: broken.stdout }).toEqual({ code: 0, stdout: "ran\n" });
    expect(broken.stderr).toContain("could not report the run");

    const none = await start(["run", ...script("console.log('ran')")], bareEnv(await tempDir())).ended;
    expect({ code: none.code, stdout: none.stdout }).toEqual({ code: 0, stdout: "ran\n" });
    expect(none.stderr).toContain("could not report the run");
  });

  it("starts the command before it has even looked for the vendor", async () => {
    const { env, home, vendor } = await setUp();
    const key = { command: "sh -c 'sleep 2; echo sk_test_fake_slow_key'" };
    const profiles = { slow: { provider: "opsknight", baseUrl: vendor.url, apiKey: key, service: "svc_1" } };
    await writeFile(join(home, ".config/onduty/config.json"), JSON.stringify({ current: "slow", profiles }));
    const began = Date.now();
    const { child, ended } = start(["run", "--change", ...script("console.log('up')")], env);
    await once(child.stdout, "data");
    expect(Date.now() - began).toBeLessThan(1500);
    expect((await ended).code).toBe(0);
  });

  it("records a deploy from start to end with --change", async () => {
    const { env, sent } = await setUp();
    const options = ["run", "--change", "--environment", "prod", "--version", "1.4"];
    expect((await start([...options, ...script("1")], env).ended).code).toBe(0);
    expect((await start([...options, ...script("process.exit(1)")], env).ended).code).toBe(1);
    const { child, ended } = start([...options, ...script("console.log('up'); setInterval(() => {}, 1000)")], env);
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    expect((await ended).code).toBe(143);
    const place = "deploy::svc_1:prod";
    expect(sent().map((one) => `${one.event_action} ${one.payload.severity} ${one.dedup_key}`)).toEqual([
      `trigger info ${place}:started`,
      `resolve info ${place}`,
      `resolve info ${place}:started`,
      `trigger info ${place}:started`,
      `trigger error ${place}`,
      `resolve info ${place}:started`,
      `trigger info ${place}:started`,
      `resolve info ${place}:started`,
    ]);
  });

  it("sends the end of stderr only when asked to, with keys masked", async () => {
    const { env, sent } = await setUp();
    const code =
      "for (let i = 0; i < 30; i += 1) console.error('\\x1b[31mline ' + i + '\\x1b[0m sk_test_fake_opsknight_key_0001'); process.exit(1)";
    await start(["run", ...script(code)], env).ended;
    await start(["run", "--attach-output", ...script(code)], env).ended;
    const [without, attached] = sent().map(({ payload }) => payload.custom_details);
    expect(without).not.toHaveProperty("output");
    const output = String(attached?.output).split("\n");
    expect(output).toHaveLength(20);
    expect(output[0]).toMatch(/^line 10 sk_test_…/);
    expect(JSON.stringify(attached)).not.toContain("sk_test_fake_opsknight_key_0001");
  });

  it("masks a key before it cuts the output, so that no part of one is sent", async () => {
    const { env, sent } = await setUp();
    const key = "sk_test_fake_opsknight_key_0001";
    // 4000 characters are sent: the cut falls into the key.
    const code = `process.stderr.write("${key} " + "y".repeat(3980)); process.exitCode = 1`;
    await start(["run", "--attach-output", ...script(code)], env).ended;
    const output = String(sent()[0]?.payload.custom_details?.output);
    expect(output.length).toBeGreaterThan(3980);
    expect(output).not.toContain(key.slice(-12));
  });

  it.skipIf(process.platform === "win32")("takes what cannot be started for a failure of the command", async () => {
    const { env, sent } = await setUp();
    const behindAFile = await start(["run", "--", `${process.execPath}/tool`], env).ended;
    const tooLong = await start(["run", "--", "x".repeat(5000)], env).ended;
    expect([behindAFile.code, tooLong.code]).toEqual([126, 126]);
    expect(behindAFile.stderr).toContain('/tool": a part of its path is not a folder\n');
    expect(tooLong.stderr).toContain("its name is too long\n");
    expect(sent().map(({ event_action: action }) => action)).toEqual(["trigger", "trigger"]);
  });

  // The stand-alone executable has only a socket for it.
  it.skipIf(process.platform === "win32" || launch.length === 1)(
    "gives the command a stderr that scripts can open, with --attach-output too",
    async () => {
      const { env, sent, home } = await setUp();
      const words = ["run", "-q", "--attach-output", "--", "sh", "-c", "echo out of space > /dev/stderr; exit 7"];
      const { code, stderr } = await start(words, { ...env, TMPDIR: home }).ended;
      expect({ code, stderr }).toEqual({ code: 7, stderr: "out of space\n" });
      expect(sent()[0]?.payload.custom_details).toMatchObject({ output: "out of space" });
      expect(await readdir(home)).not.toContainEqual(expect.stringMatching(/^onduty-/));
    },
  );

  it("passes on all of stderr to a reader that is slow, also when the command has ended long ago", async () => {
    const { env } = await setUp();
    const [file, ...first] = launch;
    const code = `require("node:fs").writeSync(2, "x".repeat(400_000)); process.exitCode = 1`;
    const child = spawn(file, [...first, "run", "-q", "--attach-output", ...script(code)], { env });
    child.stdout.resume();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    let length = 0;
    child.stderr.on("data", (chunk: Buffer) => {
      length += chunk.length;
    });
    expect(await once(child, "close")).toEqual([1, null]);
    expect(length).toBe(400_000);
  });

  it("shows on stderr with --dry-run what it would send", async () => {
    const { env, sent } = await setUp();
    const { code, stdout, stderr } = await start(
      ["run", "--dry-run", ...script("console.log('ran'); process.exit(2)")],
      env,
    ).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: "ran\n" });
    expect(stderr).toContain("POST /api/events\n{");
    expect(sent()).toEqual([]);
  });

  it.each([
    [["run"], "missing required argument"],
    [["run", "make", "-j4"], "unknown option '-j4'"],
    [["run", "--severity", "loud", "--", "true"], "Allowed choices are"],
  ])("refuses %j with exit 2, and runs nothing", async (words, message) => {
    const { env } = await setUp();
    const { code, stderr } = await start(words, env).ended;
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
