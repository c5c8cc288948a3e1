import { usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import { asText } from "../wire.ts";
import { isMissing, readList } from "./wire.ts";

/** Maximum of ids in one request. Source: OpenAPI. */
export const maxBatchIds = 100;

/** Incidents as the vendor returns them, by id. */
export type Rows = Map<string, Record<string, unknown>>;

/** @throws {CliError} `usage` on a text that cannot be an id */
export function checkIds(ids: readonly string[]): void {
  const bad = ids.find((id) => !/^[0-9a-f]{24}$/i.test(id));
  if (bad !== undefined)
    throw usageError(`"${bad}" is not an id of Flashduty: 24 hexadecimal characters`, "onduty incidents list");
}

/** Incidents by their ids; those that do not exist are left out. */
export async function readByIds(http: HttpClient, ids: string[]): Promise<Rows> {
  const found: Rows = new Map();
  for (let at = 0; at < ids.length; at += maxBatchIds) {
    const body = { incident_ids: ids.slice(at, at + maxBatchIds) };
    try {
      const answer = await http.request("POST /incident/list-by-ids", { body, idempotent: true, reads: true });
      const { rows } = readList(answer, "POST /incident/list-by-ids", "incidents");
      for (const row of rows) found.set(asText(row.incident_id) ?? "", row);
    } catch (error) {
      // When all ids are unknown, the vendor may return "not found" instead of an empty list.
      if (!isMissing(error)) throw error;
    }
  }
  return found;
}
