import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date("2026-11-28T22:00:00Z");

async function setUp({ key = "u+fakeKEYnotreal0001", user }: { key?: string; user?: string } = {}) {
  const vendor = await fakeVendor();
  const apiKey = { text: key };
  const service = "PSPAY01";
  const integrationKey = { text: "0123fake89abcdef0123456789abcdef" };
  const pd = {
    provider: "pagerduty",
    baseUrl: vendor.url,
    apiKey,
    integrationKey,
    service,
    ...(user !== undefined && { user }),
  };
  const onduty = (line: string) => run(`${line} --max-wait 0`, { profiles: { pd }, now });
  const writes = () => vendor.requests.filter(({ method }) => method !== "GET");
  return { vendor, onduty, writes };
}

const reference = (id: string, summary: string) => ({ id, type: "service_reference", summary });
const window = {
  id: "PW98YIO",
  type: "maintenance_window",
  summary: "Disks",
  description: "Disks are replaced",
  start_time: "2026-11-28T16:00:00-05:00",
  end_time: "2026-11-28T18:00:00-05:00",
  services: [reference("PSPAY01", "Payments API"), reference("PSSRCH2", "Search")],
};
const services = { services: [{ id: "PSPAY01", name: "Payments API" }], more: false };

describe("silences on PagerDuty", () => {
  it("are its maintenance windows, one for each service of a window", async () => {
    const { vendor, onduty } = await setUp();
    const ended = { ...window, id: "PWENDED", end_time: "2026-11-28T21:59:00Z" };
    const ahead = { ...window, id: "PWAHEAD", start_time: "2026-11-28T22:30:00Z", services: [window.services[1]] };
    vendor.reply("GET /maintenance_windows", 200, { maintenance_windows: [window, ended, ahead], more: false });
    const { code, stdout } = await onduty("silences list --json");
    const common = { match: [], reason: "Disks are replaced", until: "2026-11-28T23:00:00.000Z" };
    expect({ code, rows: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      rows: [
        { id: "PW98YIO", service: { id: "PSPAY01", name: "Payments API" }, active: true, ...common },
        { id: "PW98YIO", service: { id: "PSSRCH2", name: "Search" }, active: true, ...common },
        { id: "PWAHEAD", service: { id: "PSSRCH2", name: "Search" }, active: false, ...common },
      ],
    });
    expect(vendor.requests[0]?.query.filter).toBe("open");
  });

  it("of one service are listed without the other services of their windows", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply("GET /services", 200, services);
    vendor.reply("GET /maintenance_windows", 200, { maintenance_windows: [window], more: false });
    const { stdout } = await onduty("silences list --service PSPAY01 --json");
    expect(JSON.parse(stdout)).toMatchObject([{ id: "PW98YIO", service: { id: "PSPAY01" } }]);
    expect(vendor.requests.at(-1)?.query["service_ids[]"]).toBe("PSPAY01");
  });

  it("that could not all be read are never reported as none", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply("GET /maintenance_windows", 200, { maintenance_windows: [], more: true });
    const { code, stdout, stderr } = await onduty("silences list");
    expect({ code, stdout, stderr }).toEqual({
      code: ExitCode.partial,
      stdout: "",
      stderr: "warning: this list is not complete: the server reports more rows, but returns none\n",
    });
  });

  it("fail where the response has no list, and where the route is not there", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply("GET /maintenance_windows", 200, {});
    expect(await onduty("silences list")).toMatchObject({ code: ExitCode.failure, stdout: "" });
    vendor.reply("GET /maintenance_windows", 404, { error: { message: "Not Found", code: 2100 } });
    const { code, stderr } = await onduty("silences list");
    expect(code).toBe(ExitCode.failure);
    expect(stderr).toContain("check the base URL");
  });

  it("are added in the name of a user", async () => {
    const { vendor, onduty, writes } = await setUp({ key: "fakeAccountKey000001", user: "mina@example.com" });
    vendor.reply("GET /services", 200, services);
    vendor.reply("POST /maintenance_windows", 201, { maintenance_window: window });
    const { code, stderr } = await onduty('silences add --service PSPAY01 --for 1h --reason "Disks" --yes');
    expect({ code, stderr }).toEqual({ code: 0, stderr: "to end it: onduty silences remove PW98YIO\n" });
    const sent = {
      type: "maintenance_window",
      start_time: "2026-11-28T22:00:00Z",
      end_time: "2026-11-28T23:00:00Z",
      description: "Disks",
      services: [{ id: "PSPAY01", type: "service_reference" }],
    };
    expect(writes()).toMatchObject([{ body: { maintenance_window: sent }, headers: { from: "mina@example.com" } }]);
  });

  it.each([
    ["is not complete", 200, { services: [{ id: "PSSRCH2", name: "Search" }], more: true }],
    ["may not be read", 403, { error: { message: "Access Denied", code: 2010 } }],
  ])("are added by the id of a service where the list of services %s", async (_, status, body) => {
    const { vendor, onduty, writes } = await setUp({ user: "mina@example.com" });
    vendor.reply("GET /services", status, body).reply("GET /services", 200, { services: [], more: true });
    vendor.reply("POST /maintenance_windows", 201, { maintenance_window: window });
    expect(await onduty("silences add --service PSPAY01 --for 1h --yes")).toMatchObject({ code: 0 });
    expect(writes()).toMatchObject([{ body: { maintenance_window: { services: [{ id: "PSPAY01" }] } } }]);
  });

  it("by labels are refused, and nothing is written", async () => {
    const { vendor, onduty, writes } = await setUp();
    vendor.reply("GET /services", 200, services);
    const { code, stderr } = await onduty("silences add --service PSPAY01 --match host=db-1 --for 1h");
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("leave out --match");
    expect(writes()).toEqual([]);
  });

  it("are confirmed by --yes alone where nobody can be asked", async () => {
    const { vendor, onduty, writes } = await setUp();
    vendor.reply("GET /services", 200, services);
    const { code, stderr } = await onduty("silences add --service PSPAY01 --for 1h");
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toMatch(/^hint: --yes, for all alerts of the service$/m);
    expect(writes()).toEqual([]);
  });

  it("that may have been added are never added again, and that is reported", async () => {
    const { vendor, onduty, writes } = await setUp();
    vendor.reply("GET /services", 200, services).reply("GET /users/me", 200, { user: { id: "PUMINA1" } });
    vendor.reply("POST /maintenance_windows", 502, "<html>");
    const { code, stderr } = await onduty("silences add --service PSPAY01 --for 1h --yes --max-wait 5s");
    expect(code).toBe(ExitCode.failure);
    expect(stderr).toContain("it may have been added");
    expect(writes()).toHaveLength(1);
  });

  it("are ended before their time; one that is over is not found, and no user is needed for it", async () => {
    const { vendor, onduty } = await setUp({ key: "fakeAccountKey000001" });
    vendor.reply("DELETE /maintenance_windows/PW98YIO", 204);
    vendor.reply("DELETE /maintenance_windows/PWOVER1", 405, { error: { message: "Method Not Allowed", code: 2001 } });
    expect(await onduty("silences remove PW98YIO")).toMatchObject({ code: 0, stdout: "PW98YIO\tremoved\t\n" });
    const { code, stderr } = await onduty("silences remove PWOVER1");
    expect(code).toBe(ExitCode.notFound);
    expect(stderr).toContain("has ended already");
  });

  it("begin and end with a deploy", async () => {
    const { home } = await sandbox();
    const onduty = (line: string) => run(`${line} -p sandbox-pagerduty`, { home });
    const deploy = (status: string) => onduty(`deploy --status ${status} --change-key web-7 --silence 30m`);
    const rows = async () => JSON.parse((await onduty("silences list --json")).stdout);
    expect(await deploy("started")).toMatchObject({ code: 0 });
    expect(await rows()).toMatchObject([{ service: { name: "Checkout" }, reason: "deploy web-7", active: true }]);
    await onduty("events trigger swallowed --dedup-key swallowed");
    expect((await onduty("incidents list --query swallowed --json")).stdout).toBe("[]\n");
    expect(await deploy("succeeded")).toMatchObject({ code: 0 });
    expect(await rows()).toEqual([]);
  });

  it("of a deploy are not reported as ended where the list is not complete", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply("POST /v2/change/enqueue", 202, { status: "success" }).reply("GET /services", 200, services);
    vendor.reply("GET /maintenance_windows", 200, { maintenance_windows: [], more: true, limit: 100, offset: 0 });
    const { code, stderr } = await onduty("deploy --status succeeded --change-key k --silence 30m");
    expect({ code, stderr }).toEqual({
      code: ExitCode.partial,
      stderr: expect.stringContaining("it is not known whether its silence was ended"),
    });
  });
});
