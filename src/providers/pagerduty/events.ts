import { CliError, usageError } from "../../errors.ts";
import type { HttpResponse } from "../../http/request.ts";
import type { Event, EventReceipt } from "../../model/event.ts";
import { asObject, defined } from "../../model/object.ts";
import type { Connection, EventLimits, EventPace } from "../provider.ts";
import { asText } from "../wire.ts";
import { whyDropped } from "./dropped.ts";
import { noteByKey } from "./note.ts";

/* Events API v2. Source: the vendor's reference. */

/**
 * The vendor takes 1,024 characters of a summary; a change has its status behind it. It takes 255 of a key; the limit is 200, which
 * all vendors take: a key is then the same for each. The length of a source is not documented.
 */
export const eventLimits: EventLimits = {
  summary: 1000,
  source: 1000,
  dedupKey: 200,
  unit: "codePoint",
  bodyBytes: 512 * 1024,
};

/** Of about 120 a minute, which responses do not show. */
const perMinute = 100;

export function checkEvent({ keys, profile }: Connection, event: Event): void {
  const isEnv = profile.name === "env";
  const setKey = isEnv ? "set ONDUTY_INTEGRATION_KEY" : `onduty keys set ${profile.name} --kind integration`;
  if (event.routingKey !== undefined || profile.routingKey !== undefined)
    throw usageError(
      "a routing key of PagerDuty is a key, which no option, variable or event can give: the integration key of the profile is used",
      isEnv && profile.routingKey !== undefined ? `unset ONDUTY_ROUTING_KEY, and ${setKey}` : setKey,
    );
  if (event.service !== undefined && event.service !== profile.service)
    throw usageError(
      "the integration key decides the service of an event on PagerDuty",
      "leave out --service, and use a profile with the integration key of that service",
    );
  if (keys.has("integration")) return;
  throw new CliError(
    "auth",
    `sending events on pagerduty needs an integration key, which profile "${profile.name}" does not have`,
    { hint: setKey },
  );
}

/** See `Provider.events.pace`. */
export async function pace(): Promise<EventPace> {
  return { perMinute, reason: "PagerDuty takes about 120 a minute with one integration key" };
}

/**
 * Sends one event. The vendor takes it without a word on what it led to: an acknowledge or resolve with nothing open under its key is
 * dropped later, and so is one with another integration key than its trigger. Whether its service is switched off is read with an API key.
 */
export async function deliverEvent(connection: Connection, event: Event): Promise<EventReceipt> {
  const http = await connection.http("integration");
  const isChange = event.action === "change";
  if (isChange && http.keyKind === "ruleset") {
    const { name } = connection.profile;
    throw new CliError("auth", "a key of an event orchestration takes no change events", {
      hint:
        name === "env"
          ? "set ONDUTY_INTEGRATION_KEY to that of a service"
          : `onduty keys set ${name} --kind integration stores that of a service`,
    });
  }
  const route = isChange ? "POST /v2/change/enqueue" : "POST /v2/enqueue";
  const isRouted = http.keyKind === "ruleset";
  const sending = http.request(route, { body: isChange ? toChange(event) : toAlert(event), idempotent: true });
  // Asked for beside the event, and read when it is delivered.
  if (!isChange && http.isDry !== true) whyDropped(connection, event.action, isRouted).catch(() => {});
  const answer = await sending;
  if (answer.attempts > 0 && !isConfirmed(answer))
    throw new CliError("failure", `${route}: the response does not confirm the event`, {
      hint: "check the base URL: onduty profiles show",
    });
  const receipt: EventReceipt = { result: null, incident: null, requestId: answer.requestId, message: null };
  if (isChange) return receipt;
  const [dropped, lost] = await Promise.all([
    answer.attempts === 0 ? undefined : whyDropped(connection, event.action, isRouted),
    event.note === undefined ? undefined : noteByKey(connection, event, event.note),
  ]);
  const isKnown = event.action === "trigger" || dropped?.isCertain === true;
  const message = [...(isKnown ? [] : [unreported]), ...(lost === undefined ? [] : [lost])].join("; ") || null;
  const taken = { ...receipt, message, ...defined({ leftOut: lost }) };
  if (dropped === undefined) return taken;
  return { ...taken, result: dropped.isCertain ? "ignored" : null, silenced: dropped.lines };
}

/** A proxy may return 200 as well. */
function isConfirmed({ status, body }: HttpResponse): boolean {
  const object = asObject(body);
  return object !== undefined && (status === 202 || object.status === "success" || asText(object.dedup_key) !== null);
}

const unreported = "PagerDuty does not report whether anything was open under this key";

function toAlert(event: Event): Record<string, unknown> {
  const words = { trigger: "trigger", acknowledge: "acknowledge", resolve: "resolve", change: "" };
  const common = { event_action: words[event.action], dedup_key: event.dedupKey };
  if (event.action !== "trigger") return common;
  const { summary, severity, source, at, component, group, class: kind, details } = event;
  return {
    ...common,
    payload: {
      summary: summary || event.dedupKey,
      source,
      severity,
      ...defined({ timestamp: at, component, group, class: kind }),
      ...(Object.keys(details).length > 0 && { custom_details: details }),
    },
    ...linksOf(event),
    client: "onduty",
  };
}

/** A change has no status and no key: they stand in its summary and details. */
function toChange(event: Event): Record<string, unknown> {
  const { summary, source, at, details, change, dedupKey } = event;
  const status = change?.status;
  const { environment, version } = change ?? {};
  return {
    payload: {
      summary: status === undefined ? summary : `${summary}: ${status}`,
      source,
      ...defined({ timestamp: at }),
      custom_details: { ...details, ...defined({ status, environment, version }), change_key: dedupKey },
    },
    ...linksOf(event),
  };
}

function linksOf({ links }: Event): { links?: Event["links"] } {
  return links.length === 0 ? {} : { links };
}
