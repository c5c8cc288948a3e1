import { spawn as spawnTerminal } from "@lydell/node-pty";
import { startSandbox } from "../../src/sandbox/server.ts";
import { shellEnv } from "../support/shells.ts";

/** Columns of the terminal. */
export const columns = 80;

const clock = new URL("clock.cjs", import.meta.url).pathname;
const stepMs = 12_000;

export interface Played {
  line: string;
  /** As the terminal got it, with its escape sequences. */
  output: string;
  code: number;
}

/**
 * Plays command lines one after the other on a new sandbox, each by bash in a terminal of 80 columns. It is a quarter past
 * two in the night, and twelve seconds go by between one line and the next: what is printed is the same every time.
 *
 * A line that begins with `#` is not run; from there on the sandbox breaks as `chaos` tells of that line.
 */
export async function play(lines: readonly string[], chaos: Record<string, string> = {}): Promise<Played[]> {
  let now = Date.parse("2026-11-21T02:15:00Z");
  const sandbox = await startSandbox({ port: 0, dialect: "documented", now: () => new Date(now) });
  try {
    const env = await shellEnv({
      prod: {
        provider: "opsknight",
        baseUrl: sandbox.urls.opsknight,
        apiKey: { text: sandbox.keys.opsknight.all },
        service: "svc_checkout",
        user: "usr_ada",
      },
      eu: {
        provider: "flashduty",
        baseUrl: sandbox.urls.flashduty,
        apiKey: { text: sandbox.keys.flashduty.app },
        user: "ada@sandbox.test",
      },
    });
    const played: Played[] = [];
    for (const line of lines) {
      const spec = chaos[line];
      if (spec !== undefined) await setChaos(sandbox.url, spec);
      if (line.startsWith("#")) played.push({ line, output: "", code: played.at(-1)?.code ?? 0 });
      else {
        now += stepMs;
        const at = { NODE_OPTIONS: `--require=${clock}`, README_CLOCK: new Date(now).toISOString() };
        played.push({ line, ...(await inBash(line, played.at(-1)?.code ?? 0, { ...env, ...at })) });
      }
    }
    return played;
  } finally {
    await sandbox.close();
  }
}

async function setChaos(url: string, spec: string): Promise<void> {
  const answer = await fetch(`${url}/_sandbox/chaos`, { method: "POST", body: JSON.stringify({ spec }) });
  if (!answer.ok) throw new Error(`the sandbox does not know the chaos "${spec}": ${await answer.text()}`);
}

/** Runs a line in which `$?` is the code of the one before. */
async function inBash(line: string, before: number, env: Record<string, string> & { HOME: string }) {
  const terminal = spawnTerminal("bash", ["--norc", "--noprofile", "-c", `(exit ${before})\n${line}`], {
    cols: columns,
    rows: 40,
    cwd: env.HOME,
    env,
    name: "xterm-256color",
  });
  let output = "";
  terminal.onData((chunk) => {
    output += chunk;
  });
  const code = await new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  return { output, code };
}
