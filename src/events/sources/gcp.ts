import { usageError } from "../../errors.ts";
import { parseExactly } from "../../model/exact-json.ts";
import { asObject } from "../../model/object.ts";
import { joinKey } from "../dedup-key.ts";
import type { Reading } from "./alert.ts";
import { type Fields, firstLine, linksOf, objectsIn, severityOf, textOf, timeOf } from "./fields.ts";
import { foreignText } from "./signs.ts";

/**
 * An incident of Google Cloud Monitoring, as its webhook posts it or as Pub/Sub pushes it (base64 in an envelope). Source:
 * Google Cloud documentation, Monitoring, "Create and manage notification channels", schema 1.2.
 *
 * @throws {CliError} `usage` when it is not one
 */
export function fromGcp(document: Fields): Reading[] {
  const content = contentOf(document);
  const incident = asObject(content.incident);
  const id = textOf(incident, "incident_id");
  if (incident === undefined || id === undefined)
    throw usageError(foreignText(document, "gcp", '"incident" with an "incident_id" is missing'));
  if (content.version === "test") return [{ skipped: "it is a test of the notification channel" }];
  const state = textOf(incident, "state")?.toLowerCase();
  if (state === "acknowledged") return [{ skipped: "the incident was acknowledged: the problem goes on" }];
  if (state !== "open" && state !== "closed")
    throw usageError(`the state ${JSON.stringify(incident.state)} is neither "open" nor "closed"`);
  const [resource, metric, notes] = [incident.resource, incident.metric, incident.documentation].map(asObject);
  const labels = { ...asObject(asObject(incident.metadata)?.user_labels), ...asObject(incident.policy_user_labels) };
  const policy = textOf(incident, "policy_name");
  const summary =
    textOf(notes, "subject") ?? firstLine(textOf(incident, "summary")) ?? textOf(incident, "condition_name");
  return [
    {
      alert: {
        action: state === "open" ? "trigger" : "resolve",
        dedupKey: joinKey("gcp", textOf(incident, "scoping_project_id", "scoping_project_number") ?? "", id),
        summary: [policy, summary === policy ? undefined : summary].filter(Boolean).join(": ") || `Incident ${id}`,
        severity: severityOf(knownSeverity(textOf(incident, "severity")) ?? textOf(labels, "severity")),
        source: textOf(incident, "resource_display_name", "resource_name", "resource_id") ?? "Google Cloud Monitoring",
        component: textOf(resource, "type"),
        group: textOf(incident, "scoping_project_id"),
        class: textOf(metric, "displayName", "type"),
        details: {
          ...incident,
          ...labels,
          ...asObject(resource?.labels),
          ...asObject(metric?.labels),
          documentation: textOf(notes, "content") ?? incident.documentation,
        },
        links: linksOf([
          ["Incident", incident.url],
          ...objectsIn(notes?.links).map((one): [string, unknown] => [textOf(one, "displayName") ?? "Link", one.url]),
        ]),
        at: timeOf(incident[state === "open" ? "started_at" : "ended_at"]),
      },
    },
  ];
}

/** "No severity" is none. */
function knownSeverity(word: string | undefined): string | undefined {
  return word === undefined || /^no severity$/i.test(word.trim()) ? undefined : word;
}

/** What Pub/Sub carries, if it is its envelope. @throws {CliError} `usage` when that cannot be read */
function contentOf(document: Fields): Fields {
  const data = textOf(asObject(document.message), "data");
  if (data === undefined) return document;
  try {
    return asObject(parseExactly(Buffer.from(data, "base64").toString("utf8"))) ?? {};
  } catch {
    throw usageError('the "data" of the Pub/Sub message is not JSON in base64');
  }
}
