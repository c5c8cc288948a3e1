import { CliError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import { asText } from "../wire.ts";
import { accountProblem, isDeleted, isMissing, readList } from "./wire.ts";

/** Maximum of ids in one request. Source: OpenAPI. */
export const maxBatchIds = 100;

/** Incidents as the vendor returns them, by id. */
export type Rows = Map<string, Record<string, unknown>>;

const route = "POST /incident/list-by-ids";

/** Incidents by their ids; those that do not exist are left out, deleted ones too. */
export async function readByIds(http: HttpClient, ids: readonly string[]): Promise<Rows> {
  const found: Rows = new Map();
  for (let at = 0; at < ids.length; at += maxBatchIds) await readGroup(http, ids.slice(at, at + maxBatchIds), found);
  for (const [id, row] of found) if (isDeleted(row)) found.delete(id);
  return found;
}

/** Adds the rows of ids to `found`. A response may have fewer rows than it reports: the others are asked for in smaller groups. */
async function readGroup(http: HttpClient, ids: readonly string[], found: Rows): Promise<void> {
  const body = { incident_ids: ids };
  let count = 0;
  let more = false;
  try {
    const answer = await http.request(route, { body, idempotent: true, reads: true });
    const { data, rows } = readList(answer, route, "incidents");
    for (const row of rows) found.set((asText(row.incident_id) ?? "").toLowerCase(), row);
    count = rows.length;
    more = data.has_next_page === true || (typeof data.total === "number" && data.total > count);
  } catch (error) {
    // When all ids are unknown, the vendor may return "not found" instead of an empty list.
    if (!isMissing(error)) throw error;
    const problem = await accountProblem(http, error);
    if (problem !== undefined) throw problem;
  }
  const missing = ids.filter((id) => !found.has(id));
  if (!more || missing.length === 0) return;
  if (ids.length === 1) throw new CliError("failure", `${route}: the response does not have the incident it reports`);
  const size = count > 0 ? Math.min(count, missing.length) : Math.ceil(ids.length / 2);
  const smaller = size < ids.length ? size : Math.ceil(ids.length / 2);
  for (let at = 0; at < missing.length; at += smaller) await readGroup(http, missing.slice(at, at + smaller), found);
}
