import { CliError, unsupported } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { Incident, ItemOutcome, NewIncident } from "../../model/incident.ts";
import { beforeWrite, failed, notTried, uncertainMessage } from "../outcome.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { maxBatchIds } from "./by-ids.ts";
import { fieldValues } from "./fields.ts";
import { checkIds, isShortNumber, numericId } from "./ids.ts";
import { checkLength, checkTitle, limits } from "./limits.ts";
import { resolveId, resolveIds } from "./numbers.ts";
import { readBack, readBefore } from "./outcomes.ts";
import { unexpectedAmong } from "./people.ts";
import { send } from "./send.ts";
import { showIncident } from "./show.ts";
import { pageOf } from "./timeline.ts";
import { readData, severityOf } from "./wire.ts";
import { personIds } from "./writes.ts";

/** `POST /incident/merge`. It cannot be undone: the vendor closes the sources. */
export async function mergeIncidents(
  connection: Connection,
  sources: string[],
  target: string,
  note?: string,
): Promise<ItemOutcome[]> {
  checkIds([...sources, target]);
  if (note !== undefined) checkLength("note", note, limits.note);
  const http = await connection.http();
  const ids = await resolveIds(http, connection, sources);
  const into = await resolveId(http, connection, target);
  const wanted = [...new Set([...ids.values()].filter((id) => typeof id === "string"))];
  const before = await readBefore(http, connection, [...wanted, into]);
  // What could not be read is sent all the same: the vendor knows whether it exists.
  const isKnown = (id: string): boolean => before.error !== undefined || before.rows.has(id);
  if (!isKnown(into))
    throw new CliError("notFound", `incident to merge into not found: "${target}"`, { hint: "onduty incidents list" });
  const existing = wanted.filter(isKnown);
  const { accepted, failures } = await mergeAll(http, existing, into, note);
  // A merged source is closed, or no longer exists.
  const openState = ({ status }: Incident): string | undefined =>
    status === "resolved" ? undefined : `it is ${status}`;
  const back = accepted.length === 0 ? undefined : await readBack(http, connection, accepted, before.rows, openState);
  return sources.map((word): ItemOutcome => {
    const id = ids.get(word);
    if (typeof id !== "string") return id ?? failed(word, "its id is not known");
    if (!isKnown(id)) return { ...failed(word, `incident "${word}" not found`), outcome: "notFound" };
    const failure = failures.get(id);
    if (failure !== undefined) return { ...failure, id: word };
    const merged = { id: word, outcome: "merged", status: "resolved", by: null, at: null, error: null } as const;
    if (back === undefined) return merged;
    if (back instanceof CliError)
      return { ...merged, notice: `Flashduty accepted it; its state is not known: ${back.message}` };
    const undone = back.undone.get(id);
    if (undone !== undefined) return failed(word, undone);
    const unseen = back.unseen.get(id);
    return unseen === undefined
      ? merged
      : { ...merged, notice: `Flashduty accepted it, but has not shown it yet: ${unseen}` };
  });
}

/** Merges in batches. A failure keeps the batches before it, which are merged for good. */
async function mergeAll(
  http: HttpClient,
  sources: string[],
  target: string,
  note: string | undefined,
): Promise<{ accepted: string[]; failures: Map<string, ItemOutcome> }> {
  const failures = new Map<string, ItemOutcome>();
  const accepted: string[] = [];
  for (let at = 0; at < sources.length; at += maxBatchIds) {
    const chunk = sources.slice(at, at + maxBatchIds);
    const body = {
      source_incident_ids: chunk,
      target_incident_id: target,
      ...(note !== undefined && { comment: note }),
    };
    try {
      const { attempts } = await send(http, "POST /incident/merge", { body });
      if (attempts > 0) accepted.push(...chunk);
    } catch (error) {
      if (!(error instanceof CliError) || at === 0) throw error;
      for (const id of chunk) failures.set(id, failed(id, uncertainMessage(error, "merged")));
      for (const id of sources.slice(at + maxBatchIds)) failures.set(id, notTried(id, error));
      break;
    }
  }
  return { accepted, failures };
}

/** `POST /incident/create`. Never repeated: the route takes no idempotency key. */
export async function createIncident(
  connection: Connection,
  incident: NewIncident,
): Promise<Incident & { notice?: string }> {
  const { title, urgency, service, description, priority, assignees = [], fields } = incident;
  if (priority !== undefined) throw unsupported("flashduty", "priorities of incidents", "--urgency");
  checkTitle(title, limits.newTitle);
  if (description !== undefined) checkLength("description", description, limits.newDescription);
  const channel = service ?? connection.profile.service;
  const channelId = channel === undefined ? undefined : numericId(channel, "a channel", "onduty services list");
  const http = await connection.http();
  const custom = fields === undefined ? undefined : await beforeWrite(fieldValues(http, { fields }));
  const body = {
    title,
    incident_severity: severityOf[urgency],
    ...(channelId !== undefined && { channel_id: channelId }),
    ...(description !== undefined && { description }),
    ...(custom !== undefined && { fields: custom }),
    ...(assignees.length > 0 && { assigned_to: { person_ids: personIds(assignees) } }),
  };
  const answer = await http.request("POST /incident/create", { body });
  const id = asText(readData(answer.body).incident_id);
  if (id === null || isShortNumber(id))
    throw new CliError("failure", "POST /incident/create: no incident in the response; it may have been created", {
      hint: "onduty incidents list --limit 5",
    });
  try {
    const shown = await showIncident(connection, id);
    const stranger = unexpectedAmong(shown.responders ?? [], assignees);
    return stranger === undefined
      ? shown
      : { ...shown, notice: `incident ${id} may be assigned to another: ${stranger}` };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const notice = `incident ${id} was created, but the rest of it could not be read: ${error.message}`;
    return { ...unread(connection, id, incident, channel), notice };
  }
}

/** A new incident as it was sent, when it cannot be read. */
function unread(connection: Connection, id: string, sent: NewIncident, channel: string | undefined): Incident {
  const { title, urgency, description = null, assignees = [] } = sent;
  const { name: profile } = connection.profile;
  const incident: Incident = {
    id,
    number: null,
    title,
    description,
    status: "open",
    urgency,
    severity: severityOf[urgency].toLowerCase(),
    priority: null,
    service: channel === undefined ? null : { id: channel, name: channel },
    team: null,
    assignees: [...assignees],
    dedupKey: null,
    createdAt: connection.now().toISOString(),
    updatedAt: null,
    acknowledgedAt: null,
    resolvedAt: null,
    snoozedUntil: null,
    labels: null,
    fields: null,
    alertCount: null,
    url: null,
    provider: "flashduty",
    profile,
  };
  return { ...incident, url: pageOf(connection, incident) };
}
