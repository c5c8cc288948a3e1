import type { Incident, Report, TimelineEntry } from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import { personName } from "../../model/person.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { checkIds } from "./ids.ts";
import { resolveId } from "./numbers.ts";
import { readPeople } from "./people.ts";
import { explainMissing } from "./show.ts";
import { readList, toId, toTime } from "./wire.ts";

const pageSize = 100;

/** Our names for the vendor's types of feed items. Source: OpenAPI. */
const types: Record<string, string> = {
  i_new: "created",
  i_assign: "assigned",
  i_a_rspd: "responder added",
  i_notify: "notified",
  i_storm: "storm",
  i_snooze: "snoozed",
  i_wake: "woken",
  i_ack: "acknowledged",
  i_unack: "unacknowledged",
  i_comm: "commented",
  i_rslv: "resolved",
  i_reopen: "reopened",
  i_merge: "merged",
  a_merge: "alert merged",
  i_r_title: "title changed",
  i_r_desc: "description changed",
  i_r_impact: "impact changed",
  i_r_rc: "root cause changed",
  i_r_rsltn: "resolution changed",
  i_r_severity: "severity changed",
  i_r_field: "field changed",
};

/** `POST /incident/feed`, all pages, with the names of the people in it. */
export async function readTimeline(connection: Connection, word: string): Promise<Report<TimelineEntry>> {
  checkIds([word]);
  const http = await connection.http();
  const id = await resolveId(http, connection, word);
  const items: Record<string, unknown>[] = [];
  for (let page = 1; ; page += 1) {
    const body = { incident_id: id, p: page, limit: pageSize, asc: true };
    try {
      const answer = await http.request("POST /incident/feed", { body, idempotent: true, reads: true });
      const { data, rows } = readList(answer, "POST /incident/feed", "timeline");
      items.push(...rows);
      if (data.has_next_page !== true || rows.length === 0) break;
    } catch (error) {
      throw await explainMissing(http, word, error);
    }
  }
  const people = await readPeople(
    http,
    items.flatMap((item) => toId(item.creator_id) ?? []),
  );
  const rows = items.map((item): TimelineEntry => {
    const creator = toId(item.creator_id);
    const type = asText(item.type) ?? "";
    return {
      at: toTime(item.created_at),
      type: types[type] ?? type,
      by: creator === null ? null : personName(people.person(creator)),
      text: textOf(asObject(item.detail) ?? {}),
    };
  });
  return { rows, ...(people.unknown !== undefined && { unknown: people.unknown }) };
}

/** The text of an item: its comment, reason or title, else the duration or the change. */
function textOf(detail: Record<string, unknown>): string | null {
  const [from, to] = [asText(detail.from), asText(detail.to)];
  const minutes = asText(detail.minutes);
  const text = asText(detail.comment) ?? asText(detail.reason) ?? asText(detail.title);
  if (text !== null) return text;
  if (minutes !== null) return `for ${minutes} minutes`;
  return from !== null && to !== null ? `from ${from} to ${to}` : null;
}

/** The URL that the vendor returned, else the console's `/incident/detail/{id}`. */
export function pageOf(_: Connection, { url, id }: Incident): string {
  return url ?? `https://console.flashcat.cloud/incident/detail/${encodeURIComponent(id)}`;
}
