import { subscribe } from "node:diagnostics_channel";
import { afterEach, expect } from "vitest";

const counted = globalThis as { startedProcesses?: number };

// Files share a worker: it is asked once.
if (counted.startedProcesses === undefined) {
  counted.startedProcesses = 0;
  subscribe("child_process", () => {
    counted.startedProcesses = (counted.startedProcesses ?? 0) + 1;
  });
}

/** What starts a process belongs into a file `*.process.test.ts`. */
afterEach(() => {
  const started = counted.startedProcesses;
  counted.startedProcesses = 0;
  expect(started, "processes that a test of the project unit has started").toBe(0);
});
