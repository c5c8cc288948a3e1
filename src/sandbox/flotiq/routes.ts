import { parseJson } from "../../model/json.ts";
import { decode } from "../opsknight/routes.ts";
import { objectOf, type Reply, type SandboxRequest } from "../reply.ts";
import { contacts, runbooks, sandboxKeys } from "../seed.ts";

/* Flotiq's reads, with runbooks and contacts. Source: the vendor's documentation. */

type Content = Record<string, unknown> & { id: string };

const time = "2026-01-01T00:00:00.000000+0000";
const fieldsOf = { runbook: ["title", "tags", "body"], contact: ["name", "phone"] } as const;

const definitions: Content[] = Object.entries(fieldsOf).map(([name, order]) => ({
  id: `ct-${name}`,
  name,
  label: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
  schemaDefinition: { type: "object", allOf: [], required: [order[0]], additionalProperties: false },
  metaDefinition: { order, propertiesConfig: {} },
  internal: false,
  createdAt: time,
  updatedAt: time,
  deletedAt: "",
}));

function withInternal(contentType: string, one: { id: string }, index: number): Content {
  const at = new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString().replace(".000Z", ".000000+0000");
  const internal = {
    contentType,
    createdAt: at,
    updatedAt: at,
    deletedAt: "",
    publishedAt: at,
    publicVersion: 1,
    status: "public",
  };
  return { ...one, internal };
}

const contents: Record<string, Content[]> = {
  runbook: runbooks.map((one, index) => withInternal("runbook", one, index)),
  contact: contacts.map((one, index) => withInternal("contact", one, index)),
};

const failure = (status: number, message: string): Reply => ({ status, body: { code: status, message } });
const denied = failure(403, "Access denied or quota limit exceeded");
const wrong = (field: string, message: string): Reply => ({ status: 400, body: { [field]: [message] } });

/** The restricted key may read runbooks, and nothing else. A DELETE changes nothing, and returns success. */
export function answerFlotiq({ method, path, query, headers }: SandboxRequest): Reply {
  const key = headers["x-auth-token"] ?? query.get("auth_token");
  const { all, restricted } = sandboxKeys.flotiq;
  if (key !== all && key !== restricted) return failure(401, "Unauthorized");
  if (method === "DELETE") return key === all ? { status: 204, body: "" } : denied;
  if (method !== "GET") return failure(405, "Method not allowed");
  if (path === "/api/auth-context") return { status: 200, body: authContext };
  if (path === "/api/v1/search") return key === all ? search(query) : denied;
  const [, kind = "", ...parts] =
    /^\/api\/v1\/(internal\/contenttype|content)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? [];
  const [first, second] = parts.map((part) => (part === undefined ? undefined : decode(part)));
  if (key === restricted && !(kind === "content" && first === "runbook")) return denied;
  if (kind === "internal/contenttype" && second === undefined)
    return first === undefined ? types(query) : found(definitions.find(({ name }) => name === first));
  const objects = kind === "content" && Object.hasOwn(contents, first ?? "") ? contents[first ?? ""] : undefined;
  if (objects === undefined) return failure(404, "Not found");
  return second === undefined ? list(objects, query) : found(objects.find(({ id }) => id === second));
}

const authContext = {
  organization: { id: "org-1", name: "Sandbox" },
  space: { id: "space-1", name: "Runbooks" },
  user: { id: "user-1", email: "ada@sandbox.test" },
};

function found(one: object | undefined): Reply {
  return one === undefined ? failure(404, "Not found") : { status: 200, body: one };
}

function types(query: URLSearchParams): Reply {
  const has = (one: Content, field: string): boolean =>
    String(one[field])
      .toLowerCase()
      .includes((query.get(field) ?? "").toLowerCase());
  const some = definitions.filter((one) => has(one, "name") && has(one, "label"));
  return list(some, new URLSearchParams([["order_by", "name"], ...[...query].filter(([name]) => name !== "filters")]));
}

/** Sorted, filtered and cut into a page. */
function list(all: readonly Content[], query: URLSearchParams): Reply {
  const hydrate = query.get("hydrate") ?? "0";
  if (!["0", "1", "2"].includes(hydrate)) return wrong("hydrate", "This value is not valid.");
  const filters = parseJson(query.get("filters") ?? "{}");
  if (filters === undefined) return wrong("filters", "Malformed filters json - Syntax error");
  const rows = all.filter((one) =>
    Object.entries(objectOf(filters)).every(([field, filter]) => matches(fieldOf(one, field), objectOf(filter))),
  );
  const [field, direction] = [query.getAll("order_by").at(-1), query.get("order_direction") ?? "asc"];
  if (direction !== "asc" && direction !== "desc") return wrong("order_direction", "This value is not valid.");
  const sign = direction === "asc" ? 1 : -1;
  if (field !== undefined) rows.sort((a, b) => sign * fieldOf(a, field).localeCompare(fieldOf(b, field), "en"));
  return page(rows, query);
}

/** Text of a field, which may lie deeper: `internal.createdAt`. */
function fieldOf(one: Content, name: string): string {
  let value: unknown = one;
  for (const part of name.split(".")) value = objectOf(value)[part];
  return value === undefined || value === null ? "" : String(value);
}

const comparisons: Record<string, (value: string, filter: string, upper: string) => boolean> = {
  equals: (value, filter) => value === filter,
  notEqual: (value, filter) => value !== filter,
  notEquals: (value, filter) => value !== filter,
  contains: (value, filter) => value.toLowerCase().includes(filter.toLowerCase()),
  notContains: (value, filter) => !value.toLowerCase().includes(filter.toLowerCase()),
  startsWith: (value, filter) => value.startsWith(filter),
  endsWith: (value, filter) => value.endsWith(filter),
  lessThan: (value, filter) => value < filter,
  lessThanOrEqual: (value, filter) => value <= filter,
  greaterThan: (value, filter) => value > filter,
  greaterThanOrEqual: (value, filter) => value >= filter,
  inRange: (value, filter, upper) => value >= filter && value <= upper,
  empty: (value) => value === "",
  notEmpty: (value) => value !== "",
};

function matches(value: string, { type, filter, filter2 }: Record<string, unknown>): boolean {
  const compare = Object.hasOwn(comparisons, String(type)) ? comparisons[String(type)] : undefined;
  return compare?.(value, String(filter ?? ""), String(filter2 ?? "")) ?? false;
}

function search(query: URLSearchParams): Reply {
  const words = query.get("q")?.toLowerCase();
  if (words === undefined) return wrong("q", "This value should not be blank.");
  const wanted = query.getAll("content_type[]");
  const rows = Object.entries(contents)
    .filter(([type]) => wanted.length === 0 || wanted.includes(type))
    .flatMap(([, objects]) => objects)
    .filter((one) => words === "*" || JSON.stringify(one).toLowerCase().includes(words))
    .map((item) => ({ score: 1, item }));
  const reply = page(rows, query);
  return reply.status === 200 ? { ...reply, body: { ...objectOf(reply.body), summary: { aggregations: [] } } } : reply;
}

function page(all: object[], query: URLSearchParams): Reply {
  const [limit, current] = [Number(query.get("limit") ?? 20), Number(query.get("page") ?? 1)];
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) return wrong("limit", "This value is not valid.");
  if (!Number.isInteger(current) || current < 1) return wrong("page", "This value is not valid.");
  const data = all.slice((current - 1) * limit, current * limit);
  return {
    status: 200,
    body: {
      total_count: all.length,
      total_pages: Math.ceil(all.length / limit),
      current_page: current,
      count: data.length,
      data,
    },
  };
}
