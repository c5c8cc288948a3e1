import { availableParallelism } from "node:os";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

type Settings = NonNullable<TestProjectInlineConfiguration["test"]>;

/** What holds for every project. */
const common: Settings = {
  setupFiles: ["test/support/table-as-built.ts"],
  // Files share a worker, and with it what they import: tests clean up by onTestFinished, and leave nothing in a module.
  isolate: false,
  // Nothing fails because a machine is busy; what hangs does.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // Long enough for a machine that is busy with something else; what holds at once is not waited for.
  expect: { poll: { timeout: 30_000 } },
  // What a developer's own shell sets must not reach the commands under test.
  env: { TZ: "UTC" },
};

const project = (name: string, settings: Settings): TestProjectInlineConfiguration => ({
  test: { ...common, ...settings, name },
});

const processes = "test/**/*.process.test.ts";
const terminals = "test/**/*.terminal.test.ts";

export default defineConfig({
  test: {
    // What was transformed once is kept, by content, beside the packages: half of the time of a run is transforming.
    experimental: { fsModuleCache: true },
    globalSetup: ["test/support/run-folder.ts"],
    // The tests wait for processes and servers most of the time.
    maxWorkers: 2 * availableParallelism(),
    projects: [
      /** What is seen in one process: real files and sockets on this machine, and no other process. */
      project("unit", {
        include: ["test/**/*.test.ts"],
        exclude: [processes, terminals],
        setupFiles: [...(common.setupFiles ?? []), "test/support/unit.ts"],
        // Tests run much code a few times: a sixth of the processor time went into optimizing what was hardly used afterwards.
        execArgv: process.versions.v8.startsWith("11.") ? ["--interrupt-budget=1000000"] : [],
        // In one process, what is waited for comes within milliseconds.
        expect: { poll: { ...common.expect?.poll, interval: 10 } },
      }),
      /** What takes real processes: the program as it is installed, shells, signals, crashes. */
      project("process", { include: [processes] }),
      /** What takes a pseudo-terminal. */
      project("terminal", { include: [terminals] }),
    ],
  },
});
