import { type Reply, readJson, type SandboxRequest } from "../reply.ts";
import { people, sandboxKeys } from "../seed.ts";
import type { SandboxTools } from "../vendor.ts";
import { alertRoutes } from "./alerts.ts";
import { analyticsRoutes } from "./analytics.ts";
import { type Call, codes, fail, type Handler, notFound } from "./call.ts";
import { changeRoutes } from "./change-events.ts";
import { directoryRoutes } from "./directory.ts";
import { answerEvent } from "./events.ts";
import { fieldRoutes } from "./fields.ts";
import { incidentRoutes } from "./incidents.ts";
import { scheduleRoutes } from "./schedules.ts";
import { windowRoutes } from "./windows.ts";

/* PagerDuty's REST API and its Events API, on one address. Source: the vendor's OpenAPI and documentation. */

const perMinute = 960;
const routes: Record<string, Handler> = {
  ...directoryRoutes,
  ...scheduleRoutes,
  ...incidentRoutes,
  ...alertRoutes,
  ...windowRoutes,
  ...changeRoutes,
  ...analyticsRoutes,
  ...fieldRoutes,
};

/** The routes on which a key of the account needs `From`. */
const needsFrom =
  /^(POST \/incidents|PUT \/incidents(\/[^/]+(\/(alerts(\/[^/]+)?|merge))?)?|POST \/incidents\/[^/]+\/(notes|snooze|status_updates)|POST \/maintenance_windows)$/;

/** What the API keys may do. The first is that of a user, the others are those of the account. */
const keys: Record<string, { owner?: number; writes: boolean }> = {
  [sandboxKeys.pagerduty.user]: { owner: 0, writes: true },
  [sandboxKeys.pagerduty.account]: { writes: true },
  [sandboxKeys.pagerduty.readOnly]: { writes: false },
};

type Tools = Pick<SandboxTools, "store" | "limiter" | "now">;

/** Makes the handler of requests. Request ids count up. */
export function createPagerduty(tools: Tools): (request: SandboxRequest) => Reply {
  const began = tools.now().getTime();
  let count = 0;
  return (request) => {
    count += 1;
    if (/^\/v2\/(change\/)?enqueue$/.test(request.path)) return answerEvent(request, { ...tools, began });
    const id = `5a4db0c5-0000-4000-8000-${count.toString(16).padStart(12, "0")}`;
    const { headers, ...reply } = answer(request, tools, began);
    return { ...reply, headers: { "x-request-id": id, ...headers } };
  };
}

function answer(request: SandboxRequest, { store, limiter, now }: Tools, began: number): Reply {
  const { method, path, query, headers } = request;
  const given = /^(?:Token token=|Bearer )(.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
  const key = Object.hasOwn(keys, given) ? keys[given] : undefined;
  if (key === undefined) return fail(401, "Unauthorized", codes.unauthorized);
  const { allowed, limit, remaining, retryAfter } = limiter.take(`pagerduty ${given}`, perMinute);
  const limits = {
    "ratelimit-limit": String(limit),
    "ratelimit-remaining": String(remaining),
    "ratelimit-reset": String(retryAfter),
  };
  if (!allowed) return { ...fail(429, "Rate Limit Exceeded", 2020), headers: limits };
  const handler = handlerOf(method, path);
  if (handler === undefined) return { ...notFound(), headers: limits };
  if (method !== "GET" && !key.writes) return { ...fail(403, "Access Denied", codes.denied), headers: limits };
  const from = people.findIndex(({ email }) => email === headers.from);
  const actor = key.owner ?? (from < 0 ? undefined : from);
  if (needsFrom.test(`${method} ${path}`) && headers.from === undefined && key.owner === undefined)
    return { ...fail(400, missingFrom, 2016), headers: limits };
  if (method !== "GET" && headers.from !== undefined && from < 0)
    return { ...fail(400, "Requester User Not Found", codes.from), headers: limits };
  const call: Call = {
    method,
    parts: path.slice(1).split("/"),
    query,
    body: readJson(request) ?? {},
    store,
    now: now().getTime(),
    began,
    actor,
    owner: key.owner,
  };
  return { ...handler(call), headers: limits };
}

const missingFrom = `You must specify a user's email address in the "From" header to perform this action`;

/** The handler of a route, in which `*` is any id. */
function handlerOf(method: string, path: string): Handler | undefined {
  const route = `${method} ${path}`;
  const exact = Object.hasOwn(routes, route) ? routes[route] : undefined;
  if (exact !== undefined) return exact;
  const parts = path.split("/");
  const place = parts[1] === "v3" ? 3 : 2;
  if (parts[place] === undefined || parts[place] === "") return undefined;
  parts[place] = "*";
  // An id of its own stands two places behind that of the owner: /schedules/*/overrides/*.
  for (const at of [place, place + 2]) {
    if (parts[at]) parts[at] = "*";
    const pattern = `${method} ${parts.join("/")}`;
    if (Object.hasOwn(routes, pattern)) return routes[pattern];
  }
  return undefined;
}
