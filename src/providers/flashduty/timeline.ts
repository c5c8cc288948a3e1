import type { HttpClient } from "../../http/client.ts";
import type { Incident, Report, TimelineEntry } from "../../model/incident.ts";
import { asObject, defined } from "../../model/object.ts";
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
  const { items, missing } = await readFeed(http, id).catch(async (error: unknown) => {
    throw await explainMissing(http, word, error);
  });
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
  return { rows, ...defined({ unknown: missing ?? people.unknown }) };
}

/** All pages of the feed, and why some may be missing: a server that goes on with what it gave before would be asked without end. */
async function readFeed(
  http: HttpClient,
  id: string,
): Promise<{ items: Record<string, unknown>[]; missing: string | undefined }> {
  const items: Record<string, unknown>[] = [];
  let before = "";
  for (let page = 1; ; page += 1) {
    const body = { incident_id: id, p: page, limit: pageSize, asc: true };
    const answer = await http.request("POST /incident/feed", { body, idempotent: true, reads: true });
    const { data, rows } = readList(answer, "POST /incident/feed", "timeline");
    const now = JSON.stringify(rows);
    if (now === before)
      return { items, missing: "this timeline is not complete: Flashduty returns the same entries for every page" };
    items.push(...rows);
    if (data.has_next_page !== true) return { items, missing: undefined };
    if (rows.length === 0)
      return { items, missing: "this timeline is not complete: Flashduty reports more entries, but not which" };
    before = now;
  }
}

/** The URL that the vendor returned, else the console's `/incident/detail/{id}`. */
export function pageOf(_: Connection, { url, id }: Pick<Incident, "id" | "url">): string {
  return url ?? `https://console.flashcat.cloud/incident/detail/${encodePart(id)}`;
}
