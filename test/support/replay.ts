import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { type FakeVendor, fakeVendor, type Seen } from "./vendor.ts";

export interface Exchange {
  name: string;
  request: { method: string; path: string; headers: Record<string, string>; body: unknown };
  response: { status: number; headers: Record<string, string>; body: unknown };
}

/** What OpsKnight 1.3.1 was asked and answered. */
export const exchanges = JSON.parse(
  readFileSync(new URL("../fixtures/opsknight/1.3.1-exchanges.json", import.meta.url), "utf8"),
) as Exchange[];

/** The key that could do everything on the recorded server. */
export const recordedKey = "ok_all-local-test-key-000000000000000000000000";

type Row = Record<string, unknown> & { id: string; createdAt: string };

/** Every incident that the server ever told of with its service, in its last state, newest first. */
export const recordedIncidents: Row[] = lastStates().filter(
  ({ service }) => typeof service === "object" && service !== null,
);

function lastStates(): Row[] {
  const rows = new Map<string, Row>();
  for (const { response } of exchanges) {
    const body = (response.body ?? {}) as { incidents?: Row[]; incident?: Row; result?: { incident?: Row } };
    const told = [...(body.incidents ?? []), body.incident, body.result?.incident].filter((row) => row !== undefined);
    // The answer to a PATCH leaves out service and assignee.
    for (const row of told) rows.set(row.id, { ...rows.get(row.id), ...row });
  }
  return [...rows.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** A server that answers as 1.3.1 did: lists ignore everything but the limit, all else is a recorded answer. */
export async function replayServer(): Promise<FakeVendor> {
  const vendor = await fakeVendor();
  const routes = new Set(exchanges.map(({ request }) => `${request.method} ${request.path.split("?")[0]}`));
  for (const route of routes) vendor.handle(route, replay);
  for (const { id } of recordedIncidents) vendor.handle(`GET /api/incidents/${id}`, replay);
  return vendor.handle("GET /api/incidents/no-such-incident", replay);
}

function replay(seen: Seen, response: ServerResponse): void {
  const { status, headers, body } = answerTo(seen);
  response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
}

function answerTo(seen: Seen): Exchange["response"] {
  const headers = { "content-type": "application/json" };
  const good = seen.headers.authorization === `Bearer ${recordedKey}`;
  if (good && seen.method === "GET" && seen.path === "/api/incidents") {
    const asked = Number(seen.query.limit ?? 50);
    const incidents = recordedIncidents.slice(0, asked > 0 ? Math.min(200, asked) : 50);
    return { status: 200, headers, body: { incidents } };
  }
  const incident = recordedIncidents.find(({ id }) => seen.path === `/api/incidents/${id}`);
  if (good && seen.method === "GET" && incident !== undefined) return { status: 200, headers, body: { incident } };
  const [best] = exchanges
    .filter(({ request }) => request.method === seen.method && alike(request.path, seen.path))
    .map((exchange) => ({ exchange, score: likeness(exchange, seen) }))
    .sort((a, b) => b.score - a.score);
  return best?.exchange.response ?? { status: 599, headers: {}, body: "" };
}

function alike(recorded: string, path: string): boolean {
  return (
    recorded.split("?")[0] === path ||
    (recorded === "/api/incidents/nope" && path === "/api/incidents/no-such-incident")
  );
}

/** The same key counts most, then the same body. */
function likeness({ request, response }: Exchange, seen: Seen): number {
  const key = request.headers.Authorization ?? "";
  const body = (request.body ?? {}) as Record<string, unknown>;
  const sent = (seen.body ?? {}) as Record<string, unknown>;
  const same = Object.keys(sent).filter((name) => JSON.stringify(body[name]) === JSON.stringify(sent[name])).length;
  return (key === (seen.headers.authorization ?? "") ? 100 : 0) + same * 10 + (response.status < 300 ? 1 : 0);
}
