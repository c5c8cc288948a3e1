import { CliError, unsupported, usageError } from "../../errors.ts";
import type { Incident, ItemOutcome, NewIncident } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { checkIds, maxBatchIds, readByIds } from "./by-ids.ts";
import { showIncident } from "./incidents.ts";
import { failed, notTried, readBack, uncertainMessage } from "./outcomes.ts";
import { send } from "./send.ts";
import { readData, severityOf } from "./wire.ts";
import { checkTitle } from "./writes.ts";

/** `POST /incident/merge`. It cannot be undone: the vendor closes the sources. */
export async function mergeIncidents(
  connection: Connection,
  sources: string[],
  target: string,
  note?: string,
): Promise<ItemOutcome[]> {
  checkIds([...sources, target]);
  const http = await connection.http();
  const all = [...sources, target].map((id) => id.toLowerCase());
  const known = await readByIds(http, all);
  if (!known.has(target.toLowerCase()))
    throw new CliError("notFound", `incident to merge into not found: "${target}"`, { hint: "onduty incidents list" });
  const existing = sources.filter((id) => known.has(id.toLowerCase()));
  const failures = new Map<string, ItemOutcome>();
  const accepted: string[] = [];
  for (let at = 0; at < existing.length; at += maxBatchIds) {
    const chunk = existing.slice(at, at + maxBatchIds);
    const body = {
      source_incident_ids: chunk,
      target_incident_id: target,
      ...(note !== undefined && { comment: note }),
    };
    try {
      const { attempts } = await send(http, "POST /incident/merge", { body });
      if (attempts > 0) accepted.push(...chunk.map((id) => id.toLowerCase()));
    } catch (error) {
      // Earlier batches are merged for good, and must not be reported as failed.
      if (!(error instanceof CliError) || at === 0) throw error;
      for (const id of chunk) failures.set(id, failed(id, uncertainMessage(error, "merged")));
      for (const id of existing.slice(at + maxBatchIds)) failures.set(id, notTried(error)(id));
      break;
    }
  }
  // A merged source is closed, or no longer exists.
  const openState = ({ status }: Incident): string | undefined =>
    status === "resolved" ? undefined : `it is ${status}`;
  const back = accepted.length === 0 ? undefined : await readBack(http, connection, accepted, openState);
  return sources.map((id) => {
    const undone = back?.undone.get(id.toLowerCase());
    if (undone !== undefined) return failed(id, undone);
    if (!known.has(id.toLowerCase())) return { ...failed(id, `incident "${id}" not found`), outcome: "notFound" };
    return failures.get(id) ?? { id, outcome: "merged", status: "resolved", by: null, at: null, error: null };
  });
}

/** `POST /incident/create`. Never repeated: the route takes no idempotency key. */
export async function createIncident(connection: Connection, incident: NewIncident): Promise<Incident> {
  const { title, urgency, service, description, priority, assignee } = incident;
  if (priority !== undefined) throw unsupported("flashduty", "priorities of incidents", "--urgency");
  checkTitle(title);
  const channel = service ?? connection.profile.service;
  if (channel !== undefined && !/^\d+$/.test(channel))
    throw usageError(`"${channel}" is not the id of a channel of Flashduty, which is a number`, "onduty services list");
  const http = await connection.http();
  const body = {
    title,
    incident_severity: severityOf[urgency],
    ...(channel !== undefined && { channel_id: Number(channel) }),
    ...(description !== undefined && { description }),
    ...(assignee !== undefined && { assigned_to: { person_ids: [Number(assignee.id)] } }),
  };
  const answer = await http.request("POST /incident/create", { body });
  const id = asText(readData(answer.body).incident_id);
  if (id === null)
    throw new CliError("failure", "POST /incident/create: no incident in the response; it may have been created", {
      hint: "onduty incidents list --limit 5",
    });
  return showIncident(connection, id);
}
