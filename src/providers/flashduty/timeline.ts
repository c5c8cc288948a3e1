import type { Incident, Report, TimelineEntry } from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import { personName } from "../../model/person.ts";
import { encodePart } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { feedText, feedWord, peopleIn } from "./feed.ts";
import { checkIds } from "./ids.ts";
import { resolveId } from "./numbers.ts";
import { readPeople } from "./people.ts";
import { explainMissing } from "./show.ts";
import { readList, toId, toTime } from "./wire.ts";

const pageSize = 100;

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
    items.flatMap(({ creator_id, detail }) => [toId(creator_id) ?? [], peopleIn(asObject(detail) ?? {})].flat()),
  );
  const nameOf = (one: string): string => personName(people.person(one));
  const rows = items.map((item): TimelineEntry => {
    const creator = toId(item.creator_id);
    const type = asText(item.type) ?? "";
    return {
      at: toTime(item.created_at),
      type: feedWord(type),
      by: creator === null ? null : nameOf(creator),
      text: feedText(type, asObject(item.detail) ?? {}, nameOf),
    };
  });
  return { rows, ...(people.unknown !== undefined && { unknown: people.unknown }) };
}

/** The URL that the vendor returned, else the console's `/incident/detail/{id}`. */
export function pageOf(_: Connection, { url, id }: Pick<Incident, "id" | "url">): string {
  return url ?? `https://console.flashcat.cloud/incident/detail/${encodePart(id)}`;
}
