import type { Limiter } from "../limits.ts";
import type { Store } from "../model.ts";
import { integrationService, limitHeaders } from "../opsknight/routes.ts";
import { objectOf, type Reply, readJson, type SandboxRequest, text } from "../reply.ts";
import { sandboxKeys } from "../seed.ts";
import { applyEvent, choice, severities } from "./events.ts";

const actions = ["trigger", "acknowledge", "resolve"] as const;

/** Events a minute, for each integration. */
const perMinute = 100;

/**
 * `POST /api/integrations/pagerduty/v2/enqueue`: bodies of PagerDuty's Events API v2, with or without a payload. The response never
 * shows the outcome of the event. Source: responses recorded from a running server.
 */
export function answerPagerDuty(request: SandboxRequest, store: Store, limiter: Limiter, now: () => Date): Reply {
  const fail = (status: number, word: string, message: string, more: object = {}): Reply => ({
    status,
    body: { status: word, message, ...more },
  });
  const body = readJson(request);
  if (body === undefined) return fail(400, "invalid event", "Event object is invalid", { errors: ["Invalid JSON"] });
  const key = keyOf(request, body);
  if (key === undefined) return fail(400, "error", "routing_key or integration key is required");
  if (key !== sandboxKeys.opsknight.integration) return fail(404, "error", "Integration not found or disabled");
  const payload = objectOf(body.payload);
  const issues = [
    ...choice("event_action", body.event_action, actions, true),
    ...choice("payload.severity", payload.severity, severities, false),
  ];
  if (issues.length > 0) {
    const errors = issues.map(({ path, message }) => `'${path.join(".")}' ${message}`);
    return fail(400, "invalid event", "Event object is invalid", { errors });
  }
  const allowance = limiter.take(`1.3 pagerduty ${key}`, perMinute);
  if (!allowance.allowed) {
    const headers = { ...limitHeaders(allowance), "retry-after": String(allowance.retryAfter) };
    return { ...fail(429, "throttle exceeded", "Rate limit exceeded."), headers };
  }
  const summary = text(payload.summary) ?? "PagerDuty Alert";
  const dedupKey = text(body.dedup_key) ?? `pd-${slug(summary)}`;
  // The full body becomes the description, without its key.
  const { routing_key: _key, ...details } = body;
  const event = {
    ...body,
    dedup_key: dedupKey,
    payload: { severity: "error", ...payload, summary, custom_details: details },
  };
  applyEvent(event, integrationService, store, now().getTime());
  return { status: 202, body: { status: "success", message: "Event processed", dedup_key: dedupKey } };
}

/** `Token token=` is not read here: it is an unknown key. */
function keyOf({ headers }: SandboxRequest, body: Record<string, unknown>): string | undefined {
  const { authorization, "x-routing-key": header } = headers;
  return text(body.routing_key) ?? header ?? authorization?.replace(/^Bearer\s+/i, "");
}

const slug = (summary: string): string => summary.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
