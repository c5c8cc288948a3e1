import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import type { Stats } from "../../src/reports/stats.ts";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date("2026-11-28T22:00:00Z");
const person = { id: "PUMINA1", type: "user_reference", summary: "Mina Okafor" };

/** A resolved incident: the list no longer has its acknowledgment and its assignees. */
const resolved = (id: string, created_at: string, resolved_at: string) => ({
  ...{ id, type: "incident", title: id, status: "resolved", urgency: "high", created_at, resolved_at },
  ...{ acknowledgements: [], assignments: [] },
  service: { id: "PSPAY01", type: "service_reference", summary: "Payments API" },
});
const analysed = (id: string, ack: number | null) => ({
  ...{ id, status: "resolved", seconds_to_first_ack: ack, assigned_user_ids: ["PUMINA1"] },
  assigned_user_names: ["Mina Okafor"],
});
/** Six, so that analytics are asked for. */
const many = Array.from({ length: 6 }, (_, index) =>
  resolved(`Q${index}`, `2026-11-2${index}T10:00:00Z`, `2026-11-2${index}T11:00:00Z`),
);
const log = (...entries: object[]) => ({ log_entries: entries, more: false });
const acknowledge = (at: string) => ({ id: "R2", type: "acknowledge_log_entry", created_at: at, agent: person });
const assign = { id: "R1", type: "assign_log_entry", created_at: "2026-11-20T10:00:01Z", assignees: [person] };

async function setUp(incidents: object[]) {
  const vendor = await fakeVendor();
  vendor.handle("GET /incidents", ({ query }, response) => {
    const isResolved = query["statuses[]"] === "resolved";
    response.end(JSON.stringify({ incidents: isResolved ? incidents : [], more: false }));
  });
  const pd = { provider: "pagerduty", baseUrl: vendor.url, apiKey: { text: "u+fakeKEYnotreal0001" } };
  const stats = async (line = "") => {
    const { code, stdout, stderr } = await run(`stats --json --max-wait 0 ${line}`, { profiles: { pd }, now });
    return { code, stderr, report: JSON.parse(stdout || "null") as Stats };
  };
  return { vendor, stats };
}

