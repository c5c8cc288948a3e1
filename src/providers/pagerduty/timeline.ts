import type { Report, TimelineEntry } from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import { compareCodes } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asText, asTime } from "../wire.ts";
import { readAll } from "./paging.ts";
import { pathOf, readIncident } from "./show.ts";
import { idOf, nameOf, type Row } from "./wire.ts";

/** Our names for the vendor's types of log entries, without `_log_entry`. Source: OpenAPI, which has two words for an acknowledgment. */
const types: Record<string, string> = {
  trigger: "triggered",
  acknowledge: "acknowledged",
  acknowledgement: "acknowledged",
  unacknowledge: "unacknowledged",
  resolve: "resolved",
  reopen: "reopened",
  snooze: "snoozed",
  annotate: "commented",
  assign: "assigned",
  escalate: "escalated",
  notify: "notified",
  merge: "merged",
  priority_change: "priority changed",
  urgency_change: "urgency changed",
};

/** `GET /incidents/{id}/log_entries`, oldest first: the vendor promises no order. */
export async function readTimeline(connection: Connection, word: string): Promise<Report<TimelineEntry>> {
  const http = await connection.http();
  // The route takes an id. Reading the incident also shows whether it exists.
  const id = idOf(await readIncident(http, word), "GET /incidents/{id}");
  const { rows, truncated } = await readAll(http, {
    route: `GET ${pathOf(id)}/log_entries`,
    name: "log_entries",
    query: [
      ["include[]", "channels"],
      ["time_zone", "UTC"],
    ],
  });
  const entries = rows.map(toEntry).sort((a, b) => compareCodes(a.at ?? "", b.at ?? ""));
  return { rows: entries, ...(truncated !== undefined && { unknown: `this timeline is not complete: ${truncated}` }) };
}

function toEntry(row: Row): TimelineEntry {
  const type = (asText(row.type) ?? "").replace(/_log_entry(_reference)?$/, "");
  const agent = asObject(row.agent);
  const isPerson = agent !== undefined && (asText(agent.type) ?? "").startsWith("user");
  return {
    at: asTime(row.created_at),
    type: types[type] ?? (type.replaceAll("_", " ") || "event"),
    by: isPerson ? nameOf(agent) : null,
    text: textOf(row, type),
  };
}

/** Its note, else the comment in its channel, else what the vendor calls it. */
function textOf(row: Row, type: string): string | null {
  const note = asText(row.note);
  if (note !== null) return note;
  const channel = asObject(row.channel);
  const comment = type === "annotate" ? (asText(channel?.summary) ?? asText(channel?.content)) : null;
  return comment ?? asText(row.summary);
}
