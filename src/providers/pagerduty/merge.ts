import { CliError, usageError } from "../../errors.ts";
import { forProfile } from "../../model/command-line.ts";
import type { ItemOutcome } from "../../model/incident.ts";
import { collectOutcomes, failed, failureOutcome } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { actingHeaders } from "./acting-user.ts";
import { isAlready } from "./errors.ts";
import { addNote } from "./note.ts";
import { pathOf, readIncident, readIncidents } from "./show.ts";
import { toIncident } from "./wire.ts";

/**
 * `PUT /incidents/{target}/merge`. The vendor resolves the sources, and it cannot be undone. It merges all of them or none, so that a
 * refused request is sent again for each.
 */
export async function mergeIncidents(
  connection: Connection,
  sources: string[],
  target: string,
  note?: string,
): Promise<ItemOutcome[]> {
  const http = await connection.http();
  const headers = await actingHeaders(connection);
  const [into, read] = await Promise.all([readIncident(http, target), readIncidents(http, [...new Set(sources)])]);
  const { id: targetId, status } = toIncident(into, connection);
  if (status === "resolved")
    throw usageError(
      `incident "${target}" is resolved, and takes no others`,
      forProfile(`onduty incidents reopen ${target}`, connection.profile),
    );
  const ids = new Map<string, string>();
  for (const [word, row] of read) if (!(row instanceof CliError)) ids.set(word, toIncident(row, connection).id);
  if ([...ids.values()].includes(targetId)) throw usageError(`incident "${target}" cannot be merged into itself`);
  const merge = async (some: readonly string[]): Promise<void> => {
    const source_incidents = some.map((id) => ({ id, type: "incident_reference" }));
    await http.request(`PUT ${pathOf(targetId)}/merge`, { body: { source_incidents }, headers });
  };
  const merged = (id: string): ItemOutcome => ({
    id,
    outcome: "merged",
    status: "resolved",
    by: null,
    at: null,
    error: null,
  });
  const wanted = [...new Set(ids.values())];
  let outcomes = wanted.map(merged);
  try {
    if (wanted.length > 0) await merge(wanted);
  } catch (error) {
    if (!(error instanceof CliError) || (error.status !== 400 && error.status !== 404)) throw error;
    outcomes = await collectOutcomes(wanted, 1, async (id) => {
      try {
        if (wanted.length > 1) await merge([id]);
        else throw error;
        return merged(id);
      } catch (own) {
        if (own instanceof CliError && isAlready(own)) return { ...merged(id), outcome: "already" };
        throw own;
      }
    });
  }
  const isDone = outcomes.some(({ outcome }) => outcome === "merged");
  const lost = note === undefined || !isDone ? null : await addNote(http, targetId, note, headers);
  const byId = new Map(outcomes.map((one) => [one.id, one]));
  return sources.map((word): ItemOutcome => {
    const row = read.get(word);
    if (row instanceof CliError) return failureOutcome(word, row);
    const outcome = byId.get(ids.get(word) ?? "") ?? failed(word, "its state is not known");
    return { ...outcome, id: word, error: outcome.error ?? (outcome.outcome === "merged" ? lost : null) };
  });
}
