import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { fakeVendor } from "../support/vendor.ts";

const hour = 3_600_000;

/** OpsKnight with one open incident that is half an hour old by its own clock. */
async function vendorAhead(aheadMs: number) {
  const vendor = await fakeVendor();
  const at = Date.now() + aheadMs;
  const headers = { date: new Date(at).toUTCString() };
  const time = (ms: number): string => new Date(at + ms).toISOString();
  const row = { id: "inc_1", title: "Disk full", status: "OPEN", urgency: "HIGH", created_at: time(-hour / 2) };
  const pagination = { total: 1, limit: 50, offset: 0, has_more: false };
  vendor.reply("GET /api/incidents", 200, { data: [row], pagination }, headers);
  const schedule = { id: "sch_1", name: "Primary", time_zone: "UTC" };
  vendor.reply("GET /api/schedules", 200, { data: [schedule], pagination }, headers);
  const shift = { user: { id: "u_1", name: "Ada" }, start: time(-hour), end: time(hour) };
  vendor.reply("GET /api/schedules/sch_1/on-call", 200, { data: { on_call: [shift] } }, headers);
  const env = { ONDUTY_PROVIDER: "opsknight", ONDUTY_BASE_URL: vendor.url, ONDUTY_API_KEY: "sk_test_fake_key_0001" };
  return (line: string) => run(line, { env });
}

describe("on a machine whose clock is wrong", () => {
  it("no match of a span of time is not proof that nothing is open", async () => {
    const command = await vendorAhead(-3 * hour);
    const { code, stdout, stderr } = await command("incidents list --since 1h --exit-status");
    expect({ code, stdout }).toEqual({ code: ExitCode.partial, stdout: "" });
    expect(stderr).toContain("the clock of this machine is 180 min ahead of the server's");
  });

  it("a clock that is behind is named too", async () => {
    const command = await vendorAhead(3 * hour);
    const { code, stderr } = await command("incidents list --until 1h --exit-status");
    expect(code).toBe(ExitCode.partial);
    expect(stderr).toContain("the clock of this machine is 180 min behind the server's");
  });

  it("a count of nothing in a span is incomplete", async () => {
    const command = await vendorAhead(-3 * hour);
    const { code, stderr } = await command("stats --since 1h");
    expect(code).toBe(ExitCode.partial);
    expect(stderr).toContain("the clock of this machine is 180 min ahead of the server's");
  });

  it("a list that depends on no clock is complete", async () => {
    const command = await vendorAhead(-3 * hour);
    expect(await command("incidents list --query nothing")).toMatchObject({ code: ExitCode.ok });
    expect(await command("incidents list")).toMatchObject({ code: ExitCode.ok, stderr: "" });
  });

  it("whom OpsKnight names is on call, by its own clock", async () => {
    const command = await vendorAhead(3 * hour);
    const { stdout, stderr } = await command("oncall");
    expect({ stdout, stderr }).toMatchObject({ stdout: expect.stringContaining("Ada"), stderr: "" });
  });
});
