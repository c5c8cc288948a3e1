import { spawn as spawnTerminal } from "@lydell/node-pty";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { bareEnv, launch } from "../support/process.ts";
import { tempDir } from "../support/temp-dir.ts";
import { addressIn, gate, post, secret, webhook, words } from "./webhook.ts";

describe("webhooks listen at a terminal", () => {
  it("keeps Ctrl-C from the command that is running", async () => {
    const [file, ...first] = launch;
    const env = bareEnv(await tempDir(), { WEBHOOK_SECRET: secret });
    const { wait, open } = await gate();
    const command = ["--exec", `echo begun; ${wait}; echo finished`];
    const terminal = spawnTerminal(file, [...first, ...words, ...command], { cols: 80, rows: 24, env });
    let text = "";
    terminal.onData((data) => (text += data));
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    await expect.poll(() => addressIn(text)).not.toBe("");
    await post(addressIn(text), webhook("inc_1"));
    await expect.poll(() => text).toContain("begun");
    terminal.write("\u0003");
    await expect.poll(() => text).toContain("finishing 1 more");
    await open();
    expect(await ended).toBe(ExitCode.interrupted);
    expect(text).toContain("finished");
  });
});
