import { CliError, Interrupted } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Event } from "../../model/event.ts";
import { encodePart } from "../../model/text.ts";
import { noteMessage } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { actingHeaders } from "./acting-user.ts";
import { idOf, lastChangeOf, readOne, readRows } from "./wire.ts";

/**
 * `POST /incidents/{id}/notes`. Never repeated: a repeat would add the note a second time. Returns whether it was sent, which it is
 * not with `--dry-run`.
 */
export async function postNote(
  http: HttpClient,
  id: string,
  content: string,
  headers: Record<string, string>,
): Promise<boolean> {
  const answer = await http.request(`POST /incidents/${encodePart(id)}/notes`, {
    body: { note: { content } },
    headers,
  });
  if (answer.attempts > 0) readOne(answer, "note", "POST /incidents/{id}/notes");
  return answer.attempts > 0;
}

/** Adds a note after an action that is done by now: a failure is returned as a message, not thrown. */
export async function addNote(
  http: HttpClient,
  id: string,
  note: string,
  headers: Record<string, string>,
): Promise<string | null> {
  try {
    await postNote(http, id, note, headers);
    return null;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return noteMessage(error);
  }
}

/** An incident that was resolved so long ago, in milliseconds, is not the one that an event resolves. */
const freshMs = 600_000;

/** Adds a note to the incident under a dedup key, for an event, which has no field for it. Returns why it is left out. */
export async function noteByKey(
  connection: Connection,
  { action, dedupKey }: Pick<Event, "action" | "dedupKey">,
  note: string,
): Promise<string | undefined> {
  if (!connection.keys.has("api")) return "the note was left out: it needs an API key";
  try {
    const http = await connection.http();
    const search = new URLSearchParams({ incident_key: dedupKey, date_range: "all", limit: "1" });
    const open = ["triggered", "acknowledged"];
    for (const status of action === "resolve" ? [...open, "resolved"] : open) search.append("statuses[]", status);
    search.set("sort_by", "created_at:desc");
    const { rows } = readRows(
      await http.request("GET /incidents", { search: search.toString() }),
      "incidents",
      "GET /incidents",
    );
    const [row] = rows;
    const at = row?.status === "resolved" ? lastChangeOf(row).at : null;
    const isOld = at !== null && connection.now().getTime() - Date.parse(at) > freshMs;
    if (row === undefined || isOld) return "the note was left out: no incident is found under this key";
    const lost = await addNote(http, idOf(row, "GET /incidents"), note, await actingHeaders(connection));
    return lost ?? undefined;
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    return `the note was left out: ${error.message}`;
  }
}
