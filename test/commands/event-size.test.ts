import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

describe("details that no request can hold", () => {
  const tooMuch = 10 * 1024 * 1024;

  async function sendDetails(details: object): Promise<{ code: number; stderr: string; bytes: number; sent: object }> {
    const vendor = await fakeVendor();
    vendor.reply("POST /api/events", 202, { status: "success", result: { action: "triggered" } });
    const { code, stderr } = await run('events trigger "Disk full" --dedup-key k --details -', {
      profiles: profilesAt(vendor.url),
      stdin: JSON.stringify(details),
    });
    const [{ body, headers } = {}] = vendor.requests;
    const { payload } = body as { payload: { custom_details: object } };
    return { code, stderr, bytes: Number(headers?.["content-length"]), sent: payload.custom_details };
  }

  it("are cut with a warning, the longest ones: the event goes out", async () => {
    const { code, stderr, bytes, sent } = await sendDetails({
      host: "web-01",
      log: "é".repeat(tooMuch / 2),
      last: "x",
    });
    expect(code).toBe(ExitCode.ok);
    expect(bytes).toBeLessThan(tooMuch);
    expect(sent).toMatchObject({ host: "web-01", last: "x", log: expect.stringMatching(/^é+…$/) });
    expect(stderr).toContain("details.log is too long, and OpsKnight takes 10 MiB in all: it is cut\n");
  });

  it("are left out from the end when there are too many of them", async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`d${n}`, "x".repeat(50_000)]));
    const { code, stderr, bytes, sent } = await sendDetails(many);
    expect(code).toBe(ExitCode.ok);
    expect(bytes).toBeLessThan(tooMuch);
    expect(sent).toHaveProperty("d0");
    expect(sent).not.toHaveProperty("d299");
    expect(stderr).toContain("are left out\n");
  });

  it("are as they were when they fit", async () => {
    const details = { log: "é".repeat(tooMuch / 2 - 100_000) };
    const { sent, stderr } = await sendDetails(details);
    expect({ same: isDeepStrictEqual(sent, details), stderr }).toEqual({
      same: true,
      stderr: "to resolve it: onduty events resolve k\n",
    });
  });
});