describe("stats on PagerDuty", () => {
  it("counts the acknowledgments of resolved incidents, and who had them, from analytics", async () => {
    const { vendor, stats } = await setUp(many);
    const data = many.map(({ id }, index) => analysed(id, index < 4 ? 60 * (index + 1) : null));
    const page = { first: "Q0", limit: 1000, order: "desc", order_by: "created_at", time_zone: "UTC" };
    vendor.handle("POST /analytics/raw/incidents", ({ body }, response) => {
      const isFirst = (body as { starting_after?: string }).starting_after === undefined;
      const rows = isFirst ? data.slice(0, 3) : data.slice(3);
      response.end(JSON.stringify({ ...page, last: rows.at(-1)?.id, more: isFirst, data: rows }));
    });
    const { code, report } = await stats();
    expect({ code, report }).toMatchObject({
      code: 0,
      report: {
        complete: true,
        groups: [{ key: "Payments API", count: 6, acknowledged: 4, timeToAcknowledge: { median: 150, p90: 240 } }],
      },
    });
    const [first, second] = vendor.requests.filter(({ path }) => path.startsWith("/analytics"));
    const filters = {
      created_at_start: "2026-11-20T10:00:00Z",
      created_at_end: "2026-11-25T10:00:01Z",
      service_ids: ["PSPAY01"],
    };
    const body = { filters, limit: 1000, time_zone: "UTC" };
    expect([first?.body, second?.body]).toEqual([body, { ...body, starting_after: "Q2" }]);
    expect((await stats("--by user")).report.groups).toMatchObject([{ key: "Mina Okafor", count: 6 }]);
  });

  it("takes no seconds without an acknowledgment for an acknowledgment at once", async () => {
    const { vendor, stats } = await setUp(many);
    const data = many.map(({ id }, index) => ({
      ...analysed(id, index === 5 ? 30 : 0),
      ...(index > 0 && { acknowledgement_count: index < 4 ? 0 : 1 }),
    }));
    vendor.reply("POST /analytics/raw/incidents", 200, { more: false, last: "Q5", data });
    // Without the count only the log shows which of both it is.
    vendor.reply("GET /incidents/Q0/log_entries", 200, log(assign));
    const { code, report } = await stats();
    expect({ code, groups: report.groups }).toMatchObject({
      code: 0,
      groups: [{ count: 6, acknowledged: 2, timeToAcknowledge: { median: 15 } }],
    });
  });

  it("reads from the log what analytics does not have yet", async () => {
    const { vendor, stats } = await setUp(many);
    const data = [
      ...many.slice(0, 4).map(({ id }) => analysed(id, 60)),
      { ...analysed("Q4", null), status: "triggered" },
    ];
    vendor.reply("POST /analytics/raw/incidents", 200, { more: false, last: "Q4", data });
    vendor.reply("GET /incidents/Q4/log_entries", 200, log(assign, acknowledge("2026-11-24T10:02:00Z")));
    vendor.reply("GET /incidents/Q5/log_entries", 200, log(assign));
    const { code, report } = await stats();
    expect({ code, groups: report.groups }).toMatchObject({ code: 0, groups: [{ count: 6, acknowledged: 5 }] });
  });

  it.each([400, 402, 403])("reads the logs when analytics is refused with %i", async (status) => {
    const { vendor, stats } = await setUp(many);
    vendor.reply("POST /analytics/raw/incidents", status, { error: { message: "Access Denied", code: 2010 } });
    for (const { id } of many)
      vendor.reply(`GET /incidents/${id}/log_entries`, 200, log(assign, acknowledge("2026-11-26T10:02:00Z")));
    const { code, report } = await stats();
    expect({ code, groups: report.groups }).toMatchObject({ code: 0, groups: [{ count: 6, acknowledged: 6 }] });
  });

  it("asks for the logs alone of a few", async () => {
    const { vendor, stats } = await setUp(many.slice(0, 1));
    vendor.reply("GET /incidents/Q0/log_entries", 200, log(assign, acknowledge("2026-11-20T10:02:00Z")));
    const { code, report } = await stats("--by user");
    expect({ code, groups: report.groups }).toMatchObject({
      code: 0,
      groups: [{ key: "Mina Okafor", acknowledged: 1, timeToAcknowledge: { median: 120 } }],
    });
  });

  it("is not complete when neither shows the acknowledgments: nobody is taken for one who did not acknowledge", async () => {
    const { vendor, stats } = await setUp(many.slice(0, 2));
    vendor.reply("GET /incidents/Q0/log_entries", 200, log(assign)).reply("GET /incidents/Q1/log_entries", 500, {});
    const { code, stderr, report } = await stats();
    expect({ code, complete: report.complete }).toEqual({ code: ExitCode.partial, complete: false });
    expect(stderr).toContain("when 1 resolved incident was acknowledged is not known");
  });

  it("is not complete beyond a hundred logs", async () => {
    const hundreds = Array.from({ length: 130 }, (_, index) =>
      resolved(`Q${index}`, "2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z"),
    );
    const { vendor, stats } = await setUp(hundreds.slice(0, 130));
    vendor.reply("POST /analytics/raw/incidents", 402, { error: { message: "Required abilities", code: 2014 } });
    for (const { id } of hundreds) vendor.reply(`GET /incidents/${id}/log_entries`, 200, log(assign));
    const { code, stderr } = await stats();
    expect(code).toBe(ExitCode.partial);
    expect(stderr).toContain("when 30 resolved incidents were acknowledged is not known");
    expect(vendor.requests.filter(({ path }) => path.endsWith("/log_entries"))).toHaveLength(100);
  });

  it("counts in the sandbox what was acknowledged and resolved", async () => {
    const { home } = await sandbox();
    const { stdout } = await run("stats --json -p sandbox-pagerduty", { home });
    const report = JSON.parse(stdout) as Stats;
    expect(report.groups.find(({ key }) => key === "Checkout")).toMatchObject({ resolved: 1, acknowledged: 1 });
  });
});

describe("handoff on PagerDuty", () => {
  it("names what was acknowledged and resolved in the shift", async () => {
    const { home } = await sandbox();
    const onduty = (line: string) => run(`${line} -p sandbox-pagerduty`, { home });
    await onduty("events trigger broken --dedup-key broken");
    const [found] = JSON.parse((await onduty("incidents list --query broken --json")).stdout) as { id: string }[];
    await onduty(`incidents ack ${found?.id}`);
    await onduty(`incidents resolve ${found?.id}`);
    const report = JSON.parse((await onduty("handoff --since 1h --json")).stdout);
    expect(report).toMatchObject({ complete: true, acknowledged: [{ id: found?.id }], resolved: [{ id: found?.id }] });
  });
});
