import { usageError } from "../../errors.ts";
import { fingerprint } from "../../model/fingerprint.ts";
import { asObject } from "../../model/object.ts";
import { joinKey } from "../dedup-key.ts";
import type { Alert, Reading } from "./alert.ts";
import { asText, type Fields, firstLine, hostOf, linksOf, severityOf, textOf, timeOf } from "./fields.ts";
import { labelFingerprint } from "./label-fingerprint.ts";
import { foreignText } from "./signs.ts";

/** The words for the state of an alert in all the lists below, and what they mean. */
const meanings: Record<string, Alert["action"] | "aside"> = {
  firing: "trigger",
  active: "trigger",
  unprocessed: "trigger",
  resolved: "resolve",
  suppressed: "aside",
  pending: "aside",
  inactive: "aside",
};

/**
 * The body of Alertmanager's webhook, version "4": a group of alerts, each with a status of its own. Grafana Alerting posts the
 * same shape with more fields. Also one alert of Alertmanager's API v2 (`/api/v2/alerts`, `amtool -o json`), and the response
 * of Prometheus' `/api/v1/alerts`; what is missing from those is not resolved. Sources: Prometheus documentation,
 * `webhook_config`, "Notification template reference", "HTTP API"; Alertmanager's OpenAPI; Grafana documentation, "Configure the
 * webhook notifier".
 *
 * @throws {CliError} `usage` when it is none of these
 */
export function fromAlertmanager(document: Fields): Reading[] {
  return readGroup(document, "alertmanager");
}

/** The same for documents of a system that posts the same shape; keys begin with its name. */
export function readGroup(document: Fields, system: "alertmanager" | "grafana"): Reading[] {
  const alerts = document.alerts ?? asObject(document.data)?.alerts;
  if (!Array.isArray(alerts)) {
    if (isAlert(document)) return [readOne(document, {}, system)];
    throw usageError(foreignText(document, system, 'the list "alerts" is missing'));
  }
  const readings = alerts.map((value: unknown, index): Reading => {
    const alert = asObject(value);
    const read: Reading = alert === undefined ? { problem: "it is not an object" } : readOne(alert, document, system);
    return "problem" in read ? { problem: `alert ${index + 1}: ${read.problem}` } : read;
  });
  if (alerts.length === 0) readings.push({ skipped: "it has no alerts" });
  return [...readings, ...truncation(document, system)];
}

/** One that stands alone. */
function isAlert(document: Fields): boolean {
  return asObject(document.labels) !== undefined && (document.status !== undefined || document.state !== undefined);
}

/** What a group that was cut leaves unsaid. */
function truncation({ truncatedAlerts, status }: Fields, system: "alertmanager" | "grafana"): Reading[] {
  if (typeof truncatedAlerts !== "number" || truncatedAlerts <= 0) return [];
  const [name, setting] = system === "grafana" ? ["Grafana", "Max Alerts"] : ["Alertmanager", "max_alerts"];
  const left = `${name} left ${truncatedAlerts} alerts of this group out ("${setting}")`;
  const open = status === "resolved" ? ": their incidents stay open" : "";
  return [{ warning: left + open }];
}

function readOne(alert: Fields, document: Fields, system: string): Reading {
  const status = asObject(alert.status)?.state ?? alert.status ?? alert.state;
  const word = asText(status)?.toLowerCase();
  const meaning = word !== undefined && Object.hasOwn(meanings, word) ? meanings[word] : undefined;
  if (word === undefined) return { problem: '"status" is missing' };
  if (meaning === undefined)
    return { problem: `the status ${JSON.stringify(status)} is neither "firing" nor "resolved"` };
  const [labels, annotations] = [asObject(alert.labels) ?? {}, asObject(alert.annotations) ?? {}];
  if (meaning === "aside") return { skipped: `the alert "${summaryOf(labels, annotations)}" is ${word}` };
  const dedupKey = keyOf(alert, labels, system);
  if (dedupKey === undefined) return { problem: 'it has neither a "fingerprint" nor "labels"' };
  return {
    alert: {
      action: meaning,
      dedupKey,
      summary: summaryOf(labels, annotations),
      severity: severityOf(textOf(labels, "severity")),
      source: textOf(labels, "instance", "host", "hostname", "node", "pod") ?? hostOf(document.externalURL),
      component: textOf(labels, "service", "job"),
      group: textOf(labels, "cluster", "namespace"),
      class: textOf(labels, "alertname"),
      details: detailsOf(alert, labels, annotations, document),
      links: linksIn(alert, annotations, document),
      at: timeOf(textOf(alert, meaning === "trigger" ? "startsAt" : "endsAt", "activeAt")),
    },
  };
}

