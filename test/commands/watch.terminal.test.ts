import { spawn as spawnTerminal } from "@lydell/node-pty";
import { describe, expect, it, onTestFinished } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { bareEnv, launch } from "../support/process.ts";
import { open, setUp } from "./watched.ts";

describe("incidents watch at a terminal without keys", () => {
  it("draws its table in place, follows changes and sizes, and gives the terminal back", async () => {
    const { state, env, looked } = await setUp([open("a"), open("b"), open("c")]);
    const [file, ...first] = launch;
    const words = [...first, "incidents", "watch", "--interval", "1s", "--no-color", "--no-input"];
    const terminal = spawnTerminal(file, words, {
      cols: 80,
      rows: 12,
      env: bareEnv(env.HOME, { ...env, TERM: "xterm" }),
    });

    let text = "";
    terminal.onData((data) => {
      text += data;
    });
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    onTestFinished(async () => {
      terminal.kill("SIGKILL");
      await ended;
    });
    await expect.poll(() => text).toContain("3 incidents, as of");
    expect(text).toContain("\u001b[?1049h\u001b[?25l");
    state.rows = state.rows.slice(0, 1);
    await expect.poll(() => text).toContain("1 incident, as of");

    state.rows = ["a", "b", "c", "d"].map((id) => open(id));
    text = "";
    terminal.resize(60, 6);
    await expect.poll(() => text).toContain("… and 3 more");
    const widest = Math.max(
      ...text
        .slice(text.lastIndexOf("\u001b[H"))
        .replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, "")
        .split(/\r?\n/)
        .map((line) => line.length),
    );
    expect(widest).toBeLessThanOrEqual(60);
    await looked();
    state.fail = 500;
    await expect.poll(() => text, { timeout: 15_000 }).toContain("the server failed");
    // What is on the screen is as old as it says.
    const frame = (): string => text.slice(text.lastIndexOf("\u001b[H"));
    const seen = /as of ([\d:]+),/.exec(frame())?.[1];
    await looked(2);
    expect(frame()).toContain(`as of ${seen},`);
    expect(frame()).toContain("NOT LIVE since");
    terminal.write("\u0003");
    expect(await ended).toBe(ExitCode.ok);
    // What it wrote last may be read from the terminal after its end is told of.
    await expect.poll(() => text).toContain("\u001b[?25h\u001b[?1049l");
    // The last table stays to be read.
    expect(text.slice(text.lastIndexOf("\u001b[?1049l"))).toContain("Title of a");
  }, 40_000);
});
