import { usageError } from "../../errors.ts";
import { asObject } from "../../model/object.ts";
import { joinKey } from "../dedup-key.ts";
import type { Reading } from "./alert.ts";
import { readGroup } from "./alertmanager.ts";
import { asText, type Fields, firstLine, hostOf, linksOf, objectsIn, severityOf, textOf, timeOf } from "./fields.ts";

/**
 * The webhook of Grafana Alerting, which is that of Alertmanager with more fields, and the one of the dashboard alerts that
 * Grafana had before version 11. Source: Grafana documentation, "Configure the webhook notifier", and of version 7, "Alert
 * notifications", "Webhook".
 *
 * @throws {CliError} `usage` when it is neither
 */
export function fromGrafana(document: Fields): Reading[] {
  return "ruleId" in document ? fromRule(document) : readGroup(document, "grafana");
}

function fromRule(document: Fields): Reading[] {
  const rule = textOf(document, "ruleId");
  const state = textOf(document, "state")?.toLowerCase();
  const name = textOf(document, "ruleName") ?? textOf(document, "title") ?? `Rule ${rule}`;
  if (rule === undefined || state === undefined) throw usageError('"ruleId" or "state" is missing');
  if (["paused", "pending", "unknown"].includes(state))
    return [{ skipped: `the alert "${name}" is ${state}: neither a problem nor the end of one` }];
  if (!["alerting", "no_data", "ok"].includes(state))
    throw usageError(`the state "${state}" of the alert "${name}" is none of alerting, no_data, ok, pending, paused`);
  const tags = asObject(document.tags) ?? {};
  const matches = objectsIn(document.evalMatches);
  const message = firstLine(textOf(document, "message"));
  const matched = matches.map((one) => asObject(one.tags)).find(Boolean);
  const summary = message === undefined ? name : `${name}: ${message}`;
  return [
    {
      alert: {
        action: state === "ok" ? "resolve" : "trigger",
        dedupKey: joinKey("grafana", textOf(document, "orgId") ?? "", rule),
        summary: state === "no_data" ? `No data: ${name}` : summary,
        severity: severityOf(textOf(tags, "severity", "priority")),
        source: textOf(matched, "instance", "host", "hostname", "node", "pod") ?? hostOf(document.ruleUrl),
        component: textOf(tags, "service", "job"),
        group: textOf(tags, "cluster", "namespace"),
        class: name,
        details: {
          message: document.message,
          ...Object.fromEntries(matches.map((one) => [asText(one.metric) ?? "value", one.value])),
          ...tags,
          state,
        },
        links: linksOf([
          ["Rule", document.ruleUrl],
          ["Image", document.imageUrl],
        ]),
        at: timeOf(textOf(document, "time")),
      },
    },
  ];
}
