import type { Reply, SandboxRequest } from "./reply.ts";
import { runbooks, sandboxKeys } from "./seed.ts";

/* Flotiq's reads, with a type of runbooks. Source: the vendor's documentation. */

const definitions = [
  {
    id: "ct-runbook",
    name: "runbook",
    label: "Runbook",
    schemaDefinition: { type: "object" },
    metaDefinition: { order: ["title", "body"] },
  },
];
const time = "2026-01-01T00:00:00.000000+0000";

const objects = runbooks.map((one) => ({
  ...one,
  internal: { contentType: "runbook", createdAt: time, updatedAt: time, deletedAt: "", publishedAt: time },
}));

const failure = (status: number, message: string): Reply => ({ status, body: { code: status, message } });

export function answerFlotiq({ method, path, query, headers }: SandboxRequest): Reply {
  const key = headers["x-auth-token"] ?? query.get("auth_token");
  const { all, restricted } = sandboxKeys.flotiq;
  if (key !== all && key !== restricted) return failure(401, "Unauthorized");
  if (method === "DELETE") return { status: 204, body: "" };
  if (method !== "GET") return failure(405, "Method not allowed");
  if (path === "/api/auth-context") {
    return {
      status: 200,
      body: {
        organization: { id: "org-1", name: "Sandbox" },
        space: { id: "space-1", name: "Runbooks" },
        user: { id: "user-1", email: "ada@sandbox.test" },
      },
    };
  }
  if (key === restricted) return failure(403, "Access denied or quota limit exceeded");
  const [, kind = "", first, second] =
    /^\/api\/v1\/(internal\/contenttype|content)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? [];
  if (kind === "internal/contenttype")
    return first === undefined ? page(definitions, query) : found(definitions.find(({ name }) => name === first));
  if (kind === "content" && first === "runbook")
    return second === undefined ? page(objects, query) : found(objects.find(({ id }) => id === second));
  return failure(404, "Not found");
}

function found(one: object | undefined): Reply {
  return one === undefined ? failure(404, "Not found") : { status: 200, body: one };
}

function page(all: object[], query: URLSearchParams): Reply {
  const [limit, current] = [Number(query.get("limit") ?? 20), Number(query.get("page") ?? 1)];
  if (!(limit >= 1 && limit <= 1000) || !(current >= 1))
    return { status: 400, body: { limit: ["This value is not valid."] } };
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
