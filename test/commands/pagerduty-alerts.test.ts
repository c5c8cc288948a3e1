import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

const apiKey = { text: "u+fakeKEYnotreal0001" };

async function setUp() {
  const vendor = await fakeVendor();
  const profiles = { pd: { provider: "pagerduty", baseUrl: vendor.url, apiKey } };
  const onduty = (line: string) => run(`${line} --max-wait 0`, { profiles, now: new Date("2026-11-28T22:00:00Z") });
  return { vendor, onduty };
}

const id = "Q1PAYM00000001";
const incident = {
  id,
  type: "incident",
  incident_number: 4211,
  title: "Card captures time out",
  status: "resolved",
  urgency: "high",
  created_at: "2026-11-28T21:04:10Z",
  resolved_at: "2026-11-28T21:30:00Z",
  acknowledgements: [],
  assignments: [],
};
const person = { id: "PUMINA1", type: "user_reference", summary: "Mina Okafor" };
const log = {
  more: false,
  log_entries: [
    {
      id: "R3",
      type: "resolve_log_entry",
      created_at: "2026-11-28T21:30:00Z",
      agent: person,
      note: "Failed over",
      channel: { type: "website" },
    },
    { id: "R2", type: "acknowledge_log_entry", created_at: "2026-11-28T21:09:02Z", agent: person, channel: {} },
    { id: "R1", type: "trigger_log_entry", created_at: "2026-11-28T21:04:10Z", agent: { type: "service_reference" } },
  ],
};
const alert = {
  id: "A1",
  type: "alert",
  summary: "Card captures time out",
  status: "triggered",
  severity: "critical",
  alert_key: "captures",
  suppressed: false,
  created_at: "2026-11-28T21:04:10Z",
  service: { id: "PSPAY01", type: "service_reference", summary: "Payments API" },
  integration: { id: "PI1", type: "events_api_v2_inbound_integration_reference", summary: "Events API v2" },
  body: { type: "alert_body", contexts: [], details: { host: "pay-1", run: 1881, tags: ["a"], empty: null } },
  first_trigger_log_entry: {
    id: "R1",
    type: "trigger_log_entry",
    summary: "Triggered through the API",
    created_at: "2026-11-28T21:04:10Z",
    channel: { type: "api", summary: "Card captures time out" },
    event_details: { description: "Card captures time out" },
  },
};

describe("incidents alerts on PagerDuty", () => {
  it("lists each alert with its details as labels and with its first event, the only one that the vendor gives", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply("GET /incidents/4211", 200, { incident });
    vendor.reply(`GET /incidents/${id}/alerts`, 200, { alerts: [alert], more: false });
    const { code, stdout } = await onduty("incidents alerts 4211 --json");
    expect(code).toBe(0);
    const labels = { host: "pay-1", run: "1881", tags: '["a"]' };
    expect(JSON.parse(stdout)).toEqual([
      {
        id: "A1",
        dedupKey: "captures",
        title: "Card captures time out",
        description: null,
        status: "firing",
        severity: "critical",
        service: { id: "PSPAY01", name: "Payments API" },
        source: "Events API v2",
        createdAt: "2026-11-28T21:04:10.000Z",
        updatedAt: null,
        resolvedAt: null,
        labels,
        eventCount: null,
        events: [
          {
            id: "R1",
            at: "2026-11-28T21:04:10.000Z",
            severity: "critical",
            title: "Card captures time out",
            description: "Card captures time out",
            labels,
          },
        ],
        provider: "pagerduty",
        profile: "pd",
      },
    ]);
    // How many there were is not known.
    expect((await onduty("incidents alerts 4211 --output csv")).stdout).toContain('{""host"":""pay-1""');
    expect((await onduty("incidents alerts 4211")).stdout.split("\t")[4]).toBe("");
  });

  it("takes an alert of an unknown state for firing, and one without details as it is", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply(`GET /incidents/${id}`, 200, { incident });
    const odd = { id: "A2", status: "paused", body: { details: "a text" }, first_trigger_log_entry: { id: "R9" } };
    vendor.reply(`GET /incidents/${id}/alerts`, 200, { alerts: [odd], more: false });
    const rows = JSON.parse((await onduty(`incidents alerts ${id} --json`)).stdout);
    expect(rows).toMatchObject([
      { status: "firing", description: "a text", labels: {}, events: [], title: "(no title)" },
    ]);
  });

  it("is a failure when the response has no list", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply(`GET /incidents/${id}`, 200, { incident }).reply(`GET /incidents/${id}/alerts`, 200, {});
    expect(await onduty(`incidents alerts ${id}`)).toMatchObject({ code: ExitCode.failure, stdout: "" });
  });

  it("is not found for an unknown incident", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply("GET /incidents/QNOSUCH0000000", 404, { error: { message: "Not Found", code: 2100 } });
    // It may be the beginning of an id.
    vendor.reply("GET /incidents", 200, { incidents: [], more: false });
    expect(await onduty("incidents alerts QNOSUCH0000000")).toMatchObject({ code: ExitCode.notFound, stdout: "" });
  });
});

