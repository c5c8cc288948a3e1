import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/one-string-width.ts"],
    testTimeout: 20_000,
    // Long enough for a machine that is busy with something else; what holds at once is not waited for.
    expect: { poll: { timeout: 10_000 } },
    // What a developer's own shell sets must not reach the commands under test.
    env: { TZ: "UTC" },
  },
});
