import { CliError, unsupported, usageError } from "../../errors.ts";
import type { Incident, ItemOutcome, NewIncident } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { batch, checkIds, checkTitle, failed, readByIds } from "./actions.ts";
import { showIncident } from "./incidents.ts";
import { readData, severityOf } from "./wire.ts";

/** `POST /incident/merge`, which cannot be undone: the sources are closed. */
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
    throw new CliError("notFound", `there is no incident "${target}" to merge into`, { hint: "onduty incidents list" });
  const there = sources.filter((id) => known.has(id.toLowerCase()));
  for (let at = 0; at < there.length; at += batch) {
    const body = {
      source_incident_ids: there.slice(at, at + batch),
      target_incident_id: target,
      ...(note !== undefined && { comment: note }),
    };
    await http.request("POST /incident/merge", { body });
  }
  return sources.map((id) =>
    known.has(id.toLowerCase())
      ? { id, outcome: "merged", status: "resolved", by: null, at: null, error: null }
      : { ...failed(id, `there is no incident "${id}"`), outcome: "notFound" },
  );
}

/** `POST /incident/create`. There is no key that would make a repeat harmless. */
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
    throw new CliError("failure", "POST /incident/create: no incident in the answer; it may have been created", {
      hint: "onduty incidents list --limit 5",
    });
  return showIncident(connection, id);
}
