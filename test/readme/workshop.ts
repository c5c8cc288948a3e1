import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { launch } from "../support/process.ts";
import { tempDir } from "../support/temp-dir.ts";

/** What is looked at of an incident that the sandbox holds in the end. */
export interface Kept {
  id: string;
  title: string;
  status: string;
  urgency: string;
  dedupKey: string | null;
}

interface KeptState {
  opsknight: { incidents: Kept[] };
  flashduty: { incidents: Kept[]; changes: { body: Record<string, unknown> }[] };
}

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a text as a file of a shell: `bash -e FILE`. */
export async function runShell(
  shell: readonly [file: string, ...args: string[]],
  text: string,
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Promise<Ended> {
  const file = join(await tempDir(), "script");
  await writeFile(file, text);
  const [program, ...args] = shell;
  return new Promise((resolve) => {
    execFile(program, [...args, file], { cwd, env, timeout: 15_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}

/**
 * A checkout with scripts of which those named in `FAILS` fail, and with the one that installs onduty, which puts it into `bin`
 * instead of fetching it.
 */
export async function checkout(): Promise<string> {
  const folder = await tempDir();
  for (const name of ["bin", "ci", "built"]) await mkdir(join(folder, name));
  await writeProgram(join(folder, "built/onduty"), `exec ${launch.map((word) => `'${word}'`).join(" ")} "$@"`);
  await writeProgram(join(folder, "ci/install-onduty.sh"), "cp built/onduty bin/onduty");
  for (const name of ["test.sh", "deploy.sh", "backup.sh", "restore-test.sh"])
    await writeProgram(join(folder, name), `echo "$0 $*"\ncase " $FAILS " in *" ${name} "*) exit 3 ;; esac`);
  return folder;
}

export async function writeProgram(file: string, text: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
}

/** A sandbox whose state outlives it, so that it can be looked at. */
export async function keepingSandbox() {
  const dataFile = join(await tempDir(), "sandbox.json");
  return {
    /** Serves while `work` runs. */
    async serve<Done>(work: (sandbox: Sandbox) => Promise<Done>): Promise<Done> {
      const sandbox = await startSandbox({ port: 0, dialect: "documented", dataFile });
      try {
        return await work(sandbox);
      } finally {
        await sandbox.close();
      }
    },
    /** What it holds now, without what it began with. */
    async state(): Promise<{ opsknight: Kept[]; flashduty: Kept[]; changes: Record<string, unknown>[] }> {
      const { opsknight, flashduty } = JSON.parse(await readFile(dataFile, "utf8")) as KeptState;
      const own = ({ incidents }: { incidents: Kept[] }) =>
        incidents.filter(({ dedupKey }) => dedupKey?.startsWith("seed-") !== true);
      return {
        opsknight: own(opsknight),
        flashduty: own(flashduty),
        changes: flashduty.changes.map(({ body }) => body),
      };
    },
  };
}
