import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Context } from "../../context.ts";

/** How another program ended. */
export interface Ended {
  /** What a shell would give: its code, 128+n when killed by signal n, 127 for no such command, 126 when it cannot be executed. */
  code: number;
  signal: NodeJS.Signals | null;
  /** Why it could not be started at all. */
  problem: string | null;
  /** Whether we were told to end it. */
  stopped: boolean;
  durationMs: number;
  /** The end of what it wrote to stderr, when that was to be kept. */
  tail: string;
}

/** So much of the end of stderr is kept. */
const tailBytes = 64 * 1024;

/** The streams of a child may be held open by its own children: after its end they are not waited for any longer. */
const drainMs = 300;

/**
 * Runs a command with our own stdin, stdout and stderr, and passes signals on to it. With `keepTail` its stderr goes through our hands,
 * byte for byte.
 */
export async function runChild(
  ctx: Context,
  [file = "", ...args]: readonly string[],
  { keepTail }: { keepTail: boolean },
): Promise<Ended> {
  const began = process.uptime();
  // The one that cannot even be tried.
  if (file === "")
    return { code: 127, signal: null, problem: "no such command", stopped: false, durationMs: 0, tail: "" };
  const { in: stdin, out, err } = ctx.streams;
  // A terminal sends these to the child as well: it must not get them twice.
  const fromTerminal = stdin.isTTY || out.isTTY || err.isTTY ? ["SIGINT", "SIGQUIT"] : [];
  let stopped = false;
  // Before there is a child: a signal that comes first must neither end us without it nor be lost.
  const early: NodeJS.Signals[] = [];
  let pass = (name: NodeJS.Signals): void => void early.push(name);
  const release = ctx.takeSignals((name) => {
    if (name === "SIGINT" || name === "SIGTERM") stopped = true;
    if (!fromTerminal.includes(name)) pass(name);
  });
  const child = spawn(file, args, {
    env: { ...ctx.env },
    stdio: ["inherit", "inherit", keepTail ? "pipe" : "inherit"],
  });
  pass = (name) => void child.kill(name);
  for (const name of early) pass(name);
  let tail = Buffer.alloc(0);
  const drained = new Promise<void>((resolve) => {
    if (child.stderr === null) return resolve();
    child.stderr.on("data", (chunk: Buffer) => {
      tail = Buffer.concat([tail, chunk]).subarray(-tailBytes);
      child.stderr?.pause();
      void err.writeBytes(chunk).finally(() => child.stderr?.resume());
    });
    child.stderr.on("close", resolve);
  });
  try {
    const [code, signal, problem] = await new Promise<[number | null, NodeJS.Signals | null, string | null]>(
      (resolve) => {
        child.on("error", (error: NodeJS.ErrnoException) => {
          // It runs already: a signal that could not be sent is not its end.
          if (child.pid === undefined) resolve([error.code === "ENOENT" ? 127 : 126, null, startProblem(error)]);
        });
        child.on("exit", (exitCode, exitSignal) => resolve([exitCode, exitSignal, null]));
      },
    );
    const durationMs = (process.uptime() - began) * 1000;
    if (problem === null) await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, drainMs).unref())]);
    const number = signal === null ? 0 : (constants.signals[signal] ?? 0);
    return { code: code ?? 128 + number, signal, problem, stopped, durationMs, tail: tail.toString("utf8") };
  } finally {
    release();
    child.stderr?.destroy();
  }
}

function startProblem({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return "no such command";
  return code === "EACCES" ? "it is not executable" : message;
}
