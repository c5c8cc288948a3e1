import { CliError, unsupported, usageError } from "../../errors.ts";
import type { Incident, ItemOutcome, NewIncident } from "../../model/incident.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { batch, checkIds, readByIds } from "./by-ids.ts";
import { showIncident } from "./incidents.ts";
import { failed, readBack, unsure, untried } from "./receipts.ts";
import { send } from "./send.ts";
import { readData, severityOf } from "./wire.ts";
import { checkTitle } from "./writes.ts";

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
    throw new CliError("notFound", `incident not found: "${target}" to merge into`, { hint: "onduty incidents list" });
  const there = sources.filter((id) => known.has(id.toLowerCase()));
  const failures = new Map<string, ItemOutcome>();
  const taken: string[] = [];
  for (let at = 0; at < there.length; at += batch) {
    const some = there.slice(at, at + batch);
    const body = {
      source_incident_ids: some,
      target_incident_id: target,
      ...(note !== undefined && { comment: note }),
    };
    try {
      const { attempts } = await send(http, "POST /incident/merge", { body });
      if (attempts > 0) taken.push(...some.map((id) => id.toLowerCase()));
    } catch (error) {
      // What was merged before cannot be taken back, and must not be taken for failed.
      if (!(error instanceof CliError) || at === 0) throw error;
      for (const id of some) failures.set(id, failed(id, unsure(error, "merged")));
      for (const id of there.slice(at + batch)) failures.set(id, untried(error)(id));
      break;
    }
  }
  // A source is closed then, or gone.
  const isOpen = ({ status }: Incident): string | undefined => (status === "resolved" ? undefined : `it is ${status}`);
  const back = taken.length === 0 ? undefined : await readBack(http, connection, taken, isOpen);
  return sources.map((id) => {
    const undone = back?.undone.get(id.toLowerCase());
    if (undone !== undefined) return failed(id, undone);
    if (!known.has(id.toLowerCase())) return { ...failed(id, `incident not found: "${id}"`), outcome: "notFound" };
    return failures.get(id) ?? { id, outcome: "merged", status: "resolved", by: null, at: null, error: null };
  });
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
    throw new CliError("failure", "POST /incident/create: no incident in the response; it may have been created", {
      hint: "onduty incidents list --limit 5",
    });
  return showIncident(connection, id);
}
