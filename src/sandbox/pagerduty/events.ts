import type { Store } from "../model.ts";
import { objectOf, type Reply, readJson, type SandboxRequest, text } from "../reply.ts";
import { people, sandboxKeys, services } from "../seed.ts";
import type { SandboxTools } from "../vendor.ts";
import { addLog } from "./log.ts";
import { peopleAt, policyOf } from "./policies.ts";
import { isInMaintenance } from "./windows.ts";

/* Events API v2: taken with a 202, which does not report what they led to. Source: the vendor's documentation, and issues of its clients. */

const perMinute = 120;
const maxBytes = 512 * 1024;

type Tools = Pick<SandboxTools, "store" | "limiter" | "now"> & { began: number };

/** The response to a request of the Events API. */
export function answerEvent(request: SandboxRequest, tools: Tools): Reply {
  const { path, method, text: given } = request;
  if (method !== "POST") return { status: 405, body: refused("Method not allowed").body };
  if (Buffer.byteLength(given) > maxBytes) return { status: 413, body: refused("Event is too large").body };
  const body = readJson(request);
  if (body === undefined) return refused("JSON is invalid");
  const key = text(body.routing_key) ?? "";
  if (key.length !== 32) return refused("Length of 'routing_key' is incorrect (should be 32 characters)");
  if (key !== sandboxKeys.pagerduty.integration) return refused("Invalid routing key");
  // Its 429 has neither headers nor JSON.
  if (!tools.limiter.take(`pagerduty events ${key}`, perMinute).allowed) return { status: 429, body: "" };
  return path === "/v2/change/enqueue" ? takeChange(body, tools) : takeAlert(body, tools);
}

function refused(...errors: string[]): Reply {
  return { status: 400, body: { status: "invalid event", message: "Event object is invalid", errors } };
}

function badPayload(payload: Record<string, unknown>, isChange: boolean): string | undefined {
  const summary = text(payload.summary);
  if (summary === undefined) return "'payload.summary' is missing or blank";
  if ([...summary].length > 1024) return "'payload.summary' is too long (maximum is 1024 characters)";
  if (isChange) return undefined;
  if (text(payload.source) === undefined) return "'payload.source' is missing or blank";
  if (!["critical", "error", "warning", "info"].includes(String(payload.severity)))
    return "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')";
  return undefined;
}

function takeChange(body: Record<string, unknown>, { store, now }: Tools): Reply {
  const wrong = badPayload(objectOf(body.payload), true);
  if (wrong !== undefined) return refused(wrong);
  const { routing_key: _, ...kept } = body;
  store.state.pagerduty.changes.push({ at: now().getTime(), body: kept });
  store.touch();
  return { status: 202, body: { status: "success", message: "Change event processed" } };
}

function takeAlert(body: Record<string, unknown>, tools: Tools): Reply {
  const action = String(body.event_action);
  if (!["trigger", "acknowledge", "resolve"].includes(action)) return refused("'event_action' is invalid");
  const key = text(body.dedup_key);
  if ((key?.length ?? 0) > 255) return refused("'dedup_key' is too long (maximum is 255 characters)");
  if (action !== "trigger" && key === undefined) return refused("'dedup_key' is missing or blank");
  const payload = objectOf(body.payload);
  const wrong = action === "trigger" ? badPayload(payload, false) : undefined;
  if (wrong !== undefined) return refused(wrong);
  const dedupKey = key ?? `sandbox-${tools.store.state.sequence + 1}`;
  const { store, now } = tools;
  // It is accepted, opens nothing and resolves nothing.
  const isOff = isInMaintenance(store, services[0].pagerduty, now().getTime());
  if (isOff) return { status: 202, body: { status: "success", message: "Event processed", dedup_key: dedupKey } };
  if (action === "trigger") trigger(dedupKey, payload, tools);
  else follow(action, dedupKey, store, now().getTime());
  return { status: 202, body: { status: "success", message: "Event processed", dedup_key: dedupKey } };
}

/** All events are of the first service, which the integration key belongs to. */
function trigger(dedupKey: string, payload: Record<string, unknown>, { store, began, now }: Tools): void {
  const open = store.findOpen("pagerduty", dedupKey);
  if (open !== undefined) {
    store.touch(open);
    return;
  }
  const service = services[0].pagerduty;
  const at = now().getTime();
  const isLow = payload.severity === "warning" || payload.severity === "info";
  store.open("pagerduty", {
    title: text(payload.summary) ?? dedupKey,
    service,
    urgency: isLow ? "LOW" : "HIGH",
    description: payload.custom_details === undefined ? null : JSON.stringify(payload.custom_details),
    dedupKey,
    assignees: peopleAt(policyOf(service), 1, { store, began }, at),
  });
}

/** It is dropped when no alert is open under the key. */
function follow(action: string, dedupKey: string, store: Store, now: number): void {
  const open = store.findOpen("pagerduty", dedupKey);
  if (open === undefined) return;
  const [person] = open.assignees;
  if (action === "resolve") store.setStatus("pagerduty", open, "RESOLVED", undefined, true);
  else store.setStatus("pagerduty", open, "ACKNOWLEDGED", person ?? people[0].pagerduty, true);
  addLog({ now, actor: undefined, store }, open, action, {});
}
