import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { runAndRead as run } from "../support/harness.ts";

describe("keys validate", () => {
  it.each([
    [
      "its command fails",
      { apiKey: { command: "sh -c 'printf sk_test_fake_%s le''ak; exit 7'" } },
      '"sh" ended with 7',
    ],
    ["its command prints nothing", { apiKey: { command: "true" } }, "is empty"],
  ])("says missing when %s", async (_, keys, message) => {
    const profiles = { prod: { provider: "flotiq", baseUrl: "http://127.0.0.1:1", ...keys } };
    const { code, stdout, stderr } = await run("keys validate --json", { profiles });
    expect(JSON.parse(stdout)).toMatchObject([{ profile: "prod", status: "missing", latencyMs: null }]);
    expect(stderr).toContain(message);
    expect(stdout + stderr).not.toContain("leak");
    expect(code).toBe(ExitCode.auth);
  });
});
