import { usageError } from "../../errors.ts";
import { asObject } from "../../model/object.ts";
import { joinKey } from "../dedup-key.ts";
import type { Alert, Reading } from "./alert.ts";
import { type Fields, firstLine, linksOf, objectsIn, severityOf, textOf, timeOf } from "./fields.ts";
import { foreignText } from "./signs.ts";

/**
 * What an integration of Sentry gets: an issue alert, a metric alert, or a change of an issue; or what the older webhook
 * plugin posts. An issue alert has the key of its issue, so that the issue's resolution closes it. Source: Sentry
 * documentation, integration platform, "Webhooks": "Issue Alerts", "Metric Alerts", "Issues".
 *
 * @throws {CliError} `usage` when it is none of these
 */
export function fromSentry(document: Fields): Reading[] {
  const data = asObject(document.data);
  const action = textOf(document, "action")?.toLowerCase() ?? "";
  const [event, metric, issue] = [data?.event ?? data?.error, data?.metric_alert, data?.issue].map(asObject);
  if (metric !== undefined) return fromMetric(action, metric, data ?? {});
  if (event !== undefined) return [{ alert: fromIssueAlert(event, data ?? {}) }];
  if (issue !== undefined) return fromIssue(action, issue);
  if (textOf(document, "culprit", "project_slug") !== undefined) return [{ alert: fromPlugin(document) }];
  throw usageError(foreignText(document, "sentry", '"data" has neither "event", "metric_alert" nor "issue"'));
}

function fromIssueAlert(event: Fields, data: Fields): Alert {
  const id = textOf(event, "issue_id", "groupID", "event_id");
  if (id === undefined) throw usageError('the "issue_id" of the event is missing');
  const tags = tagsOf(event.tags);
  return {
    ...issueParts({ ...tags, ...withoutProject(event) }),
    action: "trigger",
    dedupKey: joinKey("sentry", "issue", id),
    details: { rule: data.triggered_rule, ...tags, ...parts(event), issue: id },
    links: linksOf([["Sentry", event.web_url]]),
    at: timeOf(textOf(event, "datetime")) ?? timeOf(event.timestamp),
  };
}

/** The project of an event is a number; its name is in the address. */
function withoutProject(event: Fields): Fields {
  const [, slug] = /\/projects\/[^/]+\/([^/]+)\//.exec(textOf(event, "url") ?? "") ?? [];
  return slug === undefined ? event : { ...event, server_name: undefined, project_slug: slug };
}

function fromIssue(action: string, issue: Fields): Reading[] {
  const id = textOf(issue, "id");
  if (id === undefined) throw usageError('the "id" of the issue is missing');
  const opens = action === "created" || action === "unresolved";
  if (!opens && action !== "resolved")
    return [{ skipped: `the issue was ${action || "changed"}: neither a problem nor the end of one` }];
  const project = asObject(issue.project);
  return [
    {
      alert: {
        ...issueParts(issue),
        action: opens ? "trigger" : "resolve",
        dedupKey: joinKey("sentry", "issue", id),
        source: textOf(project, "slug", "name") ?? "Sentry",
        details: { ...parts(issue), issue: textOf(issue, "shortId") ?? id },
        links: linksOf([
          ["Sentry", issue.web_url],
          ["Sentry", issue.permalink],
        ]),
        at: timeOf(textOf(issue, opens ? "firstSeen" : "lastSeen")),
      },
    },
  ];
}

function fromMetric(action: string, metric: Fields, data: Fields): Reading[] {
  const id = textOf(metric, "id", "identifier");
  if (id === undefined) throw usageError('the "id" of the metric alert is missing');
  if (!["critical", "warning", "resolved"].includes(action))
    throw usageError(`the action "${action}" is none of critical, warning, resolved`);
  const rule = asObject(metric.alert_rule);
  const [name, title] = [textOf(rule, "name"), textOf(data, "description_title")];
  const resolved = action === "resolved";
  return [
    {
      alert: {
        action: resolved ? "resolve" : "trigger",
        dedupKey: joinKey("sentry", "metric", textOf(metric, "organization_id") ?? "", id),
        summary: title ?? name ?? `Metric alert ${id}`,
        severity: resolved ? "error" : severityOf(action),
        source: Array.isArray(metric.projects) ? metric.projects.join(" ") : "Sentry",
        component: undefined,
        group: undefined,
        class: textOf(rule, "aggregate"),
        details: { rule: name, description: data.description_text, query: rule?.query, ...parts(metric) },
        links: linksOf([["Sentry", data.web_url]]),
        at: timeOf(textOf(metric, resolved ? "date_closed" : "date_detected", "date_started")),
      },
    },
  ];
}

function fromPlugin(document: Fields): Alert {
  const id = textOf(document, "id");
  if (id === undefined) throw usageError('the "id" of the issue is missing');
  const event = asObject(document.event) ?? {};
  return {
    ...issueParts({ ...event, ...parts(document) }),
    action: "trigger",
    dedupKey: joinKey("sentry", "issue", id),
    source: textOf(document, "project_slug", "project", "project_name") ?? "Sentry",
    details: { ...parts(document), ...tagsOf(event.tags) },
    links: linksOf([["Sentry", document.url]]),
    at: timeOf(event.timestamp) ?? timeOf(event.received),
  };
}

function issueParts(issue: Fields): Omit<Alert, "action" | "dedupKey" | "details" | "links" | "at"> {
  return {
    summary:
      textOf(issue, "title") ?? firstLine(textOf(issue, "message")) ?? textOf(issue, "culprit") ?? "Sentry issue",
    severity: severityOf(textOf(issue, "level")),
    source: textOf(issue, "server_name", "project_slug", "project") ?? "Sentry",
    component: textOf(issue, "culprit", "transaction"),
    group: textOf(issue, "environment"),
    class: textOf(issue, "type", "issueType"),
  };
}

/** Lists of pairs, or of `{key, value}`. */
function tagsOf(tags: unknown): Fields {
  const isPair = (one: unknown): one is [string, unknown] => Array.isArray(one) && typeof one[0] === "string";
  const pairs = Array.isArray(tags) ? tags.filter(isPair) : [];
  const named = objectsIn(tags).map((one): [string, unknown] => [textOf(one, "key") ?? "", one.value]);
  return Object.fromEntries([...pairs, ...named]);
}

/** Fields that are one value: an event has its stack traces and breadcrumbs beside them. */
function parts(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value !== "object"));
}
