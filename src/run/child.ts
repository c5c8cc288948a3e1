import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { constants } from "node:os";
import type { Context } from "../context.ts";
import { standalone } from "../standalone.ts";
import { makePipe } from "./pipe.ts";
import { relay } from "./relay.ts";

/** How another program ended. */
export interface Ended {
  /** The exit code as in a shell: its code, 128+n when killed by signal n, 127 for command not found, 126 if not executable. */
  code: number;
  signal: NodeJS.Signals | null;
  /** Why it could not be started at all. */
  problem: string | null;
  /** Whether a signal to us ended it. */
  stopped: boolean;
  durationMs: number;
  /** The end of what it wrote to stderr, when that was to be kept. */
  tail: string;
}

/** Bytes of the longest name of a file. Source: `NAME_MAX` of Linux and macOS. */
const maxNameBytes = 255;

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
  // Check this first: for a name that is too long, the stand-alone executable reports "file not found".
  if (file === "") return notStarted({ code: "ENOENT" });
  if (file.split("/").some((part) => Buffer.byteLength(part) > maxNameBytes))
    return notStarted({ code: "ENAMETOOLONG" });
  const { in: stdin, out, err } = ctx.streams;
  // A terminal sends these to the child as well: it must not get them twice.
  const fromTerminal = stdin.isTTY || out.isTTY || err.isTTY ? ["SIGINT", "SIGQUIT"] : [];
  let stopped = false;
  // Listen before the child starts: an early signal must neither end this process alone nor be lost.
  const early: NodeJS.Signals[] = [];
  let pass = (name: NodeJS.Signals): void => void early.push(name);
  const release = ctx.takeSignals((name) => {
    if (name === "SIGINT" || name === "SIGTERM") stopped = true;
    if (!fromTerminal.includes(name)) pass(name);
  });
  // The stand-alone executable has its own node:net, which does not support this.
  const pipe = keepTail && standalone === undefined ? makePipe() : undefined;
  let child: ChildProcess;
  try {
    child = spawn(file, args, {
      env: { ...ctx.env },
      stdio: ["inherit", "inherit", pipe?.fd ?? (keepTail ? "pipe" : "inherit")],
    });
  } catch (error) {
    // Some of what keeps a program from being started comes as an event, the rest at once.
    release();
    pipe?.from.destroy();
    return notStarted(error as NodeJS.ErrnoException);
  } finally {
    if (pipe !== undefined) closeSync(pipe.fd);
  }
  pass = (name) => void child.kill(name);
  for (const name of early) pass(name);
  const from = pipe?.from ?? child.stderr;
  const errors = from === null ? undefined : relay(from, err);
  try {
    const [code, signal, problem] = await new Promise<[number | null, NodeJS.Signals | null, string | null]>(
      (resolve) => {
        child.on("error", (error: NodeJS.ErrnoException) => {
          // The child already runs: failing to send it a signal does not mean that it has ended.
          if (child.pid === undefined) resolve([error.code === "ENOENT" ? 127 : 126, null, startProblem(error)]);
        });
        child.on("exit", (exitCode, exitSignal) => resolve([exitCode, exitSignal, null]));
      },
    );
    const durationMs = (process.uptime() - began) * 1000;
    if (problem === null) await errors?.drained();
    const number = signal === null ? 0 : (constants.signals[signal] ?? 0);
    return { code: code ?? 128 + number, signal, problem, stopped, durationMs, tail: errors?.tail() ?? "" };
  } finally {
    release();
    from?.destroy();
  }
}

function notStarted(error: Pick<NodeJS.ErrnoException, "code"> & { message?: string }): Ended {
  const code = error.code === "ENOENT" ? 127 : 126;
  return { code, signal: null, problem: startProblem(error), stopped: false, durationMs: 0, tail: "" };
}

const startProblems: Record<string, string> = {
  ENOENT: "no such command",
  EACCES: "it is not executable",
  ENOTDIR: "a part of its path is not a folder",
  ENAMETOOLONG: "its name is too long",
  E2BIG: "its arguments and the environment are too long",
};

function startProblem({ code = "", message }: { code?: string | undefined; message?: string }): string {
  return startProblems[code] ?? message ?? code;
}
