import type { SandboxIncident, Store } from "../model.ts";
import { iso, type Reply } from "../reply.ts";
import { findService, services } from "../seed.ts";

/** `GET /api/status`: what the public status page shows, without a key. Source: recorded from a running server. */
export function answerStatus(store: Store, now: () => Date): Reply {
  const open = store.newestFirst("opsknight").filter(({ status }) => status !== "RESOLVED");
  const rows = services.map(({ opsknight: id, name }) => {
    const own = open.filter(({ service }) => service === id);
    const status = own.length === 0 ? "OPERATIONAL" : "MAJOR_OUTAGE";
    return { id, name, region: null, slaTier: null, ownerTeam: null, status, activeIncidents: own.length };
  });
  return {
    status: 200,
    headers: { "cache-control": "no-store, no-cache, must-revalidate, proxy-revalidate" },
    body: {
      status: open.length === 0 ? "operational" : "outage",
      services: rows,
      incidents: open.slice(0, 50).map(shown),
      updatedAt: now().toISOString(),
    },
  };
}

function shown({ id, title, status, service, createdAt, resolvedAt }: SandboxIncident): object {
  const name = findService("opsknight", service)?.name ?? null;
  return {
    id,
    title,
    status,
    service: name,
    serviceRegion: null,
    createdAt: iso(createdAt),
    resolvedAt: iso(resolvedAt),
  };
}
