import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CliError } from "../../../src/errors.ts";
import type { Reading } from "../../../src/events/sources/alert.ts";
import type { Fields } from "../../../src/events/sources/fields.ts";
import { type Format, formats } from "../../../src/events/sources/format.ts";
import { parserOf } from "../../../src/events/sources/parsers.ts";
import { alertmanagerGroup, cloudwatchMessage, datadogDefault, prometheusAlert } from "../../support/alerts.ts";
import { rounds } from "../../support/rounds.ts";

const parsed = formats.filter((format): format is Exclude<Format, "pagerduty"> => format !== "pagerduty");

async function read(format: (typeof parsed)[number], document: Fields): Promise<Reading[]> {
  return (await parserOf(format))(document);
}

async function alertOf(format: (typeof parsed)[number], document: Fields) {
  const [reading] = await read(format, document);
  if (reading === undefined || !("alert" in reading)) throw new Error(JSON.stringify(reading));
  return reading.alert;
}

const azure = (monitorCondition: string, essentials: Fields = {}) => ({
  schemaId: "azureMonitorCommonAlertSchema",
  data: {
    essentials: {
      alertId: "/subscriptions/00000000-0000-4000-8000-000000000001/providers/Microsoft.AlertsManagement/alerts/A1",
      alertRule: "checkout-cpu",
      severity: "Sev1",
      signalType: "Metric",
      monitorCondition,
      monitoringService: "Platform",
      alertTargetIDs: ["/subscriptions/s/resourcegroups/Shop/providers/microsoft.compute/virtualmachines/web-1"],
      configurationItems: ["web-1"],
      firedDateTime: "2026-03-01T02:14:07.3713213Z",
      resolvedDateTime: "2026-03-01T03:14:07.2246313Z",
      description: "CPU is busy",
      investigationLink: "https://portal.azure.example.com/alert/A1",
      ...essentials,
    },
    alertContext: { condition: { allOf: [{ linkToSearchResultsUI: "https://portal.azure.example.com/logs" }] } },
    customProperties: { team: "shop" },
  },
});

const gcp = (state: string, changes: Fields = {}) => ({
  incident: {
    incident_id: "0.opqiw61fsv7p",
    scoping_project_id: "shop-prod",
    url: "https://console.cloud.example.com/monitoring/alerting/incidents/0.opqiw61fsv7p",
    started_at: 1772331247,
    ended_at: state === "closed" ? 1772334847 : null,
    state,
    summary: "CPU utilization for web-1 is above the threshold of 0.8.",
    resource: { type: "gce_instance", labels: { zone: "europe-west1-b" } },
    resource_display_name: "web-1",
    metric: { displayName: "CPU utilization", type: "compute.googleapis.com/instance/cpu/utilization" },
    policy_name: "Web CPU",
    condition_name: "CPU over 80 %",
    documentation: {
      content: "See the runbook.",
      links: [{ displayName: "Runbook", url: "https://runbooks.example.com/" }],
    },
    severity: "Warning",
    ...changes,
  },
  version: "1.2",
});

const sentryIssue = (action: string) => ({
  action,
  installation: { uuid: "i1" },
  data: {
    issue: {
      id: "1170820242",
      shortId: "WEB-1",
      title: "ReferenceError: total is not defined",
      culprit: "checkout.js",
      level: "error",
      project: { id: "1", slug: "web" },
      web_url: "https://sentry.example.com/issues/1170820242/",
      firstSeen: "2026-03-01T02:14:07.000000Z",
    },
  },
});

const sentryMetric = (action: string) => ({
  action,
  installation: { uuid: "i1" },
  data: {
    description_title: "Critical: Too many errors",
    description_text: "1000 events in the last 10 minutes",
    metric_alert: {
      id: "5",
      identifier: "11",
      organization_id: "7",
      projects: ["web"],
      date_detected: "2026-03-01T02:14:07Z",
      date_closed: action === "resolved" ? "2026-03-01T03:14:07Z" : null,
      alert_rule: { name: "Too many errors", aggregate: "count()" },
    },
    web_url: "https://sentry.example.com/alerts/5/",
  },
});

