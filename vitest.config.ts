import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/one-string-width.ts"],
    globalSetup: ["test/support/left-processes.ts"],
    // Nothing fails because a machine is busy; what hangs does.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The tests wait for processes and servers most of the time.
    maxWorkers: 2 * availableParallelism(),
    // Files share a worker, and with it what they import: tests clean up by onTestFinished, and leave nothing in a module.
    isolate: false,
    // Long enough for a machine that is busy with something else; what holds at once is not waited for.
    expect: { poll: { timeout: 10_000 } },
    // What a developer's own shell sets must not reach the commands under test.
    env: { TZ: "UTC" },
  },
});
