import { CliError, usageError } from "../../../src/errors.ts";
import type { Incident, ItemOutcome } from "../../../src/model/incident.ts";
import { asObject } from "../../../src/model/object.ts";
import type { Connection, ProviderCode } from "../../../src/providers/provider.ts";
import { asObjects, asText } from "../../../src/providers/wire.ts";

/*
 * As little as a provider can be: a list, an acknowledgment and an event. Its events carry their key in the body, and its
 * writes name a person in a header.
 */

const none = { granted: [], missing: [], untested: [], absent: [] };

function toIncident(row: Record<string, unknown>, { profile }: Connection): Incident {
  return {
    id: asText(row.id) ?? "",
    number: null,
    title: asText(row.title) ?? "(no title)",
    description: null,
    status: row.state === "acked" ? "acknowledged" : "open",
    urgency: "high",
    severity: null,
    priority: null,
    service: null,
    team: null,
    assignees: [],
    dedupKey: null,
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: null,
    acknowledgedAt: null,
    resolvedAt: null,
    snoozedUntil: null,
    labels: null,
    fields: null,
    alertCount: null,
    url: null,
    provider: "toy",
    profile: profile.name,
  };
}

async function show(connection: Connection, id: string): Promise<Incident> {
  const http = await connection.http();
  const { body } = await http.request(`GET /pages/${encodeURIComponent(id)}`);
  return toIncident(asObject(body) ?? {}, connection);
}

/** Writes need a person. */
function userOf({ profile }: Connection): string {
  if (profile.user?.includes("@") === true) return profile.user;
  throw usageError("Toy Pager needs the e-mail address of a person for writes", "set ONDUTY_USER");
}

async function acknowledge(connection: Connection, id: string): Promise<ItemOutcome> {
  const headers = { "x-toy-from": userOf(connection) };
  const http = await connection.http();
  const { body } = await http.request(`PUT /pages/${encodeURIComponent(id)}`, { body: { state: "acked" }, headers });
  const { status } = toIncident(asObject(body) ?? {}, connection);
  return { id, outcome: "acknowledged", status, by: null, at: null, error: null };
}

const never = (): never => {
  throw usageError("Toy Pager cannot do this");
};

export const toy = {
  dialect: (kind, key) => ({
    authorize(request) {
      if (kind === "api") request.headers["x-toy-token"] = key;
      else request.body = { ...asObject(request.body), toy_key: key };
    },
    readError: ({ status, body }) =>
      status < 400 ? undefined : { message: asText(asObject(body)?.reason) ?? undefined, code: "toy" },
  }),
  events: {
    limits: { summary: 100, source: 100, dedupKey: 100 },
    check() {},
    connections: () => ["integration"],
    async deliver(connection, event) {
      const http = await connection.http("integration");
      const { requestId } = await http.request("POST /enqueue", {
        body: { what: event.summary, key: event.dedupKey },
        idempotent: true,
      });
      return { result: null, incident: null, requestId, message: null };
    },
  },
  incidents: {
    async *list(connection, { limit }) {
      const http = await connection.http();
      const { body } = await http.request("GET /pages", { query: { limit: Math.min(limit, 50) } });
      yield { rows: asObjects(asObject(body)?.pages).map((row) => toIncident(row, connection)) };
    },
    show,
    refresh: async () => new Map(),
    check({ verb }) {
      if (verb !== "acknowledge") never();
    },
    maxAssignees: 1,
    act: (connection, ids) => Promise.all(ids.map((id) => acknowledge(connection, id))),
    create: never,
    timeline: never,
    page: never,
  },
  listMethods: ["GET"],
  pageOf: () => undefined,
  async validateKey(connection, kind) {
    const verdict = {
      kind: kind === "api" ? "toy" : kind,
      scopes: none,
      account: null,
      message: null,
      requestId: null,
    };
    if (kind !== "api") return { ...verdict, status: "unknown", message: "cannot be checked", uncheckable: true };
    try {
      const http = await connection.http(kind);
      const { body, requestId } = await http.request("GET /me");
      const name = asText(asObject(body)?.name);
      return { ...verdict, status: "valid", account: { id: "me", name, email: null }, requestId };
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      const { message, requestId = null } = error;
      return { ...verdict, status: error.status === 401 ? "invalid" : "unknown", message, requestId };
    }
  },
  whoami: never,
} satisfies ProviderCode;