const newrelic = (state: string, changes: Fields = {}) => ({
  id: "c7a1b2",
  issueUrl: "https://one.newrelic.example.com/issue/c7a1b2",
  title: "CPU of web-1 is high",
  priority: "CRITICAL",
  impactedEntities: ["web-1"],
  state,
  createdAt: 1772331247000,
  updatedAt: 1772334847000,
  alertPolicyNames: ["Shop"],
  alertConditionNames: ["CPU"],
  ...changes,
});

const kuma = (status: number | null) => ({
  heartbeat:
    status === null ? null : { monitorID: 29, status, time: "2026-03-01 02:14:07.123", msg: "connect ECONNREFUSED" },
  monitor:
    status === null
      ? null
      : { id: 29, name: "Shop", url: "https://shop.example.com/", type: "http", basic_auth_pass: "fake-secret" },
  msg: status === null ? "[Shop] Certificate expires in 14 days" : "[Shop] [Down] connect ECONNREFUSED",
});

const zabbixExport = {
  clock: 1772331247,
  ns: 123,
  value: 1,
  eventid: 42,
  name: "Disk of db-1 is full",
  severity: 4,
  hosts: [{ host: "db-1", name: "DB 1" }],
  groups: ["Databases"],
  tags: [{ tag: "team", value: "shop" }],
};

const checkmk = (changes: Fields = {}) => ({
  PATH: "/usr/bin",
  OMD_SITE: "prod",
  NOTIFY_WHAT: "SERVICE",
  NOTIFY_NOTIFICATIONTYPE: "PROBLEM",
  NOTIFY_HOSTNAME: "db-1",
  NOTIFY_HOSTSTATE: "UP",
  NOTIFY_SERVICEDESC: "Filesystem /",
  NOTIFY_SERVICESTATE: "CRIT",
  NOTIFY_SERVICEOUTPUT: "90 % used \u2758 95 % allowed",
  NOTIFY_LONGSERVICEOUTPUT: "one\\ntwo",
  NOTIFY_MICROTIME: "1772331247123456",
  NOTIFY_CONTACTEMAIL: "ops@example.com",
  NOTIFY_PARAMETER_1: "fake-secret",
  ...changes,
});

