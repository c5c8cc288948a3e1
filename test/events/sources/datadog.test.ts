import { describe, expect, it } from "vitest";
import type { Alert } from "../../../src/events/sources/alert.ts";
import { fromDatadog } from "../../../src/events/sources/datadog.ts";
import { datadogDefault } from "../../support/alerts.ts";

function alertOf(document: Record<string, unknown>): Alert {
  const [reading] = fromDatadog(document);
  if (reading === undefined || !("alert" in reading)) throw new Error(`no alert: ${JSON.stringify(reading)}`);
  return reading.alert;
}

/** A payload of one's own with the names of the variables. */
const own = (changes: Record<string, unknown> = {}) => ({
  id: "7000000000000000002",
  alert_cycle_key: "1234567890",
  aggreg_key: "9bd4ac313a4d1e8fae2482df7b77628",
  alert_id: "1234",
  alert_title: "Disk is full",
  alert_transition: "Triggered",
  alert_type: "error",
  alert_priority: "P1",
  alert_scope: "role:db,host:db-1",
  alert_metric: "system.disk.in_use",
  hostname: "db-1",
  tags: "role:db,env:prod",
  link: "https://app.datadoghq.com/event/event?id=1",
  snapshot: "null",
  date: "1772331247000",
  ...changes,
});

describe("an alert of Datadog", () => {
  it("in the default payload is recognized by its title", () => {
    const begun = alertOf(datadogDefault("[Triggered on {host:web-01,env:prod}] Load is high"));
    expect(begun).toEqual({
      action: "trigger",
      dedupKey: "datadog:4711/Load is high:env%3Aprod,host%3Aweb-01",
      summary: "Load is high on {host:web-01,env:prod}",
      severity: "error",
      source: "web-01",
      component: undefined,
      group: undefined,
      class: "metric_alert_monitor",
      details: {
        body: "%%%\nLoad is high\n%%%",
        last_updated: "1772331247000",
        event_type: "metric_alert_monitor",
        title: "[Triggered on {host:web-01,env:prod}] Load is high",
        date: "1772331247000",
        org_id: "4711",
        org_name: "Example",
        id: "7000000000000000001",
      },
      links: [],
      at: "2026-03-01T02:14:07.000Z",
    });
    const over = alertOf(datadogDefault("[Recovered on {host:web-01,env:prod}] Load is high", { id: "9" }));
    expect(over).toMatchObject({ action: "resolve", dedupKey: begun.dedupKey });
    const other = alertOf(datadogDefault("[Triggered on {host:web-02,env:prod}] Load is high"));
    expect(other.dedupKey).not.toBe(begun.dedupKey);
  });

  it("in a payload of one's own has the key of its cycle", () => {
    expect(alertOf(own())).toMatchObject({
      action: "trigger",
      dedupKey: "datadog:1234567890",
      summary: "Disk is full",
      severity: "critical",
      source: "db-1",
      class: "system.disk.in_use",
      links: [{ href: "https://app.datadoghq.com/event/event?id=1", text: "Datadog" }],
    });
    expect(alertOf(own({ alert_transition: "Recovered" }))).toMatchObject({
      action: "resolve",
      dedupKey: "datadog:1234567890",
    });
  });

  it.each([
    [{ alert_cycle_key: "" }, "datadog:9bd4ac313a4d1e8fae2482df7b77628:host%3Adb-1,role%3Adb"],
    [{ alert_cycle_key: "null", aggreg_key: "$AGGREG_KEY" }, "datadog:1234:host%3Adb-1,role%3Adb"],
    [
      { alert_cycle_key: undefined, aggreg_key: undefined, alert_id: undefined, alert_scope: "" },
      "datadog:/Disk is full:host%3Adb-1",
    ],
  ])("has a key for the scope of its monitor: %j", (changes, key) => {
    expect(alertOf(own(changes)).dedupKey).toBe(key);
  });

  it.each([
    ["ALERT_TRANSITION", "Recovered", "resolve"],
    ["alertTransition", "Recovered", "resolve"],
    ["transition", "Re-Triggered", "trigger"],
    ["alert_transition", "Renotify", "trigger"],
    ["alert_transition", "No Data", "trigger"],
    ["alert_transition", "Something new", "trigger"],
    ["alert_type", "success", "resolve"],
    ["alert_type", "info", "trigger"],
  ])("with %s %s is a %3$s", (name, value, action) => {
    expect(alertOf({ title: "Disk is full", [name]: value }).action).toBe(action);
  });

  it("may have its variables in inner objects", () => {
    const alert = alertOf({
      event: { title: "Disk is full" },
      alert: { id: 7, transition: "Recovered", scope: "host:a" },
    });
    expect(alert).toMatchObject({ action: "resolve", dedupKey: "datadog:7:host%3Aa", source: "a" });
  });

  it.each([
    [{ alert_transition: "Warn" }, "warning"],
    [{ alert_transition: "Re-Warn", alert_priority: "P1" }, "warning"],
    [{ alert_priority: "P4" }, "info"],
    [{ alert_priority: "", priority: "normal", alert_type: "warning" }, "warning"],
    [{ alert_priority: "", alert_type: "odd" }, "error"],
  ])("has a severity: %j", (changes, severity) => {
    expect(alertOf(own(changes)).severity).toBe(severity);
  });

  it.each([
    ["[P2] [Re-Triggered on {host:a}] Load", { summary: "Load on {host:a}", severity: "error", action: "trigger" }],
    ["[Triggered] [TEST] Load", { summary: "[TEST] Load", action: "trigger" }],
    ["[Warn] Load", { severity: "warning" }],
    ["[Recovered]", { summary: "[Recovered]", action: "resolve" }],
    ["Load", { summary: "Load", source: "Datadog" }],
  ])("has a title that is read: %s", (title, expected) => {
    expect(alertOf(datadogDefault(title))).toMatchObject(expected);
  });

  it("of another shape reports what is missing", () => {
    expect(() => fromDatadog({ title: "[FIRING:1] Load", alerts: [] })).toThrow("--from alertmanager");
    expect(() => fromDatadog({ event_type: "x" })).toThrow('it is not what Datadog posts: "title" is missing');
  });
});
