import type { Limiter } from "../limits.ts";
import type { Store } from "../model.ts";
import { integrationService, limitHeaders } from "../opsknight/routes.ts";
import { objectOf, type Reply, readJson, type SandboxRequest, text } from "../reply.ts";
import { sandboxKeys } from "../seed.ts";
import { applyEvent, checkInput, error, missing } from "./events.ts";

/*
 * Routes of integrations: `prometheus` and `webhook` of the 25 that a server has. Source: responses recorded from a running server; the
 * limit from its code.
 */

/** The id of the integration to which the key of the sandbox belongs. */
const integrationId = "int_checkout";
/** For each integration. */
const perMinute = 100;

type Body = Record<string, unknown>;

/** A response of one of these routes; undefined for any other. */
export function answerIntegration(
  request: SandboxRequest,
  store: Store,
  limiter: Limiter,
  now: () => Date,
): Reply | undefined {
  const kind = /^\/api\/integrations\/(prometheus|webhook)$/.exec(request.path)?.[1];
  if (kind === undefined) return undefined;
  const id = request.query.get("integrationId");
  if (id === null) return error(400, checkInput);
  if (id !== integrationId) return missing;
  if (keyOf(request) !== sandboxKeys.opsknight.integration) return error(kind === "webhook" ? 400 : 401, checkInput);
  const body = readJson(request);
  const alerts = kind === "webhook" ? [] : body?.alerts;
  if (body === undefined || !Array.isArray(alerts) || (kind === "prometheus" && alerts.length === 0))
    return error(400, checkInput);
  const allowance = limiter.take(`1.3 integration ${id}`, perMinute);
  if (!allowance.allowed) {
    const headers = { ...limitHeaders(allowance), "retry-after": String(allowance.retryAfter) };
    return { status: 429, headers, body: { error: "RATE_LIMITED", message: "Too many requests" } };
  }
  const at = now().getTime();
  const apply = (event: Body): object => applyEvent(event, integrationService, store, at);
  if (kind === "webhook") return { status: 202, body: { status: "success", result: applyWebhook(body, apply, store) } };
  const results = alerts.map((alert) => apply(eventOf(objectOf(alert), body)));
  return { status: 202, body: { status: "success", results } };
}

/** `Authorization` wins, whatever is in it. */
function keyOf({ query, headers }: SandboxRequest): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) return /^(?:Bearer\s+|Token token=)(.*)$/i.exec(authorization)?.[1];
  const inAddress = ["integrationKey", "integration_key", "key"].flatMap((name) => query.get(name) ?? []);
  return inAddress[0] ?? headers["x-integration-key"] ?? headers["x-api-key"];
}

/** An alert of a group of Alertmanager's. The severities critical and page are urgent, all others are not. */
function eventOf(alert: Body, { alerts, ...group }: Body): Body {
  const labels = objectOf(alert.labels);
  const name = text(labels.alertname) ?? "Prometheus Alert";
  return {
    event_action: alert.status === "resolved" ? "resolve" : "trigger",
    dedup_key: text(alert.fingerprint) ?? name,
    payload: {
      summary: text(objectOf(alert.annotations).summary) ?? name,
      severity: labels.severity === "critical" || labels.severity === "page" ? "critical" : "warning",
      custom_details: { ...group, alert, allAlerts: alerts },
    },
  };
}

const resolvedWords = ["resolved", "ok", "normal", "closed", "fixed"];
const severityWords = ["critical", "error", "warning", "info"];

/** An event in nearly any words. A resolve that finds nothing open is ignored without a reason. */
function applyWebhook(body: Body, apply: (event: Body) => object, store: Store): object {
  const first = (...names: string[]): string | undefined => names.flatMap((name) => text(body[name]) ?? [])[0];
  const summary = first("summary", "title", "message", "name") ?? "Webhook Alert";
  const dedupKey = first("dedup_key", "id", "alert_id") ?? `webhook-${summary}`;
  const resolves = resolvedWords.includes(first("status", "action", "state")?.toLowerCase() ?? "");
  if (resolves && store.findOpen("opsknight", dedupKey, integrationService) === undefined) return { action: "ignored" };
  const severity = first("severity", "level", "priority")?.toLowerCase() ?? "";
  return apply({
    event_action: resolves ? "resolve" : "trigger",
    dedup_key: dedupKey,
    payload: { summary, severity: severityWords.includes(severity) ? severity : "warning", custom_details: body },
  });
}
