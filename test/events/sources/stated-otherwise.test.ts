import { describe, expect, it } from "vitest";
import type { Fields } from "../../../src/events/sources/fields.ts";
import type { Format } from "../../../src/events/sources/format.ts";
import { parserOf } from "../../../src/events/sources/parsers.ts";

/* Documents whose usual field for the state or the name does not hold what has happened. */

async function alertOf(format: Exclude<Format, "pagerduty">, document: Fields) {
  const [reading] = (await parserOf(format))(document);
  if (reading === undefined || !("alert" in reading)) throw new Error(JSON.stringify(reading));
  return reading.alert;
}

/** Alerts on the activity log are each "Fired" and have a new id, the end of an outage too. */
const health = (service: string, id: string, context: Fields, essentials: Fields = {}) => ({
  schemaId: "azureMonitorCommonAlertSchema",
  data: {
    essentials: {
      alertId: `/subscriptions/s/providers/Microsoft.AlertsManagement/alerts/${id}`,
      alertRule: "platform",
      severity: "Sev4",
      signalType: "Activity Log",
      monitorCondition: "Fired",
      monitoringService: service,
      alertTargetIDs: ["/subscriptions/S/resourcegroups/Shop/providers/microsoft.compute/virtualmachines/web-1"],
      firedDateTime: "2026-03-01T02:14:07.3713213Z",
      description: "Alert rule description",
      ...essentials,
    },
    alertContext: { eventTimestamp: "2026-03-01T02:10:00Z", ...context },
  },
});

describe("an alert of Azure on the health of a service", () => {
  const incident = (id: string, status: string, more: Fields = {}) =>
    health("ServiceHealth", id, {
      status,
      properties: { title: "Storage: errors in West Europe", trackingId: "GWQM-VG8", stage: status, ...more },
    });

  it("has the key of the outage, and what happened in its summary", async () => {
    expect(await alertOf("azure", incident("1", "Active"))).toMatchObject({
      action: "trigger",
      dedupKey: "azure:health:GWQM-VG8",
      summary: "platform: Storage: errors in West Europe",
    });
  });

  it.each(["Resolved", "Complete", "Canceled", "RCA"])("ends it at the stage %s", async (stage) => {
    const { action, dedupKey } = await alertOf("azure", incident("2", stage));
    expect({ action, dedupKey }).toEqual({ action: "resolve", dedupKey: "azure:health:GWQM-VG8" });
  });

  it.each(["Updated", "InProgress", "Planned", "Something new"])("goes on at the stage %s", async (stage) => {
    expect((await alertOf("azure", incident("3", stage))).action).toBe("trigger");
  });

  it("without the id of the outage is an alert as any other", async () => {
    const { action, dedupKey } = await alertOf("azure", incident("4", "Resolved", { trackingId: undefined }));
    expect(action).toBe("trigger");
    expect(dedupKey).toContain("alerts/4");
  });
});

describe("an alert of Azure on the health of a resource", () => {
  const resource = (id: string, status: string, current: string, essentials: Fields = {}) =>
    health(
      "Resource Health",
      id,
      { status, properties: { title: "Rebooted by user", currentHealthStatus: current, type: "Downtime" } },
      essentials,
    );

  it("has the key of the resource", async () => {
    const [bad, fine] = [
      await alertOf("azure", resource("1", "Active", "Unavailable")),
      await alertOf("azure", resource("2", "Resolved", "Available")),
    ];
    expect(bad).toMatchObject({ action: "trigger", source: "web-1", summary: "platform: Rebooted by user" });
    expect(fine).toMatchObject({ action: "resolve", dedupKey: bad.dedupKey });
    const other = { alertTargetIDs: ["/subscriptions/s/providers/microsoft.compute/virtualmachines/web-2"] };
    expect((await alertOf("azure", resource("3", "Resolved", "Available", other))).dedupKey).not.toBe(bad.dedupKey);
  });

  it("goes on while it is degraded", async () => {
    expect((await alertOf("azure", resource("4", "Updated", "Degraded"))).action).toBe("trigger");
  });
});

