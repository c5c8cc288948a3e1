import { CliError, usageError } from "../../errors.ts";
import type { HttpResponse } from "../../http/request.ts";
import type { Event, EventReceipt, EventResult } from "../../model/event.ts";
import type { KeyKind } from "../../model/key.ts";
import { asObject } from "../../model/object.ts";
import type { Connection, EventPace } from "../provider.ts";
import { asText, first } from "../wire.ts";
import { type AlertStep, alertSteps } from "./deploys.ts";
import { keyFor } from "./event-key.ts";
import { type EventBody, eventsRoute, sendBody } from "./event-service.ts";
import { toSummary } from "./wire.ts";

/** Server 1.3.1 refuses longer texts, in UTF-16 units, and cuts a longer body, which is no JSON then. Source: observed behavior. */
export const eventLimits = { summary: 500, source: 200, dedupKey: 200, bodyBytes: 10 * 1024 * 1024 };

export function checkEvent(connection: Connection, event: Event): void {
  const { keys, profile } = connection;
  if (keys.size === 0 || (!keys.has("api") && !keys.has("integration"))) {
    const hint =
      profile.name === "env" ? "set ONDUTY_API_KEY or ONDUTY_INTEGRATION_KEY" : `onduty keys set ${profile.name}`;
    throw new CliError("auth", `profile "${profile.name}" has no key that can send events`, { hint });
  }
  if (keyFor(connection, event) === "api" && (event.service ?? profile.service) === undefined) {
    throw usageError("an event sent with an API key needs a service", "--service SERVICE_ID, or set ONDUTY_SERVICE");
  }
}

/** `POST /api/events`, once for each step. A repeat does no harm: the dedup key makes it the same event. */
export function deliverEvent(connection: Connection, event: Event): Promise<EventReceipt> {
  const steps = alertSteps(event);
  return steps.length === 1 ? deliverStep(connection, event, steps[0]) : deliverDeploy(connection, event, steps);
}

async function deliverDeploy(
  connection: Connection,
  event: Event,
  [main, ...others]: readonly [AlertStep, ...AlertStep[]],
): Promise<EventReceipt> {
  const receipt = await deliverStep(connection, event, main);
  if (event.change?.status === "failed") receipt.dedupKey = main.dedupKey;
  for (const step of others) {
    const other = await deliverStep(connection, event, step);
    // A success mostly ends a start, and seldom a failure: the receipt is of what was found.
    if (event.change?.status === "succeeded" && receipt.result === "ignored") Object.assign(receipt, other);
  }
  return receipt;
}

/** Of the 120 a minute that all API keys of a server 1.3.1 share. Integration keys have their own. Source: observed behavior. */
const perMinute = 100;

/** See `Provider.events.pace`. Keys of the documented API have allowances of their own, and responses show them. */
export async function pace(connection: Connection, event: Event): Promise<EventPace | undefined> {
  if (keyFor(connection, event) !== "api" || (await connection.http("api")).keyKind !== null) return undefined;
  const { name } = connection.profile;
  const setKey = name === "env" ? "set ONDUTY_INTEGRATION_KEY" : `onduty keys set ${name} --kind integration`;
  const hint = `an integration key has its own: ${setKey}`;
  return { perMinute, reason: "all API keys of this server share one allowance", hint };
}

/** How often a trigger is sent that the server closes at once. */
const maxTriggers = 10;

/**
 * One request, and its receipt.
 *
 * Server 1.3.1 keeps each resolve that found nothing open for five minutes. Each closes one later trigger of its key at once, which
 * comes out `resolved`: nobody is notified. Each repeat of the trigger uses up one of them. Source: observed behavior.
 *
 * @throws {CliError} also `failure` with the reason `swallowed` for a trigger that is closed each time, and `failure` with the
 *   reason `repairable` for an unknown service
 */
