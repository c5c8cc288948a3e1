import pMap from "p-map";
import { CliError, Interrupted } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Report, SimilarIncident } from "../../model/incident.ts";
import { asObject, defined } from "../../model/object.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { acknowledgmentsIn, readLog, resolutionIn } from "./history.ts";
import { pathOf, readIncident } from "./show.ts";
import { idOf, type Row, readRows, toIncident } from "./wire.ts";

/** Incidents that are read at once. The vendor asks for few requests at a time. */
const atOnce = 2;

/**
 * `GET /incidents/{id}/past_incidents`: those of the last six months on the same service. The vendor gives title and time of each;
 * the rest, and what was written when it was resolved, is read for each. Source: OpenAPI.
 */
export async function listSimilar(
  connection: Connection,
  word: string,
  limit: number,
): Promise<Report<SimilarIncident>> {
  const http = await connection.http();
  const id = idOf(await readIncident(http, word), "GET /incidents/{id}");
  const answer = await http.request(`GET ${pathOf(id)}/past_incidents`, { query: { limit, total: "true" } });
  const { object, rows } = readRows(answer, "past_incidents", "GET /incidents/{id}/past_incidents");
  let unknown: string | undefined;
  const similar = await pMap(
    rows.slice(0, limit),
    async (row) => {
      const past = asObject(row.incident) ?? {};
      const score = typeof row.score === "number" ? row.score : null;
      try {
        return { ...(await readPast(http, connection, idOf(past, "GET /incidents/{id}/past_incidents"))), score };
      } catch (error) {
        if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
        unknown = `incident ${asText(past.id)} could not be read: ${error.message}`;
        return { ...toIncident(past, connection), score };
      }
    },
    { concurrency: atOnce },
  );
  const total = typeof object.total === "number" ? object.total : 0;
  const isCut = total > similar.length && similar.length < limit;
  if (isCut) unknown ??= `this list is not complete: PagerDuty gave ${similar.length} of ${total}`;
  return {
    rows: similar,
    ...defined({ unknown }),
    ...(total > similar.length && !isCut && { total }),
  };
}

async function readPast(http: HttpClient, connection: Connection, id: string) {
  const [row, log]: [Row, Row[]] = await Promise.all([
    readIncident(http, id, ["assignees", "acknowledgers"]),
    readLog(http, id).then(({ rows }) => rows),
  ]);
  const incident = toIncident(row, connection);
  const acknowledgedAt = incident.acknowledgedAt ?? acknowledgmentsIn(log)[0]?.at ?? null;
  return { ...incident, acknowledgedAt, resolution: resolutionIn(log) };
}