describe("a problem that begins", () => {
  it.each([
    [
      "azure",
      azure("Fired"),
      {
        dedupKey:
          "azure:/subscriptions/00000000-0000-4000-8000-000000000001/providers/microsoft.alertsmanagement/alerts/a1",
        summary: "checkout-cpu: CPU is busy",
        severity: "error",
        source: "web-1",
        group: "Shop",
        links: [
          { href: "https://portal.azure.example.com/alert/A1", text: "Alert" },
          { href: "https://portal.azure.example.com/logs", text: "Search" },
        ],
        at: "2026-03-01T02:14:07.371Z",
        details: { team: "shop" },
      },
    ],
    [
      "gcp",
      gcp("open"),
      {
        dedupKey: "gcp:shop-prod:0.opqiw61fsv7p",
        summary: "Web CPU: CPU utilization for web-1 is above the threshold of 0.8.",
        severity: "warning",
        source: "web-1",
        component: "gce_instance",
        links: [{ text: "Incident" }, { href: "https://runbooks.example.com/", text: "Runbook" }],
        at: "2026-03-01T02:14:07.000Z",
        details: { documentation: "See the runbook.", zone: "europe-west1-b" },
      },
    ],
    [
      "sentry",
      sentryIssue("created"),
      {
        dedupKey: "sentry:issue:1170820242",
        summary: "ReferenceError: total is not defined",
        severity: "error",
        source: "web",
        component: "checkout.js",
        links: [{ href: "https://sentry.example.com/issues/1170820242/", text: "Sentry" }],
        at: "2026-03-01T02:14:07.000Z",
      },
    ],
    [
      "sentry",
      {
        action: "triggered",
        data: {
          event: {
            issue_id: "1170820242",
            title: "ReferenceError: total is not defined",
            level: "fatal",
            web_url: "https://sentry.example.com/events/1/",
            datetime: "2026-03-01T02:14:07Z",
            tags: [["browser", "Chrome"]],
            exception: { values: [] },
          },
          triggered_rule: "Checkout fails",
        },
      },
      {
        dedupKey: "sentry:issue:1170820242",
        severity: "critical",
        details: { rule: "Checkout fails", browser: "Chrome" },
      },
    ],
    [
      "sentry",
      sentryMetric("warning"),
      { dedupKey: "sentry:metric:7:5", summary: "Critical: Too many errors", severity: "warning", source: "web" },
    ],
    [
      "newrelic",
      newrelic("ACTIVATED"),
      {
        dedupKey: "newrelic:c7a1b2",
        summary: "CPU of web-1 is high",
        severity: "critical",
        source: "web-1",
        component: "CPU",
        group: "Shop",
        links: [{ href: "https://one.newrelic.example.com/issue/c7a1b2", text: "Issue" }],
        at: "2026-03-01T02:14:07.000Z",
      },
    ],
    [
      "newrelic",
      {
        incident_id: 7,
        condition_name: "CPU",
        current_state: "open",
        severity: "WARNING",
        details: "CPU is high",
        targets: [{ name: "web-1" }],
        timestamp: 1772331247000,
      },
      { dedupKey: "newrelic:7", summary: "CPU", severity: "warning", source: "web-1", at: "2026-03-01T02:14:07.000Z" },
    ],
    [
      "uptime-kuma",
      kuma(0),
      {
        dedupKey: "uptime-kuma:29",
        summary: "Shop is down: connect ECONNREFUSED",
        severity: "critical",
        source: "shop.example.com",
        links: [{ href: "https://shop.example.com/", text: "Monitored page" }],
        at: "2026-03-01T02:14:07.123Z",
      },
    ],
    [
      "zabbix",
      zabbixExport,
      {
        dedupKey: "zabbix:42",
        summary: "Disk of db-1 is full",
        severity: "error",
        source: "DB 1",
        group: "Databases",
        details: { team: "shop" },
        at: "2026-03-01T02:14:07.000Z",
      },
    ],
    [
      "zabbix",
      {
        "EVENT.ID": "42",
        "EVENT.VALUE": "1",
        "EVENT.NAME": "Disk is full",
        "EVENT.SEVERITY": "Disaster",
        "HOST.NAME": "db-1",
        "EVENT.NSEVERITY": "{EVENT.NSEVERITY}",
      },
      { dedupKey: "zabbix:42", summary: "Disk is full", severity: "critical", source: "db-1" },
    ],
    [
      "checkmk",
      checkmk(),
      {
        dedupKey: "checkmk:prod:db-1:Filesystem /",
        summary: "db-1 Filesystem / is CRIT: 90 % used | 95 % allowed",
        severity: "critical",
        source: "db-1",
        component: "Filesystem /",
        group: "prod",
        details: { longserviceoutput: "one\ntwo" },
        at: "2026-03-01T02:14:07.123Z",
      },
    ],
    [
      "checkmk",
      { WHAT: "HOST", HOSTNAME: "db-1", HOSTSTATE: "DOWN", HOSTOUTPUT: "no response", NOTIFICATIONTYPE: "PROBLEM" },
      { dedupKey: "checkmk::db-1", summary: "db-1 is DOWN: no response", severity: "critical" },
    ],
  ] as const)("in %s has key, words, links and time", async (format, document, expected) => {
    expect(await alertOf(format, document)).toMatchObject({ action: "trigger", ...expected });
  });

  it.each([
    ["Sev0", "critical"],
    ["Sev1", "error"],
    ["Sev2", "warning"],
    ["Sev4", "info"],
    ["odd", "error"],
  ])("in azure counts severities from 0: %s", async (word, severity) => {
    expect((await alertOf("azure", azure("Fired", { severity: word }))).severity).toBe(severity);
  });

  it("takes no secrets along: neither those of a monitor, of an address nor of a notification", async () => {
    const monitor = { id: 29, name: "Shop", url: "https://ops:fake-secret@shop.example.com/" };
    const alert = await alertOf("uptime-kuma", { ...kuma(0), monitor });
    expect(JSON.stringify(alert)).not.toContain("fake-secret");
    expect(alert.links).toEqual([{ href: "https://shop.example.com/", text: "Monitored page" }]);
    expect(JSON.stringify(await alertOf("uptime-kuma", kuma(0)))).not.toContain("fake-secret");
    const details = JSON.stringify(await alertOf("checkmk", checkmk()));
    expect(details).not.toContain("fake-secret");
    expect(details).not.toContain("/usr/bin");
  });
});

