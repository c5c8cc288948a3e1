import { subscribe } from "node:diagnostics_channel";
import { afterEach } from "vitest";
import { memoryFolder } from "./run-folder.ts";

const counted = globalThis as { startedProcesses?: number };

// Files share a worker: it is asked once.
if (counted.startedProcesses === undefined) {
  counted.startedProcesses = 0;
  subscribe("child_process", () => {
    counted.startedProcesses = (counted.startedProcesses ?? 0) + 1;
  });
  // Nothing here has to be a program, and the disk is what most of these tests would wait for.
  process.env.TMPDIR = process.env[memoryFolder] ?? process.env.TMPDIR;
}

/** What starts a process belongs into a file `*.process.test.ts`. */
afterEach(() => {
  const started = counted.startedProcesses;
  counted.startedProcesses = 0;
  if (started !== 0) throw new Error(`a test of the project "unit" has started ${started} processes`);
});
