import { describe, expect, it } from "vitest";
import { parseWait } from "../../src/cli/arguments/duration.ts";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

const weekMs = 7 * 86_400_000;

describe("an option that says how long to wait", () => {
  it.each([
    ["--timeout", "30d"],
    ["--max-wait", "30d"],
    ["--timeout", "1000w"],
  ])("waits for a slow response with %s %s, longer than a timer of Node can be", async (option, length) => {
    const vendor = await fakeVendor();
    vendor.handle("GET /api/services", async (_, response) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      response.setHeader("content-type", "application/json").end('{"services":[]}');
    });
    const { opsknight } = profilesAt(vendor.url);
    const result = await run(`services list --json ${option} ${length}`, { profiles: { opsknight } });
    expect(result).toMatchObject({ code: ExitCode.ok, stdout: "[]\n", stderr: "" });
    expect(vendor.requests).toHaveLength(1);
  });

  it("is taken for a week when it is longer", () => {
    expect([parseWait("6d"), parseWait("1w"), parseWait("30d"), parseWait("99999999w")]).toEqual([
      ...[6 * 86_400_000, weekMs, weekMs, weekMs],
    ]);
  });

  it.each(["0", "0s"])("is exit 2 with --timeout %s, which would leave no time for a response", async (none) => {
    const { code, stderr } = await run(`services list --timeout ${none}`, {
      profiles: profilesAt("http://127.0.0.1:1"),
    });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("Expected a duration above 0");
  });
});
