import { type Reply, readJson, type SandboxRequest } from "../reply.ts";
import { people, sandboxKeys } from "../seed.ts";
import type { SandboxTools } from "../vendor.ts";
import { actionRoutes } from "./actions.ts";
import { alertRoutes, pushRoutes } from "./alerts.ts";
import { fail, type Handler, invalid, type Outcome } from "./call.ts";
import { directoryRoutes } from "./directory.ts";
import { incidentRoutes } from "./incidents.ts";
import { createDistortion, sideFailure, wordFor } from "./quirks.ts";
import { scheduleRoutes } from "./schedules.ts";
import { silenceRoutes } from "./silences.ts";

/*
 * Flashduty: nearly everything a POST, the key in the query, answers in an envelope with `request_id`.
 * Source: the vendor's OpenAPI and documentation.
 */

const perMinute = 1000;
const readRoutes: Record<string, Handler> = { ...alertRoutes, ...directoryRoutes, ...scheduleRoutes, ...silenceRoutes };
const writes =
  /^\/schedule\/update$|^\/channel\/silence\/rule\/(create|delete)$|^\/incident\/(create|ack|unack|resolve|reopen|snooze|wake|comment|assign|responder\/add|merge|reset|field\/reset)$/;

/** Owners of the APP keys: Ada's can do everything, Grace's only read. */
const owners: Record<string, { person: number; writes: boolean }> = {
  [sandboxKeys.flashduty.app]: { person: people[0].flashduty, writes: true },
  [sandboxKeys.flashduty.readOnly]: { person: people[1].flashduty, writes: false },
};

type Tools = Pick<SandboxTools, "store" | "limiter" | "now" | "quirks">;

/** Makes the handler of requests. Request ids count up. */
export function createFlashduty(tools: Tools): (request: SandboxRequest) => Reply {
  const { now } = tools;
  const began = Math.floor(now().getTime() / 1000);
  const distortion = createDistortion(tools.store);
  let count = 0;
  return (request) => {
    count += 1;
    return envelope(requestIdOf(now, count), answer(request, tools, began, distortion));
  };
}

/** An envelope around an outcome, with the id of the request inside and in the header. */
export function envelope(requestId: string, outcome: Outcome): Reply {
  const headers = { "flashcat-request-id": requestId };
  if ("data" in outcome) {
    const { data } = outcome;
    return { status: 200, headers, body: { request_id: requestId, data: data ?? {} } };
  }
  const [status, code, message] = outcome.fail;
  return { status, headers, body: { request_id: requestId, error: { code, message } } };
}

export function requestIdOf(now: () => Date, count: number): string {
  return `5a4d${now().getTime().toString(16).padStart(16, "0")}${count.toString(16).padStart(12, "0")}`;
}

function answer(
  request: SandboxRequest,
  tools: Tools,
  began: number,
  distortion: ReturnType<typeof createDistortion>,
): Outcome {
  const { store, limiter, now } = tools;
  const { method, path, query, headers } = request;
  const handler = handlerOf(path);
  if (handler === undefined) return fail(404, "RouteNotFound", "The route does not exist");
  if (method !== "POST") return fail(405, "MethodNotAllowed", "The method is not allowed");
  let person = 0;
  const pushes = path.startsWith("/event/push/");
  if (pushes) {
    const kind = path.includes("/change/") ? "change" : "integration";
    if (query.get("integration_key") !== sandboxKeys.flashduty[kind])
      return invalid("integration_key is not a valid one");
  } else {
    const key = query.get("app_key") ?? "";
    const owner = Object.hasOwn(owners, key) ? owners[key] : undefined;
    if (owner === undefined) return fail(401, "Unauthorized", "You are unauthorized");
    if (!owner.writes && writes.test(path)) return fail(403, "AccessDenied", "Access denied");
    ({ person } = owner);
  }
  if (!(headers["content-type"] ?? "").includes("application/json"))
    return fail(400, "InvalidContentType", "Content-Type must be application/json");
  // Requests are counted per integration, and per operation of an account.
  const { allowed } = limiter.take(
    pushes ? `flashduty ${query.get("integration_key")}` : `flashduty ${path}`,
    perMinute,
  );
  if (!allowed) return fail(429, "RequestTooFrequently", "Request too frequently");
  const body = readJson(request);
  if (body === undefined) return fail(400, "BadRequest", "The body is not a JSON object");
  const quirks = tools.quirks();
  const failure = sideFailure(path, quirks);
  if (failure !== undefined) return failure;
  const nowMs = now().getTime();
  const word = (text: string): string => wordFor(text, quirks);
  distortion.before(path, body, nowMs, quirks);
  const outcome = handler({ body, store, now: Math.floor(nowMs / 1000), began, person, word });
  return distortion.after(path, outcome, nowMs, quirks);
}

function handlerOf(path: string): Handler | undefined {
  for (const routes of [incidentRoutes, actionRoutes, readRoutes, pushRoutes])
    if (Object.hasOwn(routes, path)) return routes[path];
  return undefined;
}
