import { usageError } from "../../errors.ts";
import { fingerprint } from "../../model/fingerprint.ts";
import { asObject } from "../../model/object.ts";
import { compareCodes } from "../../model/text.ts";
import { joinKey } from "../dedup-key.ts";
import type { Alert, Reading } from "./alert.ts";
import { asText, type Fields, firstLine, linksOf, severityOf, textOf, timeOf } from "./fields.ts";

/**
 * The body of Alertmanager's webhook, version "4": a group of alerts, each with a status of its own. Grafana Alerting posts the
 * same shape with more fields. Sources: Prometheus documentation, `webhook_config` and "Notification template reference";
 * Grafana documentation, "Configure the webhook notifier".
 *
 * @throws {CliError} `usage` when it has no list of alerts
 */
export function fromAlertmanager(document: Fields): Reading[] {
  const { alerts, truncatedAlerts } = document;
  if (!Array.isArray(alerts)) throw usageError('it is not what Alertmanager posts: the list "alerts" is missing');
  const readings = alerts.map((value: unknown, index): Reading => {
    const alert = asObject(value);
    const read = alert === undefined ? "it is not an object" : toAlert(alert, document);
    return typeof read === "string" ? { problem: `alert ${index + 1}: ${read}` } : { alert: read };
  });
  if (alerts.length === 0) readings.push({ skipped: "there are no alerts in it" });
  if (typeof truncatedAlerts === "number" && truncatedAlerts > 0)
    readings.push({ warning: `Alertmanager left ${truncatedAlerts} alerts of this group out ("max_alerts")` });
  return readings;
}

/** The alert, or what is wrong with it. */
function toAlert(alert: Fields, document: Fields): Alert | string {
  const status = textOf(alert, "status")?.toLowerCase();
  if (status === undefined) return '"status" is missing';
  if (status !== "firing" && status !== "resolved")
    return `the status ${JSON.stringify(alert.status)} is neither "firing" nor "resolved"`;
  const [labels, annotations] = [asObject(alert.labels) ?? {}, asObject(alert.annotations) ?? {}];
  const dedupKey = keyOf(alert, labels);
  if (dedupKey === undefined) return 'it has neither a "fingerprint" nor "labels"';
  return {
    action: status === "firing" ? "trigger" : "resolve",
    dedupKey,
    summary: summaryOf(labels, annotations),
    severity: severityOf(textOf(labels, "severity")),
    source: textOf(labels, "instance", "host", "hostname", "node", "pod") ?? hostOf(document.externalURL),
    component: textOf(labels, "service", "job"),
    group: textOf(labels, "cluster", "namespace"),
    class: textOf(labels, "alertname"),
    details: detailsOf(alert, labels, annotations, document),
    links: linksOf([
      ["Runbook", annotations.runbook_url],
      ["Dashboard", alert.dashboardURL],
      ["Panel", alert.panelURL],
      ["Source", alert.generatorURL],
      ["Silence", alert.silenceURL],
      ["Image", alert.imageURL],
    ]),
    at: timeOf(textOf(alert, status === "firing" ? "startsAt" : "endsAt")),
  };
}

/** The fingerprint is made from the labels, and so are keys without one: the same for firing and resolved. */
function keyOf(alert: Fields, labels: Fields): string | undefined {
  const given = textOf(alert, "fingerprint");
  if (given !== undefined) return joinKey("alertmanager", /^[\w-]{1,64}$/.test(given) ? given : fingerprint(given));
  const pairs = Object.entries(labels).sort(([a], [b]) => compareCodes(a, b));
  return pairs.length === 0 ? undefined : joinKey("alertmanager", fingerprint(JSON.stringify(pairs)));
}

function summaryOf(labels: Fields, annotations: Fields): string {
  const written = textOf(annotations, "summary", "title") ?? firstLine(textOf(annotations, "description", "message"));
  const [name, instance] = [textOf(labels, "alertname"), textOf(labels, "instance")];
  if (written !== undefined) return written;
  if (name !== undefined) return instance === undefined ? name : `${name} on ${instance}`;
  return Object.entries(labels)
    .map(([label, value]) => `${label}=${asText(value) ?? ""}`)
    .join(" ");
}

/** An annotation that has the name of a label stands beside it. */
function detailsOf(alert: Fields, labels: Fields, annotations: Fields, document: Fields): Fields {
  const noted = Object.entries(annotations).map(([name, value]) => [
    Object.hasOwn(labels, name) ? `annotation_${name}` : name,
    value,
  ]);
  const rest = { receiver: asText(document.receiver), values: alert.values ?? alert.valueString };
  const own = new Set([...Object.keys(labels), ...noted.map(([name]) => name)]);
  return Object.fromEntries([
    ...Object.entries(labels),
    ...noted,
    ...Object.entries(rest).filter(([name]) => !own.has(name)),
  ]);
}

function hostOf(address: unknown): string | undefined {
  return typeof address === "string" && URL.canParse(address) ? new URL(address).host : undefined;
}
