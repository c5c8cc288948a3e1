import type { Report, TimelineEntry } from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import type { Connection } from "../provider.ts";
import { asText, asTime } from "../wire.ts";
import { readLog, takeLog, typeOf } from "./history.ts";
import { readIncident } from "./show.ts";
import { idOf, nameOf, type Row } from "./wire.ts";

/** Our names for the vendor's types of log entries, without `_log_entry`. Source: OpenAPI. */
const types: Record<string, string> = {
  trigger: "triggered",
  acknowledge: "acknowledged",
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

/** The log of an incident, oldest entry first. */
export async function readTimeline(connection: Connection, word: string): Promise<Report<TimelineEntry>> {
  const { rows, truncated } = takeLog(connection, word) ?? (await readLogOf(connection, word));
  return {
    rows: rows.map(toEntry),
    ...(truncated !== undefined && { unknown: `this timeline is not complete: ${truncated}` }),
  };
}

async function readLogOf(connection: Connection, word: string) {
  const http = await connection.http();
  // The route takes an id. Reading the incident also shows whether it exists.
  return readLog(http, idOf(await readIncident(http, word), "GET /incidents/{id}"));
}

function toEntry(row: Row): TimelineEntry {
  const type = typeOf(row);
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
