import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { onTestFinished } from "vitest";
import { tempDir } from "../support/temp-dir.ts";

/** Bundles a script that may import from `src/`, and gives its file. */
export async function bundle(source: string): Promise<string> {
  const file = join(await tempDir(), "script.mjs");
  const entry = join(import.meta.dirname, "../../script.ts");
  const bundler = await rolldown({
    input: entry,
    platform: "node",
    plugins: [
      {
        name: "script",
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? source : null),
      },
    ],
  });
  await bundler.write({ file, format: "esm", codeSplitting: false });
  await bundler.close();
  return file;
}

/** Runs a bundled script as a process of its own; it ends with the test. */
export function start(
  script: string,
  ...args: string[]
): { child: ChildProcess; done: Promise<{ code: number | null; stdout: string }> } {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout?.on("data", (chunk) => {
    stdout += String(chunk);
  });
  const done = new Promise<{ code: number | null; stdout: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, stdout }));
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await done;
  });
  return { child, done };
}
