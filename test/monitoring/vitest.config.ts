import { defineConfig } from "vitest/config";

/** The stories with real monitoring systems: `npm run test:monitoring`. */
export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    include: ["test/monitoring/*.story.ts"],
    // What hangs ends; each wait has a bound of its own.
    testTimeout: 150_000,
    hookTimeout: 60_000,
    env: { TZ: "UTC" },
  },
});