describe("the end of a problem", () => {
  it.each([
    ["azure", azure("Fired"), azure("Resolved")],
    ["gcp", gcp("OPEN"), gcp("closed")],
    ["sentry", sentryIssue("unresolved"), sentryIssue("resolved")],
    ["sentry", sentryMetric("critical"), sentryMetric("resolved")],
    ["newrelic", newrelic("CREATED"), newrelic("CLOSED")],
    ["uptime-kuma", kuma(0), kuma(1)],
    ["zabbix", zabbixExport, { clock: 1772334847, ns: 1, value: 0, eventid: 43, p_eventid: 42 }],
    [
      "zabbix",
      { event_id: "42", event_value: "1", event_name: "x" },
      { event_id: "42", event_value: "0", recovery_event_id: "43" },
    ],
    ["checkmk", checkmk(), checkmk({ NOTIFY_SERVICESTATE: "OK", NOTIFY_NOTIFICATIONTYPE: "RECOVERY" })],
    ["checkmk", checkmk(), checkmk({ NOTIFY_SERVICESTATE: "OK", NOTIFY_NOTIFICATIONTYPE: "DOWNTIMEEND" })],
    ["checkmk", checkmk(), checkmk({ NOTIFY_SERVICESTATE: "OK", NOTIFY_NOTIFICATIONTYPE: "FLAPPINGSTOP" })],
  ] as const)("in %s has the key of its beginning", async (format, begins, ends) => {
    const [begin, end] = [await alertOf(format, begins), await alertOf(format, ends)];
    expect([begin.action, end.action]).toEqual(["trigger", "resolve"]);
    expect(end.dedupKey).toBe(begin.dedupKey);
  });

  it("is never that of another problem", async () => {
    const keys = [
      await alertOf("gcp", gcp("open")),
      await alertOf("gcp", gcp("open", { scoping_project_id: "shop-test" })),
      await alertOf("zabbix", { triggerid: "7", value: "1", hostname: "db-1" }),
      await alertOf("zabbix", { triggerid: "7", value: "1", hostname: "db-2" }),
      await alertOf("zabbix", { eventid: "7", value: "1" }),
      await alertOf("checkmk", checkmk()),
      await alertOf("checkmk", checkmk({ OMD_SITE: "test" })),
      await alertOf("checkmk", checkmk({ NOTIFY_SERVICEDESC: "Filesystem /var" })),
      await alertOf("sentry", sentryIssue("created")),
      await alertOf("sentry", sentryMetric("critical")),
    ].map(({ dedupKey }) => dedupKey);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("what is neither", () => {
  it.each([
    ["gcp", { ...gcp("open"), version: "test" }, "it is a test of the notification channel"],
    ["sentry", sentryIssue("assigned"), "the issue was assigned: neither a problem nor the end of one"],
    ["sentry", sentryIssue("archived"), "the issue was archived: neither a problem nor the end of one"],
    ["newrelic", newrelic("ACKNOWLEDGED"), "the issue was acknowledged: the problem goes on"],
    [
      "zabbix",
      { event_id: "42", event_value: "1", event_update_status: "1" },
      "the problem was updated there: it goes on",
    ],
    ["uptime-kuma", kuma(2), 'the monitor "Shop" is pending: it is tried again'],
    ["uptime-kuma", kuma(3), 'the monitor "Shop" is in maintenance'],
    ["uptime-kuma", { heartbeat: null, monitor: null, msg: "Ops Testing" }, "it is a test of the notification"],
    [
      "checkmk",
      checkmk({ NOTIFY_NOTIFICATIONTYPE: "ACKNOWLEDGEMENT" }),
      "the notification is ACKNOWLEDGEMENT: the state did not change",
    ],
    [
      "checkmk",
      checkmk({ NOTIFY_NOTIFICATIONTYPE: "DOWNTIMESTART" }),
      "the notification is DOWNTIMESTART: the state did not change",
    ],
  ] as const)("in %s is skipped with a word", async (format, document, skipped) => {
    expect(await read(format, document)).toEqual([{ skipped }]);
  });

  it("a notice of Uptime Kuma without a heartbeat is a warning, however many days are left", async () => {
    const one = await alertOf("uptime-kuma", kuma(null));
    expect(one).toMatchObject({ severity: "warning", summary: "[Shop] Certificate expires in 14 days" });
    const later = await alertOf("uptime-kuma", { ...kuma(null), msg: "[Shop] Certificate expires in 7 days" });
    expect(later.dedupKey).toBe(one.dedupKey);
  });

  it("Pub/Sub carries incidents of Google Cloud in base64", async () => {
    const data = Buffer.from(JSON.stringify(gcp("closed"))).toString("base64");
    const pushed = { message: { data, messageId: "1" }, subscription: "projects/p/subscriptions/s" };
    expect(await alertOf("gcp", pushed)).toMatchObject({ action: "resolve", dedupKey: "gcp:shop-prod:0.opqiw61fsv7p" });
  });
});

describe("a document of another format", () => {
  const documents: [Format, Fields][] = [
    ["alertmanager", alertmanagerGroup([prometheusAlert()])],
    ["grafana", { orgId: 1, ruleId: 3, state: "ok", title: "[OK] Disk" }],
    ["datadog", { ...datadogDefault("[Triggered] Load"), alert_transition: "Triggered" }],
    ["cloudwatch", cloudwatchMessage("ALARM")],
    ["pagerduty", { event_action: "trigger", payload: {} }],
    ["azure", azure("Fired")],
    ["gcp", gcp("open")],
    ["sentry", sentryMetric("critical")],
    ["newrelic", newrelic("CREATED")],
    ["uptime-kuma", kuma(0)],
    ["zabbix", zabbixExport],
    ["checkmk", checkmk()],
  ];

  it.each(parsed)("is nothing for --from %s, which names what it looks like", async (format) => {
    for (const [other, document] of documents) {
      if (other === format || (format === "grafana" && other === "alertmanager")) continue;
      await expect(read(format, document), `${format} reads ${other}`).rejects.toThrow(`--from ${other}`);
    }
  });

  it.each(parsed)("is no bug for --from %s where an object has a name that JavaScript knows", async (format) => {
    const parse = await parserOf(format);
    const odd = { toString: false, valueOf: null };
    for (const [, document] of documents) {
      const strange = Object.fromEntries(Object.keys(document).map((name) => [name, odd]));
      const failure = await Promise.resolve(strange)
        .then((fields) => void parse(fields as Fields))
        .catch((error: unknown) => error);
      if (failure !== undefined) expect(failure).toBeInstanceOf(CliError);
    }
  });

  it.each(parsed)("of any shape gives alerts for --from %s, or a reason", async (format) => {
    const names = documents.flatMap(([, document]) => [
      ...Object.keys(document),
      ...Object.values(document).flatMap((inner) => Object.keys(Object(inner) as object)),
    ]);
    const any = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 12 });
    const parse = await parserOf(format);
    fc.assert(
      fc.property(any, (document) => {
        try {
          for (const reading of parse(document as Fields))
            if ("alert" in reading) expect(reading.alert.dedupKey).not.toBe("");
        } catch (error) {
          expect(error).toBeInstanceOf(CliError);
        }
      }),
      { numRuns: rounds(100, 40) },
    );
  });
});