describe("an alert of Datadog without data", () => {
  it.each(["No Data", "Re-No Data"])("states so: %s", async (alert_transition) => {
    const document = { title: "CPU high", alert_transition, alert_id: "5", alert_scope: "host:a" };
    expect(await alertOf("datadog", document)).toMatchObject({
      action: "trigger",
      summary: "No data: CPU high",
      dedupKey: "datadog:5:host%3Aa",
    });
  });

  it("states so in the default payload, under the key of the monitor", async () => {
    const document = { event_type: "query_alert_monitor", last_updated: "1772331247000", org: { id: "1" } };
    const of = (state: string) => alertOf("datadog", { ...document, title: `[${state} on {host:a}] CPU high` });
    expect((await of("No data")).summary).toBe("No data: CPU high on {host:a}");
    expect((await of("No data")).dedupKey).toBe((await of("Recovered")).dedupKey);
  });
});

describe("an alert of Datadog without a title", () => {
  const parts = { alert_transition: "Triggered", alert_id: "55", hostname: "web-1" };

  it.each([
    [{ body: "%%%\nDisk of web-1 is full\n%%%" }, "Disk of web-1 is full"],
    [{ title: "$EVENT_TITLE" }, "Monitor 55"],
    [{}, "Monitor 55"],
  ])("is an alert of its monitor: %j", async (more, summary) => {
    const alert = await alertOf("datadog", { ...parts, ...more });
    expect(alert).toMatchObject({ action: "trigger", summary, dedupKey: "datadog:55:host%3Aweb-1" });
    const over = await alertOf("datadog", { ...parts, ...more, alert_transition: "Recovered" });
    expect(over).toMatchObject({ action: "resolve", dedupKey: alert.dedupKey });
  });
});

describe("an issue alert of Sentry", () => {
  const event = {
    event_id: "e1",
    issue_id: "1170820242",
    title: "ReferenceError: heck is not defined",
    level: "error",
    project: 1,
    url: "https://sentry.example.com/api/0/projects/acme/front-end/events/e1/",
    web_url: "https://sentry.example.com/organizations/acme/issues/1170820242/events/e1/",
    tags: [
      ["environment", "prod"],
      ["server_name", "web-1"],
    ],
  };

  it("names project and environment, not the number of the project", async () => {
    expect(await alertOf("sentry", { action: "triggered", data: { event, triggered_rule: "r" } })).toMatchObject({
      source: "front-end",
      group: "prod",
      dedupKey: "sentry:issue:1170820242",
    });
  });

  it("may be a new error", async () => {
    expect(await alertOf("sentry", { action: "created", data: { error: event } })).toMatchObject({
      action: "trigger",
      dedupKey: "sentry:issue:1170820242",
    });
  });
});

describe("a notification of Checkmk that a service flaps", () => {
  const flapping = (NOTIFICATIONTYPE: string, SERVICESTATE: string) =>
    alertOf("checkmk", { HOSTNAME: "web-1", SERVICEDESC: "CPU", SERVICESTATE, NOTIFICATIONTYPE });

  it.each([
    ["OK", "warning"],
    ["CRITICAL", "critical"],
  ])("is an alert, though the state is %s: until it ends there is no other", async (state, severity) => {
    const alert = await flapping("FLAPPINGSTART", state);
    expect(alert).toMatchObject({ action: "trigger", summary: "web-1 CPU is flapping", severity });
  });

  it("is over by the state at its end", async () => {
    expect((await flapping("FLAPPINGSTOP", "OK")).action).toBe("resolve");
    expect((await flapping("FLAPPINGSTOP", "CRITICAL")).action).toBe("trigger");
  });
});

