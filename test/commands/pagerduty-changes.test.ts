import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date("2026-11-28T22:00:00Z");

async function setUp() {
  const vendor = await fakeVendor();
  const pd = { provider: "pagerduty", baseUrl: vendor.url, apiKey: { text: "u+fakeKEYnotreal0001" } };
  const onduty = (line: string) => run(`${line} --max-wait 0`, { profiles: { pd }, now });
  return { vendor, onduty };
}

const service = { id: "PSPAY01", type: "service_reference" };
const integration = "0123fake89abcdef0123456789abcdef";
/** As the vendor lists it: a service is its id, and the key of the integration is in it. */
const foreign = {
  id: "01BBYA6PEVW6A852BUO6QYUE7O",
  type: "change_event",
  summary: "Build Success",
  timestamp: "2026-11-28T21:00:00Z",
  source: "pipeline",
  routing_key: integration,
  services: [service],
  custom_details: { build_state: "passed", run_time: { seconds: 12 } },
  links: [{ href: "https://ci.example.com/2", text: "Build" }],
};
const own = (id: string, timestamp: string, status: string, more: object = {}) => ({
  id,
  type: "change_event",
  summary: `Deploy web: ${status}`,
  timestamp,
  source: "ci",
  services: [{ ...service, summary: "Payments API" }],
  custom_details: { status, change_key: "web-7", version: "1.2", ...more },
});
const page = (...change_events: object[]) => ({ change_events, limit: null, offset: null, total: null, more: false });

describe("changes list on PagerDuty", () => {
  it("lists a change of another sender without a status, and never its key", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply("GET /change_events", 200, page(foreign));
    vendor.reply("GET /services/PSPAY01", 200, { service: { id: "PSPAY01", name: "Payments API" } });
    const { code, stdout } = await onduty("changes list --json");
    expect({ code, rows: JSON.parse(stdout) }).toEqual({
      code: 0,
      rows: [
        {
          id: "01BBYA6PEVW6A852BUO6QYUE7O",
          key: null,
          title: "Build Success",
          description: null,
          status: null,
          service: { id: "PSPAY01", name: "Payments API" },
          labels: { source: "pipeline", build_state: "passed", run_time: '{"seconds":12}' },
          link: "https://ci.example.com/2",
          startedAt: "2026-11-28T21:00:00.000Z",
          updatedAt: "2026-11-28T21:00:00.000Z",
          endedAt: null,
          provider: "pagerduty",
          profile: "pd",
        },
      ],
    });
    expect(stdout).not.toContain(integration);
    expect(vendor.requests[0]?.query).toMatchObject({ since: "2026-11-27T19:00:00Z", limit: "100" });
    expect(vendor.requests[0]?.query.until).toBeUndefined();
  });

  it("puts start and end of a deploy together, also of the same second", async () => {
    const { vendor, onduty } = await setUp();
    const rows = [
      own("3", "2026-11-28T21:20:00Z", "failed"),
      own("2", "2026-11-28T21:20:00Z", "started"),
      own("1", "2026-11-28T21:05:00Z", "succeeded"),
      own("0", "2026-11-28T21:00:00Z", "started"),
    ];
    vendor.reply("GET /change_events", 200, page(...rows));
    expect(JSON.parse((await onduty("changes list --json")).stdout)).toMatchObject([
      { key: "web-7", title: "Deploy web", status: "failed", endedAt: "2026-11-28T21:20:00.000Z" },
      {
        title: "Deploy web",
        status: "succeeded",
        startedAt: "2026-11-28T21:00:00.000Z",
        endedAt: "2026-11-28T21:05:00.000Z",
        labels: { source: "ci", version: "1.2" },
      },
    ]);
  });

  it("asks the route of a service for its changes", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply("GET /services", 200, { services: [{ id: "PSPAY01", name: "Payments API" }], more: false });
    vendor.reply("GET /services/PSPAY01/change_events", 200, page(foreign));
    expect((await onduty("changes list --service PSPAY01 --quiet")).stdout).toBe("01BBYA6PEVW6A852BUO6QYUE7O\n");
  });

  it("goes on in a narrower time when the vendor gives no more than 10,000 rows", async () => {
    const { vendor, onduty } = await setUp();
    const untils: (string | undefined)[] = [];
    const begin = now.getTime() - 12_000 * 1000;
    vendor.handle("GET /change_events", ({ query }, response) => {
      const { limit, offset, until } = query;
      if (offset === "0") untils.push(until);
      const end = until === undefined ? now.getTime() : Date.parse(until);
      const all = Math.floor((end - begin) / 1000);
      const [from, size] = [Number(offset), Number(limit)];
      const rows = Array.from({ length: Math.max(0, Math.min(size, all - from)) }, (_, index) => {
        const timestamp = new Date(end - (from + index + 1) * 1000).toISOString().replace(".000Z", "Z");
        return { ...foreign, id: timestamp, timestamp, services: [{ ...service, summary: "Payments API" }] };
      });
      response.end(JSON.stringify({ ...page(...rows), limit: size, offset: from, more: from + rows.length < all }));
    });
    const { code, stdout } = await onduty("changes list --all --quiet");
    expect({ code, rows: stdout.trim().split("\n").length }).toEqual({ code: 0, rows: 12_000 });
    expect(untils).toHaveLength(2);
  });

  it("names how long the vendor keeps changes, where more is asked for", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply("GET /change_events", 200, page());
    expect((await onduty("changes list --since 91d")).stderr).toContain("PagerDuty keeps changes for 90 days");
    expect((await onduty("changes list --since 89d")).stderr).not.toContain("90 days");
  });

  it("fails where the response has no list", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply("GET /change_events", 200, { more: false });
    expect(await onduty("changes list")).toMatchObject({ code: ExitCode.failure, stdout: "" });
  });

  it("are shown beside an incident and in a handoff", async () => {
    const { home } = await sandbox();
    const onduty = (line: string) => run(`${line} -p sandbox-pagerduty`, { home });
    await onduty('deploy "Web 7" --status succeeded');
    await onduty("events trigger broken --dedup-key broken");
    const [found] = JSON.parse((await onduty("incidents list --query broken --json")).stdout) as { id: string }[];
    const shown = JSON.parse((await onduty(`incidents show ${found?.id} --changes --json`)).stdout);
    expect(shown.changes).toMatchObject([{ title: "Web 7", status: "succeeded", service: { name: "Checkout" } }]);
    expect((await onduty("handoff")).stdout).toContain("succeeded: Web 7");
  });
});
