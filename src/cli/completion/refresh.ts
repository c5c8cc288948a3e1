import { deadline } from "../../concurrency/deadline.ts";
import type { Connected, Context } from "../../context.ts";
import type { HttpClient } from "../../http/client.ts";
import { createSecrets } from "../../keys/secrets.ts";
import type { DirectoryName } from "../../model/directory.ts";
import { type Incident, type IncidentStatus, incidentStatuses } from "../../model/incident.ts";
import { connect } from "../connect.ts";
import type { IdKind } from "../id-kinds.ts";
import { openCache, refreshMs } from "./cache.ts";
import type { Candidate } from "./candidates.ts";

/** Maximum number of words of one kind. */
const maxWords = 200;

/** Asks the vendor for what a kind stands for and keeps it, or keeps that there was no response. Prints nothing. */
export async function refresh(kind: IdKind, named: string | undefined, context: Context): Promise<void> {
  const clients: HttpClient[] = [];
  // This runs in the background: its output is discarded, and its time is limited, that of a key command too.
  const quiet: Context = {
    ...context,
    config: { ...context.config, load: context.config.peek },
    signal: deadline(context.signal, refreshMs - 2000),
  };
  const { provider, connection } = await connect(
    quiet,
    { ...(named !== undefined && { profile: named }), timeout: 5000, maxWait: 0, quiet: true },
    {
      secrets: createSecrets(context.vendors),
      onClient: (client) => void clients.push(client),
    },
  );
  const cache = openCache(context.stateDir, connection.profile, kind);
  try {
    const found = await ask(kind, { provider, connection }).catch(() => null);
    await cache.write(found, context.now().getTime());
  } finally {
    await cache.release();
    await Promise.all(clients.map((client) => client.close()));
  }
}

async function ask(kind: IdKind, vendor: Pick<Connected, "provider" | "connection">): Promise<Candidate[]> {
  const unresolved = incidentStatuses.filter((status) => status !== "resolved");
  if (kind === "incidents") return askIncidents(vendor, unresolved, ({ id }) => id);
  if (kind === "keys") return askIncidents(vendor, unresolved, ({ dedupKey }) => dedupKey);
  if (kind === "resolved") return askIncidents(vendor, ["resolved"], ({ id }) => id);
  if (kind === "services" || kind === "schedules" || kind === "users" || kind === "teams") {
    return askDirectory(vendor, kind);
  }
  return [];
}

async function askIncidents(
  { provider, connection }: Pick<Connected, "provider" | "connection">,
  statuses: IncidentStatus[],
  wordOf: (incident: Incident) => string | null,
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  const filter = { statuses, urgencies: [], services: [], sort: "created", order: "desc", limit: maxWords } as const;
  const pages = provider.incidents?.list(connection, { ...filter, urgencies: [], services: [] }) ?? [];
  for await (const { rows } of pages) {
    for (const row of rows) {
      const word = wordOf(row);
      if (word !== null) found.push({ word, about: `${row.status}: ${row.title}` });
    }
    if (found.length >= maxWords) break;
  }
  return found.slice(0, maxWords);
}

async function askDirectory(
  { provider, connection }: Pick<Connected, "provider" | "connection">,
  name: DirectoryName,
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for await (const { rows } of provider.directory?.(connection, name) ?? []) {
    for (const row of rows) found.push({ word: row.id, about: row.name });
    if (found.length >= maxWords) break;
  }
  return found.slice(0, maxWords);
}
