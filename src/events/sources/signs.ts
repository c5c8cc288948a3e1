import { asObject } from "../../model/object.ts";
import type { Fields } from "./fields.ts";
import type { Format } from "./format.ts";

/* What the documents of each system have that those of others have not. */

const titles: Record<Format, string> = {
  alertmanager: "Alertmanager",
  grafana: "Grafana",
  datadog: "Datadog",
  cloudwatch: "CloudWatch",
  pagerduty: "PagerDuty's Events API",
  azure: "Azure Monitor",
  gcp: "Google Cloud Monitoring",
  sentry: "Sentry",
  newrelic: "New Relic",
  "uptime-kuma": "Uptime Kuma",
  zabbix: "Zabbix",
  checkmk: "Checkmk",
};

const has = (fields: Fields | undefined, ...names: string[]): boolean =>
  fields !== undefined && names.every((name) => Object.hasOwn(fields, name));

/** In this order: Grafana's webhook has all that Alertmanager's has. */
const signs: [Format, (fields: Fields) => boolean][] = [
  ["grafana", (one) => Array.isArray(one.alerts) && has(one, "orgId")],
  ["grafana", (one) => has(one, "ruleId", "state")],
  ["alertmanager", (one) => Array.isArray(one.alerts) || Array.isArray(asObject(one.data)?.alerts)],
  ["alertmanager", (one) => has(one, "labels", "annotations", "startsAt")],
  ["azure", (one) => one.schemaId === "azureMonitorCommonAlertSchema" || has(asObject(one.data), "essentials")],
  ["gcp", (one) => has(asObject(one.incident), "incident_id") || has(asObject(one.incident), "policy_name")],
  ["gcp", (one) => has(asObject(one.message), "data") && has(one, "subscription")],
  ["sentry", (one) => has(one, "action", "data", "installation") || has(asObject(one.data), "metric_alert")],
  ["sentry", (one) => has(one, "project_slug", "culprit")],
  ["newrelic", (one) => has(one, "issueUrl") || has(one, "issueId") || has(one, "condition_name", "current_state")],
  ["uptime-kuma", (one) => has(one, "heartbeat", "monitor")],
  ["checkmk", (one) => has(one, "NOTIFY_HOSTNAME") || has(one, "NOTIFICATIONTYPE", "HOSTNAME")],
  ["zabbix", (one) => has(one, "eventid", "clock") || has(one, "eventid", "value") || has(one, "p_eventid")],
  ["cloudwatch", (one) => has(one, "AlarmName") || has(one, "alarmData") || has(one, "Type", "TopicArn")],
  ["cloudwatch", (one) => has(one, "detail-type")],
  ["pagerduty", (one) => has(one, "event_action") || has(one, "service_key", "event_type")],
  ["datadog", (one) => has(one, "alert_transition") || has(one, "last_updated", "event_type")],
];

/** The format that an object looks like; undefined when none. */
export function formatOf(fields: Fields): Format | undefined {
  return signs.find(([, fits]) => fits(fields))?.[0];
}

/** What to do with an object that was read as another format. */
export function hintOf(fields: Fields): string | undefined {
  const format = formatOf(fields);
  return format === undefined ? undefined : `it looks like what ${titles[format]} posts: --from ${format}`;
}

/** Why an object is not of the format that was asked for. */
export function foreignText(fields: Fields, wanted: Format, missing: string): string {
  const looks = formatOf(fields);
  const why = `it is not what ${titles[wanted]} posts`;
  return looks === undefined || looks === wanted
    ? `${why}: ${missing}`
    : `${why}: it looks like ${titles[looks]}: --from ${looks}`;
}
