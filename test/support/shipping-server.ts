import { type FakeVendor, fakeVendor } from "./vendor.ts";

/** An incident as OpsKnight 1.3.1 returns it. */
export interface WireRow {
  id: string;
  title: string;
  status: string;
  createdAt: string;
  [field: string]: unknown;
}

/** Row number `at` of a list, the newest first, a minute apart. */
export function wireRow(at: number, more: Partial<WireRow> = {}): WireRow {
  const createdAt = new Date(Date.parse("2026-11-28T12:00:00Z") - at * 60_000).toISOString();
  return {
    id: `cmincident${String(at).padStart(4, "0")}`,
    title: `Incident ${at}`,
    description: null,
    status: "OPEN",
    urgency: "HIGH",
    dedupKey: null,
    serviceId: "svc_search",
    teamId: null,
    acknowledgedAt: null,
    resolvedAt: null,
    snoozedUntil: null,
    snoozeReason: null,
    warRoomUrl: null,
    createdAt,
    updatedAt: createdAt,
    service: { id: "svc_search", name: "Search" },
    assignee: null,
    ...more,
  };
}

export interface ShippingServer extends FakeVendor {
  rows: WireRow[];
  /** Methods and paths that arrived. */
  routes(): string[];
  profiles: Record<string, Record<string, unknown>>;
}

interface ServerOptions {
  services?: object[];
  /** Requests of a kind until a 429, which starts the next window. */
  perWindow?: { get?: number; patch?: number; retryAfter: string };
  /** Instead of the list. */
  list?: { status: number; body?: unknown };
  cache?: string;
  /** What its clock shows. */
  date?: string;
}

/** A server that answers reads and PATCH as OpsKnight 1.3.1 does: only the newest 200, filters ignored. */
export async function shippingServer(rows: WireRow[], options: ServerOptions = {}): Promise<ShippingServer> {
  const vendor = await fakeVendor();
  const used = { get: 0, patch: 0 };
  const limited = (kind: "get" | "patch"): Record<string, string> | undefined => {
    const max = options.perWindow?.[kind];
    used[kind] += 1;
    if (max === undefined || used[kind] <= max) return undefined;
    used[kind] = 0;
    return { "retry-after": options.perWindow?.retryAfter ?? "1" };
  };
  const clock = options.date === undefined ? {} : { date: options.date };
  const json = { "content-type": "application/json", ...clock };
  const answer = (kind: "get" | "patch", make: () => { status: number; body?: unknown }) => {
    const wait = limited(kind);
    if (wait !== undefined)
      return { status: 429, headers: { ...json, ...wait }, text: JSON.stringify({ error: "Rate limit exceeded." }) };
    const { status, body } = make();
    const cache = options.cache === undefined ? {} : { "cache-control": options.cache };
    return { status, headers: { ...json, ...cache }, text: body === undefined ? "" : JSON.stringify(body) };
  };
  vendor.handle("GET /api/incidents", ({ query }, response) => {
    const limit = Math.min(200, Number(query.limit ?? 50));
    const { status, headers, text } = answer(
      "get",
      () => options.list ?? { status: 200, body: { incidents: rows.slice(0, limit) } },
    );
    response.writeHead(status, headers).end(text);
  });
  vendor.reply("GET /api/services", 200, { services: options.services ?? [] });
  vendor.reply("GET /api/users", 404, "<html>404</html>", { "content-type": "text/html" });
  vendor.reply("GET /api/teams", 404, "<html>404</html>", { "content-type": "text/html" });
  for (const row of rows) {
    vendor.handle(`GET /api/incidents/${row.id}`, (_, response) => {
      const { status, headers, text } = answer("get", () => ({ status: 200, body: { incident: row } }));
      response.writeHead(status, headers).end(text);
    });
    vendor.handle(`PATCH /api/incidents/${row.id}`, ({ body }, response) => {
      const { status, headers, text } = answer("patch", () => {
        Object.assign(row, body);
        if (row.status === "ACKNOWLEDGED") row.acknowledgedAt ??= "2026-11-28T12:30:00.000Z";
        const { service: _, assignee: _assignee, ...rest } = row;
        return { status: 200, body: { incident: rest } };
      });
      response.writeHead(status, headers).end(text);
    });
  }
  return {
    ...vendor,
    rows,
    routes: () => vendor.requests.map(({ method, path }) => `${method} ${path}`),
    profiles: {
      prod: { provider: "opsknight", baseUrl: vendor.url, apiKey: { text: "ok_fake-key-for-tests-0000000000000" } },
    },
  };
}
