import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date("2026-03-11T12:00:00Z");

describe("a span that cannot be", () => {
  it.each([
    ["schedules shifts --for 0", "Expected a duration above 0"],
    ["schedules rota --for 0s", "Expected a duration above 0"],
    ["oncall --for 0", "Expected a duration above 0"],
    ["oncall take --for 0 --yes", "Expected a duration above 0"],
    ["silences add --service 1 --for 0 --yes", "Expected a duration above 0"],
    ["incidents list --since 2026-03-10 --until 2026-03-09", "--since 2026-03-10 is not before --until 2026-03-09"],
    ["changes list --since 1h --until 3h", "is not before --until"],
    ["stats --since tomorrow", "is not before --until"],
    ["handoff --since tomorrow", "--since tomorrow is in the future"],
    ["oncall --tz Mars/Olympus", 'unknown time zone "Mars/Olympus"'],
    ["schedules shifts --tz Europe/Berln", 'unknown time zone "Europe/Berln"'],
    ["prompt --tz Mars/Olympus", 'unknown time zone "Mars/Olympus"'],
    ["oncall -p flashduty,nobody", 'unknown profile "nobody"'],
    ["status -p flashduty,nobody", 'unknown profile "nobody"'],
    ["stats -p flashduty,nobody", 'unknown profile "nobody"'],
    ["handoff -p flashduty,nobody", 'unknown profile "nobody"'],
    ["incidents watch -p flashduty,nobody", 'unknown profile "nobody"'],
    ["keys validate -p flashduty,nobody", 'unknown profile "nobody"'],
  ])("or a profile that is not there is exit 2 with the reason, before any request: %s", async (line, reason) => {
    const vendor = await fakeVendor();
    const { code, stdout, stderr } = await run(line, {
      profiles: { flashduty: profilesAt(vendor.url).flashduty },
      now,
    });
    expect({ code, stdout, requests: vendor.requests }).toEqual({ code: ExitCode.usage, stdout: "", requests: [] });
    expect(stderr).toContain(reason);
  });
});