/** The fingerprint is made from the labels, and so are keys without one: the same for firing and resolved. */
function keyOf(alert: Fields, labels: Fields, system: string): string | undefined {
  const given = textOf(alert, "fingerprint");
  if (given !== undefined) return joinKey(system, /^[\w-]{1,64}$/.test(given) ? given : fingerprint(given));
  return Object.keys(labels).length === 0 ? undefined : joinKey(system, labelFingerprint(labels));
}

/** Grafana's own alerts about a rule that has no data or fails have a name of their own; the rule is what people know. */
function summaryOf(labels: Fields, annotations: Fields): string {
  const [name, rule] = [textOf(labels, "alertname"), textOf(labels, "rulename")];
  const reason = textOf(annotations, "grafana_state_reason") ?? "";
  if (name === "DatasourceNoData" || /^NoData\b/.test(reason)) return `No data: ${rule ?? name}`;
  if (name === "DatasourceError" || /^Error\b/.test(reason)) return `Error: ${rule ?? name}`;
  const written = textOf(annotations, "summary", "title") ?? firstLine(textOf(annotations, "description", "message"));
  const instance = textOf(labels, "instance");
  if (written !== undefined) return written;
  if (name !== undefined) return instance === undefined ? name : `${name} on ${instance}`;
  return Object.entries(labels)
    .map(([label, value]) => `${label}=${asText(value) ?? ""}`)
    .join(" ");
}

/** Each annotation that is an address, and the pages of the system. A relative address begins at that of the sender. */
function linksIn(alert: Fields, annotations: Fields, { externalURL }: Fields): Alert["links"] {
  const full = (address: unknown): unknown => {
    const base = typeof externalURL === "string" && URL.canParse(externalURL) ? externalURL : undefined;
    if (typeof address !== "string" || address === "" || base === undefined || URL.canParse(address)) return address;
    return URL.canParse(address, base) ? new URL(address, base).href : address;
  };
  return linksOf([
    ...Object.entries(annotations).map(([name, value]): [string, unknown] => [titleOf(name), value]),
    ["Dashboard", full(alert.dashboardURL)],
    ["Panel", full(alert.panelURL)],
    ["Source", full(alert.generatorURL)],
    ["Silence", full(alert.silenceURL)],
    ["Image", full(alert.imageURL)],
  ]);
}

/** `Grafana dashboard` of `grafana_dashboard_url`. */
function titleOf(name: string): string {
  const words =
    name
      .replace(/_*(?:ur[li]|link)$/i, "")
      .replaceAll("_", " ")
      .trim() || name;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** An annotation that has the name of a label stands beside it. */
function detailsOf(alert: Fields, labels: Fields, annotations: Fields, document: Fields): Fields {
  const noted = Object.entries(annotations).map(([name, value]) => [
    Object.hasOwn(labels, name) ? `annotation_${name}` : name,
    value,
  ]);
  const rest = { receiver: asText(document.receiver), values: alert.values ?? alert.valueString ?? alert.value };
  const own = new Set([...Object.keys(labels), ...noted.map(([name]) => name)]);
  return Object.fromEntries([
    ...Object.entries(labels),
    ...noted,
    ...Object.entries(rest).filter(([name]) => !own.has(name)),
  ]);
}
