import type { HttpClient } from "../../http/client.ts";
import type { Reference } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { readList, toReference } from "./wire.ts";

const pageSize = 100;

/** Every service's id and name. */
export async function listServices(connection: Connection): Promise<Reference[]> {
  const rows = await listAll(await connection.http(), "services");
  return rows.flatMap((row) => toReference(row) ?? []);
}

/** All rows of a directory list; 1.3.1 gives them in one page. */
export async function listAll(http: HttpClient, name: "services" | "schedules"): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (;;) {
    const { body } = await http.request(`GET /api/${name}`, { query: { limit: pageSize, offset: rows.length } });
    const page = readList(body, name, `GET /api/${name}`);
    rows.push(...page.rows);
    if (!page.documented || page.hasMore !== true || page.rows.length === 0) return rows;
  }
}