describe("incidents show on PagerDuty", () => {
  it("takes from the log who acknowledged a resolved incident, and what was written at its end", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply(`GET /incidents/${id}`, 200, { incident });
    vendor.reply(`GET /incidents/${id}/log_entries`, 200, log);
    const { stdout } = await onduty(`incidents show ${id} --json`);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "resolved",
      acknowledgedAt: "2026-11-28T21:09:02.000Z",
      resolution: "Failed over",
      responders: [
        { id: "PUMINA1", name: "Mina Okafor", assignedAt: null, acknowledgedAt: "2026-11-28T21:09:02.000Z" },
      ],
    });
  });

  it("is shown without its log when that cannot be read", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply(`GET /incidents/${id}`, 200, { incident }).reply(`GET /incidents/${id}/log_entries`, 500, {});
    const { code, stdout } = await onduty(`incidents show ${id} --json`);
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, status: "resolved", acknowledgedAt: null });
  });

  it("asks for the log once, for itself and for the timeline of the page", async () => {
    const { home, url } = await sandbox();
    const [found] = JSON.parse(
      (await run("incidents list --status resolved --json -p sandbox-pagerduty", { home })).stdout,
    ) as { id: string }[];
    const before = ((await (await fetch(`${url}/_sandbox/requests`)).json()) as unknown[]).length;
    const { stdout } = await run(`incidents show ${found?.id} -p sandbox-pagerduty`, { home, tty: true });
    expect(stdout).toContain("acknowledged by Ada Lovelace");
    const asked = (await (await fetch(`${url}/_sandbox/requests`)).json()) as { path: string }[];
    const own = asked.slice(before).filter(({ path }) => path.startsWith("/pagerduty/"));
    expect(own.map(({ path }) => path).sort()).toEqual([
      `/pagerduty/incidents/${found?.id}`,
      `/pagerduty/incidents/${found?.id}/alerts`,
      `/pagerduty/incidents/${found?.id}/log_entries`,
    ]);
  });

  it("shows custom fields in their types, and who opened it by hand", async () => {
    const { vendor, onduty } = await setUp();
    const acknowledged = {
      ...incident,
      status: "acknowledged",
      acknowledgements: [{ at: "2026-11-28T21:09:02Z", acknowledger: person }],
      assignments: [{ at: "2026-11-28T21:04:11Z", assignee: person }],
      custom_fields: [{ id: "PF1", name: "users", type: "field_value", data_type: "integer", value: 12 }],
      first_trigger_log_entry: { id: "R1", type: "trigger_log_entry", agent: person },
    };
    vendor.reply(`GET /incidents/${id}`, 200, { incident: acknowledged });
    const { stdout } = await onduty(`incidents show ${id} --json`);
    expect(JSON.parse(stdout)).toMatchObject({
      fields: { users: 12 },
      creator: { id: "PUMINA1", name: "Mina Okafor" },
      responders: [{ assignedAt: "2026-11-28T21:04:11.000Z", acknowledgedAt: "2026-11-28T21:09:02.000Z" }],
    });
  });
});

describe("incidents similar on PagerDuty", () => {
  const past = {
    past_incidents: [{ incident: { id: "QOLD", created_at: "2026-10-01T00:00:00Z", title: "Captures" }, score: 46.8 }],
    total: null,
    limit: 5,
  };

  it("reads each earlier incident, and how it was resolved", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply(`GET /incidents/${id}`, 200, { incident }).reply(`GET /incidents/${id}/past_incidents`, 200, past);
    vendor.reply("GET /incidents/QOLD", 200, { incident: { ...incident, id: "QOLD" } });
    vendor.reply("GET /incidents/QOLD/log_entries", 200, log);
    const { code, stdout } = await onduty(`incidents similar ${id} --limit 7 --json`);
    expect({ code, rows: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      rows: [{ id: "QOLD", score: 46.8, status: "resolved", resolution: "Failed over" }],
    });
    expect(vendor.requests[1]?.query).toEqual({ limit: "7", total: "true" });
  });

  it("is not complete when one of them cannot be read", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply(`GET /incidents/${id}`, 200, { incident }).reply(`GET /incidents/${id}/past_incidents`, 200, past);
    vendor.reply("GET /incidents/QOLD", 403, { error: { message: "Access Denied", code: 2010 } });
    vendor.reply("GET /incidents/QOLD/log_entries", 403, { error: { message: "Access Denied", code: 2010 } });
    const { code, stdout, stderr } = await onduty(`incidents similar ${id} --json`);
    expect({ code, rows: JSON.parse(stdout) }).toMatchObject({ code: ExitCode.partial, rows: [{ title: "Captures" }] });
    expect(stderr).toContain("QOLD could not be read");
  });

  it.each([
    ["--limit 1", 12, "showing 1 of 12; --limit 12 lists all", ExitCode.ok],
    ["--limit 1", 250, "showing 1 of 250", ExitCode.ok],
    ["--limit 5", 12, "warning: this list is not complete: PagerDuty gave 1 of 12", ExitCode.partial],
    ["--limit 5", 1, "", ExitCode.ok],
    ["--limit 1", "many", "", ExitCode.ok],
  ])("names how many there are: %s of %s", async (options, total, message, expected) => {
    const { vendor, onduty } = await setUp();
    vendor.reply(`GET /incidents/${id}`, 200, { incident });
    vendor.reply(`GET /incidents/${id}/past_incidents`, 200, { ...past, total });
    vendor.reply("GET /incidents/QOLD", 200, { incident: { ...incident, id: "QOLD" } });
    vendor.reply("GET /incidents/QOLD/log_entries", 200, log);
    const { code, stderr } = await onduty(`incidents similar ${id} ${options}`);
    expect({ code, stderr }).toEqual({ code: expected, stderr: message === "" ? "" : `${message}\n` });
  });

  it("names the plan that lacks it", async () => {
    const { vendor, onduty } = await setUp();
    vendor.reply(`GET /incidents/${id}`, 200, { incident });
    vendor.reply(`GET /incidents/${id}/past_incidents`, 402, { error: { message: "Required abilities", code: 2014 } });
    const { code, stderr } = await onduty(`incidents similar ${id}`);
    expect(code).toBe(ExitCode.failure);
    expect(stderr).toContain("the plan of the account does not have this");
  });
});