describe("an event of Zabbix whose fields were named by a person", () => {
  const event = { event_id: "77", event_name: "nginx is down", host: "web-1" };

  it.each([
    [{ value: "0", status: "PROBLEM" }, "trigger"],
    [{ value: "97 %", status: "PROBLEM" }, "trigger"],
    [{ value: "1", event_status: "RESOLVED" }, "resolve"],
    [{ value: "12 %", event_value: "0" }, "resolve"],
    [{ value: "0", event_value: "1" }, "trigger"],
    [{ status: "in progress", trigger_status: "PROBLEM" }, "trigger"],
    [{ value: "0", name: "nginx is down" }, "resolve"],
  ])("has the state of the problem, not the value of its item: %j", async (state, action) => {
    expect(await alertOf("zabbix", { ...event, ...state })).toMatchObject({ action, dedupKey: "zabbix:77" });
  });
});

describe("a trigger of Zabbix that its API gives, without an event", () => {
  it.each([
    [{ status: "0", value: "1" }, "trigger"],
    [{ status: "0", value: "0" }, "resolve"],
    [{ status: "PROBLEM", value: "0" }, "trigger"],
    [{ status: "1" }, "trigger"],
  ])("is not over because it is enabled: %j", async (state, action) => {
    const trigger = { triggerid: "13", description: "Disk full", ...state };
    expect((await alertOf("zabbix", trigger)).action).toBe(action);
  });
});

describe("an alert of Datadog about something that is named recovered", () => {
  const monitor = { title: "Queue is long", alert_id: "55", hostname: "web-1" };

  it.each([
    ["orders.recovered over host:web-1 was > 5 at least once during the last 1m", "trigger"],
    ["not recovered", "trigger"],
    ["unrecovered", "trigger"],
    ["Recovered", "resolve"],
    ["recovered: orders.length over host:web-1 was < 5", "resolve"],
  ])("is over by its first word alone: %s", async (alert_status, action) => {
    expect((await alertOf("datadog", { ...monitor, alert_type: "error", alert_status })).action).toBe(action);
  });

  it.each(["Recovered", "No Data Recovered", "Warn Recovered", "Re-Recovered"])("is over: %s", async (transition) => {
    expect((await alertOf("datadog", { ...monitor, alert_transition: transition })).action).toBe("resolve");
  });
});

describe("a notification of Checkmk about a service", () => {
  it("without its state does not resolve the host that it runs on", async () => {
    const known = { HOSTNAME: "web-1", HOSTSTATE: "UP", SERVICEDESC: "CPU", NOTIFICATIONTYPE: "PROBLEM" };
    for (const what of [{ WHAT: "SERVICE" }, {}])
      await expect(alertOf("checkmk", { ...known, ...what })).rejects.toThrow('"SERVICESTATE" is missing');
  });

  it("without its name does not resolve the host that it runs on", async () => {
    const known = { HOSTNAME: "web-1", HOSTSTATE: "UP", SERVICESTATE: "CRITICAL" };
    for (const what of [{ WHAT: "SERVICE" }, {}])
      await expect(alertOf("checkmk", { ...known, ...what })).rejects.toThrow('"SERVICEDESC" is missing');
  });
});

describe("a notice of Uptime Kuma about a certificate", () => {
  const notice = (msg: string) => alertOf("uptime-kuma", { heartbeat: null, monitor: null, msg });

  it("is another one for another host, whatever its number", async () => {
    const one = await notice("[web1][https://web1.example.com] Certificate will expire in 7 days");
    const other = await notice("[web2][https://web2.example.com] Certificate will expire in 7 days");
    expect(other.dedupKey).not.toBe(one.dedupKey);
    const later = await notice("[web1][https://web1.example.com] Certificate will expire in 1 day");
    expect(later.dedupKey).toBe(one.dedupKey);
  });
});

it("names the system that has left alerts out of a group", async () => {
  const group = { orgId: 1, status: "resolved", alerts: [], truncatedAlerts: 3 };
  const warning = 'Grafana left 3 alerts of this group out ("Max Alerts"): their incidents stay open';
  expect((await parserOf("grafana"))(group)).toContainEqual({ warning });
});