async function deliverStep(connection: Connection, event: Event, step: AlertStep): Promise<EventReceipt> {
  const kind = keyFor(connection, event);
  const body = toBody(connection, event, step, kind);
  for (let count = 1; ; count += 1) {
    const receipt = toReceipt(await sendBody(connection, kind, body), connection);
    if (body.event_action !== "trigger" || !isSwallowed(receipt))
      return count === 1 ? receipt : repeated(receipt, count);
    if (count === maxTriggers) {
      const message = `the server closed the alert at once, ${count} times in a row: nobody is notified`;
      const { requestId } = receipt;
      throw new CliError("failure", message, {
        reason: "swallowed",
        retryable: true,
        requestId: requestId ?? undefined,
      });
    }
    connection.debug(`the server closed the alert of "${step.dedupKey}" at once; it is sent again`);
  }
}

/** Whether a trigger was closed at once. */
function isSwallowed({ result, incident }: EventReceipt): boolean {
  return result === "resolved" || (result === null && incident?.status === "resolved");
}

function repeated(receipt: EventReceipt, count: number): EventReceipt {
  const message = `sent ${count} times: the server had closed it at once`;
  return { ...receipt, message: receipt.message ?? message };
}

function toReceipt(answer: HttpResponse, connection: Connection): EventReceipt {
  if (answer.attempts > 0 && !isConfirmed(answer)) {
    throw new CliError("failure", `${eventsRoute}: the response does not confirm the event`, {
      hint: "check the base URL: onduty profiles show",
    });
  }
  const { body, requestId } = answer;
  const object = asObject(body);
  const result = asObject(object?.result) ?? asObject(object?.data) ?? object ?? {};
  const row = asObject(result.incident);
  return {
    result: toResult(asText(result.action) ?? asText(result.status)),
    incident: row === undefined ? null : toSummary(row, connection),
    requestId,
    message: asText(result.reason) ?? asText(result.message),
  };
}

/**
 * A proxy may return 200 as well. A 202 is the vendor's. With any other status, the body must have a field of the vendor's:
 * `result` or `status` of 1.3.1, `data` of the reference, or `dedup_key` of the Events API that the vendor is compatible with.
 */
function isConfirmed({ status, body }: HttpResponse): boolean {
  const object = asObject(body) ?? {};
  if (object.error !== undefined && object.error !== null) return false;
  return status === 202 || first(object, "data", "result", "status", "action", "dedup_key", "incident") !== undefined;
}

function toBody(
  { profile }: Connection,
  event: Event,
  { action, severity, dedupKey, summary }: AlertStep,
  kind: KeyKind,
): EventBody {
  const service = kind === "integration" ? undefined : (event.service ?? profile.service);
  const routingKey = event.routingKey ?? profile.routingKey;
  const { environment, version } = event.change ?? {};
  const { at, note, links, component, group, class: kindOfProblem } = event;
  const payload: Record<string, unknown> = { summary, severity, source: event.source };
  const kept: Record<string, unknown> = {};
  // Server 1.3.1 keeps only summary, severity, source and details of the payload. Source: observed behavior.
  if (component !== undefined) payload.component = kept.component = component;
  if (group !== undefined) payload.group = kept.group = group;
  if (kindOfProblem !== undefined) payload.class = kept.class = kindOfProblem;
  if (at !== undefined) payload.timestamp = kept.at = at;
  const details: Record<string, unknown> = { ...kept, ...event.details };
  if (environment !== undefined) details.environment = environment;
  if (version !== undefined) details.version = version;
  if (note !== undefined) details.note = note;
  if (links.length > 0) details.links = links;
  if (Object.keys(details).length > 0) payload.custom_details = details;
  return {
    ...(routingKey !== undefined && { routing_key: routingKey }),
    event_action: action,
    dedup_key: dedupKey,
    ...(service !== undefined && { service_id: service }),
    // Server 1.3.1 requires the payload for every action.
    payload,
  };
}

function toResult(word: string | null): EventResult | null {
  const results = ["triggered", "deduplicated", "acknowledged", "resolved", "ignored"] as const;
  return results.find((result) => result === word?.toLowerCase()) ?? null;
}
