import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { liveProgram } from "../support/live-program.ts";
import { bareEnv, launch, onduty } from "../support/process.ts";
import { tempDir } from "../support/temp-dir.ts";
import { keys, open, setUp } from "./dashboard-vendor.ts";

const standalone = !onduty.endsWith(".cjs");

describe("incidents watch in a real terminal", () => {
  /** The program between two looks at the terminal's settings. */
  async function between(
    words: string[],
    more: { env?: Record<string, string>; rows?: number; columns?: number } = {},
  ) {
    const made = await setUp([open("a"), open("b")]);
    const script = join(made.home, "between.sh");
    await writeFile(
      script,
      `stty -a > "$HOME/before"
      sh -c 'echo $$ > "$HOME/pid"; exec "$@"' sh "$@"
      code=$?
      stty -a > "$HOME/after"
      echo "ended $code"
      exit $code\n`,
    );
    const live = liveProgram(
      ["/bin/sh", script, ...launch, ...made.argv, ...words],
      bareEnv(made.home, { ...made.env, ...more.env }),
      more,
    );
    const settings = async (name: string): Promise<string> => readFile(join(made.home, name), "utf8");
    const isRestored = async (): Promise<void> => {
      await live.sees("ended");
      expect(live.sent()).toContain("\u001b[?2004l\u001b[?25h\u001b[?1049l");
      expect(live.sent().lastIndexOf("\u001b[?25h")).toBeGreaterThan(live.sent().lastIndexOf("\u001b[?25l"));
      expect(await live.screen.onOtherScreen()).toBe(false);
      expect(await settings("after")).toBe(await settings("before"));
    };
    const pid = async (): Promise<number> => Number(await settings("pid"));
    return { ...made, live, isRestored, pid };
  }

  it("acknowledges by a key, and gives the terminal back after q", async () => {
    const { live, writes, isRestored } = await between([]);
    await live.sees("2 incidents, as of");
    await live.press(keys.down);
    await live.sees(">  b");
    await live.press("a");
    await live.sees("acknowledged  Title of b (b)");
    expect(writes()).toEqual(['PATCH /api/incidents/b {"status":"ACKNOWLEDGED"}']);
    await live.press("q");
    expect(await live.ended).toBe(ExitCode.ok);
    await isRestored();
  }, 40_000);

  it("gives it back after Ctrl-C, also while it asks", async () => {
    const { live, isRestored, writes } = await between([], { columns: 40, rows: 6 });
    await live.sees("2 incidents");
    await live.press("r");
    await live.sees('resolve "Title of a" (a)? y/N');
    await live.press("\u0003");
    expect(await live.ended).toBe(ExitCode.ok);
    await isRestored();
    expect(live.sent()).not.toContain("error:");
    expect(writes()).toEqual([]);
  }, 40_000);

  it("gives it back after SIGTERM and an error", async () => {
    const stopped = await between([]);
    await stopped.live.sees("2 incidents, as of");
    process.kill(await stopped.pid(), "SIGTERM");
    expect(await stopped.live.ended).toBe(ExitCode.terminated);
    await stopped.isRestored();

    const refused = await between([]);
    await refused.live.sees("2 incidents, as of");
    refused.vendor.reply("GET /api/incidents", 401, {});
    expect(await refused.live.ended).toBe(ExitCode.auth);
    await refused.isRestored();
  }, 60_000);

  it.skipIf(standalone)(
    "gives it back after a crash (nothing can be put into the executable that would)",
    async () => {
      const spy = join(await tempDir(), "spy.cjs");
      const crash = `process.on("SIGUSR2", () => setImmediate(() => { throw new Error("broken on purpose"); }));`;
      await writeFile(spy, crash);
      const { live, isRestored, pid } = await between([], { env: { NODE_OPTIONS: `--require=${spy}` } });
      await live.sees("2 incidents, as of");
      process.kill(await pid(), "SIGUSR2");
      expect(await live.ended).toBe(ExitCode.failure);
      await isRestored();
    },
    40_000,
  );

  it.skipIf(!existsSync("/bin/bash"))(
    "stops with Ctrl-Z, and goes on with fg",
    async () => {
      const { env, argv, home, writes } = await setUp([open("a")]);
      await writeFile(join(home, ".bashrc"), "PS1='ready> '\nstty -a > before\n");
      const live = liveProgram(["/bin/bash", "-i"], bareEnv(home, { ...env, INPUTRC: "/dev/null" }), { cwd: home });
      await live.sees("ready>");
      await live.press(`${[...launch, ...argv].join(" ")}\r`);
      await live.sees("1 incident, as of");
      await live.press("\u001a");
      await live.sees("Stopped");
      expect(await live.screen.onOtherScreen()).toBe(false);
      await live.press("stty -a > stopped; echo set\r");
      await live.sees("set");
      await expect
        .poll(() => readFile(join(home, "stopped"), "utf8"))
        .toBe(await readFile(join(home, "before"), "utf8"));
      await live.press("fg\r");
      await live.sees(">  a");
      await live.press("a");
      await live.sees("acknowledged  Title of a (a)");
      expect(writes()).toHaveLength(1);
      await live.press("q");
      await live.sees("ready>");
      await live.press("exit 0\r");
      expect(await live.ended).toBe(0);
    },
    40_000,
  );

  it("goes on at once after Ctrl-Z where no shell could continue it", async () => {
    const { env, argv } = await setUp([open("a")]);
    const live = liveProgram([...launch, ...argv] as [string, ...string[]], bareEnv(env.HOME, env));
    await live.sees("1 incident, as of");
    await live.press("\u001a");
    await expect.poll(() => live.sent().split("\u001b[?1049h").length).toBe(3);
    await live.sees(">  a");
    await live.press("q");
    expect(await live.ended).toBe(ExitCode.ok);
  }, 40_000);

  it.each([
    ["--no-input", {}],
    ["--urgency high", { CI: "1" }],
    ["--output ndjson", {}],
  ])(
    "takes no key with %s and %o",
    async (option, more) => {
      const { env, argv, writes, vendor, state } = await setUp([open("a")]);
      const words = [...launch, ...argv, ...option.split(" "), "--until-empty"] as [string, ...string[]];
      const script = '"$@"; read left; echo "left: $left"';
      const live = liveProgram(["/bin/sh", "-c", script, "sh", ...words], bareEnv(env.HOME, { ...env, ...more }));
      await expect.poll(() => vendor.requests.length, { timeout: 10_000 }).toBeGreaterThan(2);
      await live.press("aq\n");
      const looks = vendor.requests.length;
      await expect.poll(() => vendor.requests.length, { timeout: 10_000 }).toBeGreaterThan(looks + 2);
      expect(live.sent()).not.toContain("\u001b[?2004h");
      expect(writes()).toEqual([]);
      state.rows = [];
      await live.sees("left: aq");
    },
    40_000,
  );

  it("takes no key in a pipe, and leaves what stands in standard input", async () => {
    const { env, argv, state, vendor, writes } = await setUp([open("a")]);
    const words = ["-c", '"$@"; cat', "sh", ...launch, ...argv, "--until-empty"];
    const child = spawn("/bin/sh", words, { env: bareEnv(env.HOME, env), stdio: ["pipe", "pipe", "ignore"] });
    child.stdin.end("aq\n");
    let stdout = "";
    child.stdout.on("data", (chunk) => {
      stdout += String(chunk);
    });
    await expect.poll(() => vendor.requests.length, { timeout: 10_000 }).toBeGreaterThan(2);
    state.rows = [];
    const [code] = await once(child, "close");
    expect(code).toBe(ExitCode.ok);
    expect(stdout.replace(/^\{"change".*\n/gm, "")).toBe("aq\n");
    expect(writes()).toEqual([]);
  }, 40_000);
});
