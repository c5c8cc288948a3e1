import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statfsSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A process that still runs. */
interface Running {
  pid: number;
  command: string;
  folder: string;
}

/** Names the folder in memory, if there is one. */
export const memoryFolder = "VITEST_MEMORY_FOLDER";

const leastBytes = 512 * 1024 * 1024;

/** How long a process may take to end by itself when the tests are over: some go on for a moment in the background. */
const graceMs = 5000;

/**
 * Gives this run a folder for temporary files of its own, which marks whatever the tests start: a process has it in its
 * environment, as HOME or TMPDIR, in its command line, or works in it. Fails the run when such a process is left.
 */
export default function setup(): () => Promise<void> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "onduty-run-"));
  // Some tests run the program as another user.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  const inMemory = folderInMemory();
  if (inMemory !== undefined) process.env[memoryFolder] = inMemory;
  return async () => {
    const left = await leftProcesses(folder);
    for (const { pid } of left) end(pid);
    for (const one of [folder, inMemory ?? folder]) rmSync(one, { recursive: true, force: true, maxRetries: 5 });
    if (left.length === 0) return;
    // An error here is printed by vitest, and does not fail the run.
    process.exitCode = 1;
    throw new Error(`the tests left processes behind:\n${left.map(describe).join("\n")}`);
  };
}

/** A folder whose files are in memory, where there is room for them: in a container there may be none. */
function folderInMemory(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm");
    return bavail * bsize < leastBytes ? undefined : mkdtempSync("/dev/shm/onduty-run-");
  } catch {
    return undefined;
  }
}

async function leftProcesses(mark: string): Promise<Running[]> {
  const until = performance.now() + graceMs;
  while (true) {
    const left = marked(mark);
    if (left.length === 0 || performance.now() > until) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Processes with this mark, without the workers of vitest, which are children of this one. Only Linux has `/proc`. */
function marked(mark: string): Running[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      const folder = readlinkSync(`/proc/${pid}/cwd`);
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
      if (parentOf(pid) === process.pid || ![command, folder, environment].some((text) => text.includes(mark)))
        return [];
      return { pid, command, folder };
    } catch {
      // It has ended meanwhile, is a zombie, or is somebody else's.
      return [];
    }
  });
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was quicker.
  }
}

function describe({ pid, command, folder }: Running): string {
  return `  ${pid} in ${folder}: ${command}`;
}
