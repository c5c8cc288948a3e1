import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Alert, Reading } from "../../../src/events/sources/alert.ts";
import { fromAlertmanager } from "../../../src/events/sources/alertmanager.ts";
import { alertmanagerGroup, prometheusAlert } from "../../support/alerts.ts";
import { anyText } from "../../support/any-text.ts";
import { rounds } from "../../support/rounds.ts";

function alertOf(changes: Record<string, unknown> = {}, group: Record<string, unknown> = {}): Alert {
  const [reading] = fromAlertmanager(alertmanagerGroup([prometheusAlert(changes)], group));
  if (reading === undefined || !("alert" in reading)) throw new Error(`no alert: ${JSON.stringify(reading)}`);
  return reading.alert;
}

const problem = (reading: Reading | undefined): string =>
  reading !== undefined && "problem" in reading ? reading.problem : "none";

describe("an alert of Alertmanager", () => {
  it("that is firing becomes a trigger with all that is known", () => {
    expect(alertOf()).toEqual({
      action: "trigger",
      dedupKey: "alertmanager:5b2f0d8c1a9e7c34",
      summary: "Disk of db-1 is full",
      severity: "critical",
      source: "db-1:9100",
      component: "node",
      group: "eu",
      class: "DiskFull",
      details: {
        alertname: "DiskFull",
        instance: "db-1:9100",
        job: "node",
        cluster: "eu",
        severity: "critical",
        summary: "Disk of db-1 is full",
        description: "Only 2 % are left on /var.\nIt fills up within the hour.",
        runbook_url: "https://runbooks.example.com/disk-full",
        receiver: "onduty",
        values: undefined,
      },
      links: [
        { href: "https://runbooks.example.com/disk-full", text: "Runbook" },
        { href: "http://prometheus.example.com:9090/graph?g0.expr=disk_free+%3C+0.05", text: "Source" },
      ],
      at: "2026-03-01T02:14:07.123Z",
    });
  });

  it("that is resolved has the same key, and the time of its end", () => {
    const over = alertOf({ status: "resolved", endsAt: "2026-03-01T04:00:00+02:00" }, { status: "resolved" });
    expect(over).toMatchObject({ action: "resolve", dedupKey: alertOf().dedupKey, at: "2026-03-01T02:00:00.000Z" });
    expect(alertOf({ status: "resolved" }).at).toBeUndefined();
  });

  it("has a status of its own, whatever that of its group is", () => {
    const group = alertmanagerGroup([prometheusAlert(), prometheusAlert({ status: "resolved", fingerprint: "b" })]);
    const actions = fromAlertmanager(group).map((reading) => "alert" in reading && reading.alert.action);
    expect(actions).toEqual(["trigger", "resolve"]);
  });

  it("has more links and values when Grafana sends them", () => {
    const grafana = alertOf({
      annotations: {},
      dashboardURL: "https://grafana.example.com/d/1",
      panelURL: "https://grafana.example.com/d/1?viewPanel=2",
      silenceURL: "https://grafana.example.com/alerting/silence/new",
      imageURL: "javascript:alert(1)",
      generatorURL: "https://grafana.example.com/alerting/x/edit",
      values: { B: 44.2, C: 1 },
    });
    expect(grafana.links.map(({ text }) => text)).toEqual(["Dashboard", "Panel", "Source", "Silence"]);
    expect(grafana.details).toMatchObject({ values: { B: 44.2, C: 1 } });
  });

  it.each([
    [{ annotations: { title: "Title", description: "First" } }, "Title"],
    [{ annotations: { summary: " ", description: "\n First line \nSecond" } }, "First line"],
    [{ annotations: {} }, "DiskFull on db-1:9100"],
    [{ annotations: null, labels: { alertname: "Watchdog" } }, "Watchdog"],
    [{ annotations: {}, labels: { job: "x", tier: "db" } }, "job=x tier=db"],
  ])("has a summary: %j", (changes, summary) => {
    expect(alertOf(changes).summary).toBe(summary);
  });

  it.each([
    ["critical", "critical"],
    ["Page", "critical"],
    ["P1", "critical"],
    ["sev-2", "error"],
    ["high", "error"],
    ["major", "error"],
    ["warn", "warning"],
    ["ticket", "warning"],
    ["none", "info"],
    ["constructor", "error"],
    ["whatever", "error"],
    [undefined, "error"],
  ])("of severity %s is one of %s", (severity, expected) => {
    expect(alertOf({ labels: { alertname: "x", severity } }).severity).toBe(expected);
  });

  it("without an instance comes from the Alertmanager", () => {
    expect(alertOf({ labels: { alertname: "x" } }).source).toBe("alertmanager.example.com:9093");
    expect(alertOf({ labels: { alertname: "x" } }, { externalURL: "no address" }).source).toBeUndefined();
  });

  it("has labels and annotations of one name beside each other", () => {
    const { details } = alertOf({ labels: { team: "db" }, annotations: { team: "of the label" } });
    expect(details).toMatchObject({ team: "db", annotation_team: "of the label" });
  });
});

