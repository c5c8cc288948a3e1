import { usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import { asText } from "../wire.ts";
import { isMissing, readList } from "./wire.ts";

/** Most ids that one action takes. Source: OpenAPI. */
export const batch = 100;

/** By id. */
export type Rows = Map<string, Record<string, unknown>>;

/** @throws {CliError} `usage` on what cannot be an id */
export function checkIds(ids: readonly string[]): void {
  const bad = ids.find((id) => !/^[0-9a-f]{24}$/i.test(id));
  if (bad !== undefined)
    throw usageError(`"${bad}" is not an id of Flashduty: 24 hexadecimal characters`, "onduty incidents list");
}

/** Incidents by their ids; those that do not exist are left out. */
export async function readByIds(http: HttpClient, ids: string[]): Promise<Rows> {
  const found: Rows = new Map();
  for (let at = 0; at < ids.length; at += batch) {
    const body = { incident_ids: ids.slice(at, at + batch) };
    try {
      const answer = await http.request("POST /incident/list-by-ids", { body, idempotent: true, reads: true });
      const { rows } = readList(answer, "POST /incident/list-by-ids", "incidents");
      for (const row of rows) found.set(asText(row.incident_id) ?? "", row);
    } catch (error) {
      // For a batch that is all unknown the vendor may say "not found" instead of nothing.
      if (!isMissing(error)) throw error;
    }
  }
  return found;
}
