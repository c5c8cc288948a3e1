import type { Connected } from "../context.ts";
import { type Doubt, type Found, findService, findTeam, findUser } from "../directory/resolve.ts";
import { unsupported } from "../errors.ts";
import {
  type Incident,
  type IncidentFilter,
  type IncidentStatus,
  incidentStatuses,
  type OptionalFilter,
  optionalFilters,
  type Reference,
  type Urgency,
  unresolved,
} from "../model/incident.ts";
import { fold } from "../model/match.ts";
import { defined } from "../model/object.ts";

/** A filter in a person's words: names are not looked up yet. */
export interface FilterWords {
  /** Without it what is not resolved. */
  status?: readonly IncidentStatus[];
  urgency?: readonly Urgency[];
  service?: readonly string[];
  team?: string;
  assignee?: string;
  labels?: Readonly<Record<string, string>>;
  muted?: boolean;
  ackedBy?: string;
  since?: Date;
  until?: Date;
  query?: string;
}

/** Whether any filter is given. */
export function hasFilter(filter: FilterWords): boolean {
  return Object.values(filter).some((value) => value !== undefined);
}

/** The words for the statuses in front of "incidents": `open or acknowledged`, `unresolved`; nothing for every status. */
export function statusWords(statuses: readonly IncidentStatus[]): string {
  const among = incidentStatuses.filter((status) => statuses.includes(status));
  if (among.length === incidentStatuses.length) return "";
  if (among.length === unresolved.length && !among.includes("resolved")) return "unresolved";
  return among.length === 1 ? among.join("") : `${among.slice(0, -1).join(", ")} or ${among.at(-1)}`;
}

/** Whether what the vendor returned of an incident has a text in it, in any case: a vendor's own search may be a guess. */
export function hasText(incident: Incident, text: string): boolean {
  const { id, number, title, description, dedupKey, labels, fields } = incident;
  const pairs = [labels, fields].flatMap((values) => Object.entries(values ?? {}));
  const texts = pairs.map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const wanted = fold(text);
  return [id, number, title, description, dedupKey, ...texts].some((one) => one && fold(one).includes(wanted));
}

/** The filter that words describe, names in it resolved to ids. */
export async function toFilter(
  connected: Pick<Connected, "provider" | "connection">,
  words: FilterWords,
): Promise<Omit<IncidentFilter, "sort" | "order" | "limit">> {
  const { status = unresolved, urgency = [], service = [], team, assignee, since, until, query } = words;
  const { labels, muted, ackedBy } = words;
  requireFilters(connected, { labels, muted, acker: ackedBy });
  const services: Found<Reference>[] = [];
  for (const word of service) services.push(await findService(connected, word));
  const person = assignee === undefined ? undefined : await findUser(connected, assignee);
  const acker = ackedBy === undefined ? undefined : await findUser(connected, ackedBy);
  const ownTeam = team === undefined ? undefined : await findTeam(connected, team);
  const doubts = [...services, person, acker, ownTeam].flatMap((found) => found?.doubt ?? []);
  const ofVendor = connected.provider.incidents?.assigneeDoubt;
  if (person !== undefined && ofVendor !== undefined) doubts.push(() => ofVendor(connected.connection, person));
  return {
    statuses: status.length === incidentStatuses.length ? [] : [...status],
    urgencies: [...urgency],
    services: services.map(({ id }) => id),
    ...(doubts.length > 0 && { doubt: () => firstDoubt(doubts) }),
    ...defined({ since, until, team: ownTeam?.id, assignee: person?.id, query, labels, muted, acker: acker?.id }),
  };
}

const filterNames: Record<OptionalFilter, string> = {
  labels: "labels of incidents to filter by",
  muted: "list of muted incidents",
  acker: "list of incidents by who has acknowledged them",
};

/** A vendor that does not know a filter would match nothing, or everything. @throws {CliError} `usage` */
function requireFilters(
  { provider }: Pick<Connected, "provider">,
  given: Readonly<Record<OptionalFilter, unknown>>,
): void {
  const missing = optionalFilters.find(
    (name) => given[name] !== undefined && provider.incidents?.filters?.includes(name) !== true,
  );
  if (missing !== undefined) throw unsupported(provider.name, filterNames[missing]);
}

async function firstDoubt(doubts: readonly Doubt[]): Promise<string | undefined> {
  for (const doubt of doubts) {
    const reason = await doubt();
    if (reason !== undefined) return reason;
  }
  return undefined;
}
