import { spawn as spawnTerminal } from "@lydell/node-pty";
import { describe, expect, it } from "vitest";
import { launch } from "../support/process.ts";
import { script, setUp } from "./runs.ts";

describe("run", () => {
  it("gives the command the terminal, and Ctrl-C once", async () => {
    const { env, sent } = await setUp();
    const code = `
      let n = 0;
      process.on('SIGINT', () => { n += 1; setTimeout(() => { console.log('interrupts ' + n); process.exit(5); }, 200); });
      console.log(['tty', process.stdin.isTTY, process.stdout.isTTY, process.stderr.isTTY].join(' ')); setInterval(() => {}, 1000)`;
    const [file, ...first] = launch;
    const terminal = spawnTerminal(file, [...first, "run", ...script(code)], { cols: 80, rows: 24, env });
    let text = "";
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    terminal.onData((data) => {
      text += data;
      if (data.includes("tty")) terminal.write("\u0003");
    });
    expect(await ended).toBe(5);
    expect(text).toContain("tty true true true");
    expect(text).toContain("interrupts 1");
    expect(text).toContain("interrupted, so nothing is reported");
    expect(sent()).toEqual([]);
  });
});
