import { type ChildProcess, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { onTestFinished } from "vitest";
import { tempDir } from "../support/temp-dir.ts";

/** Bundles a script that may import from `src/`, and gives its file. */
export async function bundle(source: string): Promise<string> {
  const dir = await tempDir();
  const file = join(dir, "script.mjs");
  const root = join(import.meta.dirname, "../..");
  const entry = { contents: source, resolveDir: root, loader: "ts" } as const;
  const made = await build({ stdin: entry, bundle: true, platform: "node", format: "esm", write: false });
  await writeFile(file, made.outputFiles[0]?.text ?? "");
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
