import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run, runAndRead } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

/* A service that is switched off: PagerDuty takes its events with a 202, and drops them. */

const apiKey = { text: "u+fakeKEYnotreal0001" };
const integrationKey = { text: "0123fake89abcdef0123456789abcdef" };

async function setUp(profile: object = { service: "PSPAY01" }) {
  const vendor = await fakeVendor();
  vendor.reply("POST /v2/enqueue", 202, { status: "success", message: "Event processed", dedup_key: "k" });
  const pd = { provider: "pagerduty", baseUrl: vendor.url, apiKey, integrationKey, ...profile };
  const onduty = (line: string, options: object = {}) =>
    runAndRead(`${line} --max-wait 0`, { profiles: { pd }, ...options });
  const isService = (status: string) =>
    vendor.reply("GET /services/PSPAY01", 200, { service: { id: "PSPAY01", name: "Payments API", status } });
  return { vendor, onduty, isService };
}

describe("an event of a PagerDuty service that is switched off", () => {
  it.each([
    ["maintenance", '"Payments API" is in maintenance', "onduty silences list"],
    ["disabled", '"Payments API" is disabled', "onduty services list"],
  ])("is reported as dropped: %s", async (status, why, look) => {
    const { onduty, isService } = await setUp();
    isService(status);
    const { code, stdout, stderr } = await onduty("events trigger x --dedup-key k --json");
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject({ delivery: "delivered", result: "ignored", message: expect.any(String) });
    expect(stderr).toContain(`${why}, and PagerDuty dropped the event: nobody is notified`);
    expect(stderr).toContain(look);
    const asked = await onduty("events trigger x --dedup-key k --exit-status");
    expect(asked.code).toBe(ExitCode.no);
  });

  it("leaves open what it was to resolve, and that is reported", async () => {
    const { onduty, isService } = await setUp();
    isService("maintenance");
    const { code, stderr } = await onduty("events resolve k --exit-status");
    expect(code).toBe(ExitCode.no);
    expect(stderr).toContain("PagerDuty dropped the event: what is open stays open");
  });

  it("may be dropped where the service of the key is not known, and others are in maintenance", async () => {
    const { vendor, onduty } = await setUp({});
    const window = (id: string, name: string) => ({
      id: `W${id}`,
      start_time: new Date(Date.now() - 60_000).toISOString(),
      end_time: new Date(Date.now() + 60_000).toISOString(),
      services: [{ id, summary: name }],
    });
    vendor.reply("GET /maintenance_windows", 200, {
      maintenance_windows: [window("P1", "Payments API"), window("P2", "Search")],
      more: false,
    });
    const { code, stdout, stderr } = await onduty("events trigger x --dedup-key k --json");
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject({ result: null, message: expect.stringContaining('"Search"') });
    expect(stderr).toContain(
      '"Payments API" and "Search" are in maintenance; if the integration key is of one of them, PagerDuty dropped the event',
    );
    expect(stderr).toContain("onduty profiles edit pd --service ID");
  });

  it("may be dropped where an orchestration decides its service, whatever the profile names", async () => {
    const { vendor, onduty } = await setUp({
      service: "PSPAY01",
      integrationKey: { text: "R123fake89abcdef0123456789abcdef" },
    });
    const times = {
      start_time: new Date(Date.now() - 60_000).toISOString(),
      end_time: new Date(Date.now() + 60_000).toISOString(),
    };
    const services = [{ id: "PSPAY01", summary: "Payments API" }];
    vendor.reply("GET /maintenance_windows", 200, {
      maintenance_windows: [{ id: "W1", ...times, services }],
      more: false,
    });
    const { stdout, stderr } = await onduty("events trigger x --dedup-key k --json");
    expect(JSON.parse(stdout)).toMatchObject({ result: null });
    expect(stderr).toContain('"Payments API" is in maintenance; if the event is of it, PagerDuty dropped it');
    expect(stderr).not.toContain("profiles edit");
  });

  it("is counted among many, and the reason is printed once", async () => {
    const { vendor, onduty, isService } = await setUp();
    isService("maintenance");
    const lines = Array.from({ length: 5 }, (_, index) => JSON.stringify({ action: "trigger", summary: `s${index}` }));
    const { code, stderr } = await onduty("events send", { stdin: lines.join("\n") });
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain("5 of them dropped by the vendor");
    expect(stderr.match(/is in maintenance/g)).toHaveLength(1);
    expect(vendor.requests.filter(({ method }) => method === "GET")).toHaveLength(1);
  });

  it.each([
    ["active", 200],
    ["", 404],
    ["", 500],
    ["", 429],
  ])("is no reason to doubt one that is %s (%i), nor to wait", async (status, code) => {
    const { vendor, onduty } = await setUp();
    vendor.reply("GET /services/PSPAY01", code, { service: { id: "PSPAY01", name: "x", status } });
    const result = await onduty("events trigger x --dedup-key k --json");
    expect(result).toMatchObject({ code: ExitCode.ok, stderr: expect.not.stringContaining("maintenance") });
    expect(JSON.parse(result.stdout)).toMatchObject({ delivery: "delivered", result: null, message: null });
  });

  it("is asked about while the event is under way", async () => {
    const vendor = await fakeVendor();
    const service = { id: "PSPAY01", name: "Payments API", status: "maintenance" };
    vendor.reply("GET /services/PSPAY01", 200, { service });
    vendor.handle("POST /v2/enqueue", async (_, response) => {
      const isAsked = (): boolean => vendor.requests.some(({ method }) => method === "GET");
      await expect.poll(isAsked, { timeout: 5000 }).toBe(true);
      response.writeHead(202).end('{"status":"success","dedup_key":"k"}');
    });
    const pd = { provider: "pagerduty", baseUrl: vendor.url, apiKey, integrationKey, service: "PSPAY01" };
    const { stdout } = await run("events trigger x --dedup-key k --json --max-wait 0", { profiles: { pd } });
    expect(JSON.parse(stdout)).toMatchObject({ delivery: "delivered", result: "ignored" });
    expect(vendor.requests).toHaveLength(2);
  });

  it("is not asked about without an API key, with --dry-run, nor for a deploy", async () => {
    const { vendor, onduty, isService } = await setUp();
    isService("maintenance");
    vendor.reply("POST /v2/change/enqueue", 202, { status: "success" });
    const keyless = { provider: "pagerduty", baseUrl: vendor.url, integrationKey, service: "PSPAY01" };
    await run("events trigger x --dedup-key k", { profiles: { pd: keyless } });
    await onduty("events trigger x --dedup-key k --dry-run");
    await onduty("deploy web --status started");
    expect(vendor.requests.filter(({ method }) => method === "GET")).toEqual([]);
  });

  it("is reported where a window of the service has begun by silences add", async () => {
    const { home } = await sandbox();
    const onduty = (line: string) => run(`${line} -p sandbox-pagerduty`, { home });
    await onduty("silences add --service Checkout --for 30m --yes");
    const { code, stderr } = await onduty("events trigger x --dedup-key k");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('"Checkout" is in maintenance, and PagerDuty dropped the event'),
    });
  });
});