describe("the key of an alert", () => {
  const labels = fc.dictionary(fc.string(), anyText({ maxLength: 500 }), { minKeys: 1 });

  it("is the same for the same labels in any order, firing or resolved, and fits every vendor", () => {
    fc.assert(
      fc.property(labels, (all) => {
        const turned = Object.fromEntries(Object.entries(all).reverse());
        const firing = alertOf({ labels: all, fingerprint: undefined });
        const resolved = alertOf({ labels: turned, fingerprint: undefined, status: "resolved", annotations: {} });
        expect(resolved.dedupKey).toBe(firing.dedupKey);
        expect(firing.dedupKey.length).toBeLessThanOrEqual(200);
      }),
      { numRuns: rounds(100, 40) },
    );
  });

  it("is another one for other labels", () => {
    fc.assert(
      fc.property(labels, labels, (one, other) => {
        fc.pre(JSON.stringify(Object.entries(one).sort()) !== JSON.stringify(Object.entries(other).sort()));
        const [a, b] = [one, other].map((all) => alertOf({ labels: all, fingerprint: undefined }).dedupKey);
        expect(a).not.toBe(b);
      }),
      { numRuns: rounds(100, 40) },
    );
  });

  it("is made of any fingerprint, and never cut so that two become one", () => {
    const any = anyText({ minLength: 1, maxLength: 600 }).filter((text) => /[!-~]/.test(text));
    fc.assert(
      fc.property(any, any, (one, other) => {
        const [a, b] = [one, other].map((fingerprint) => alertOf({ fingerprint }).dedupKey);
        expect(a === b).toBe(one === other);
        expect(a?.length).toBeLessThanOrEqual(200);
      }),
      { numRuns: rounds(100, 40) },
    );
  });
});

describe("a group of Alertmanager", () => {
  it("reports which of its alerts are bad, and gives the others", () => {
    const readings = fromAlertmanager(
      alertmanagerGroup([
        prometheusAlert(),
        null,
        { labels: {} },
        { status: "odd" },
        { status: "firing" },
        prometheusAlert(),
      ]),
    );
    expect(readings.map((reading) => ("alert" in reading ? "alert" : problem(reading)))).toEqual([
      "alert",
      "alert 2: it is not an object",
      'alert 3: "status" is missing',
      'alert 4: the status "odd" is neither "firing" nor "resolved"',
      'alert 5: it has neither a "fingerprint" nor "labels"',
      "alert",
    ]);
  });

  it("reports that alerts are missing, or that there are none", () => {
    expect(fromAlertmanager(alertmanagerGroup([], { truncatedAlerts: 3 }))).toEqual([
      { skipped: "it has no alerts" },
      { warning: 'Alertmanager left 3 alerts of this group out ("max_alerts")' },
    ]);
    expect(() => fromAlertmanager({ status: "firing" })).toThrow('the list "alerts" is missing');
  });

  it("of any shape gives alerts or reports what is wrong", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            status: fc.constantFrom("firing", "resolved"),
            labels: fc.anything(),
            annotations: fc.anything(),
            startsAt: fc.anything(),
            generatorURL: fc.anything(),
            fingerprint: fc.anything(),
          }),
        ),
        (alerts) => {
          const read = fromAlertmanager(alertmanagerGroup(JSON.parse(JSON.stringify(alerts))));
          expect(read.length).toBe(Math.max(1, alerts.length));
        },
      ),
      { numRuns: rounds(100, 30) },
    );
  });
});
