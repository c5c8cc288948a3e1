import { objectOf, type Reply, text } from "../reply.ts";
import { findService, sandboxKeys, services } from "../seed.ts";
import { type Call, fail, type Handler, iso, notFound, page } from "./call.ts";

/* Change events as they were sent. Source: the vendor's OpenAPI. */

export const changeRoutes: Record<string, Handler> = {
  "GET /change_events": (call) => list(call),
  "GET /services/*/change_events": (call) =>
    findService("pagerduty", call.parts[1] ?? "") === undefined ? notFound() : list(call, call.parts[1]),
};

/** The newest first. All are of the first service, which the integration key belongs to. */
function list(call: Call, service?: string): Reply {
  const { query, store } = call;
  const [since, until] = [query.get("since"), query.get("until")];
  const from = since === null ? 0 : Date.parse(since);
  const to = until === null ? Number.POSITIVE_INFINITY : Date.parse(until);
  if (Number.isNaN(from) || Number.isNaN(to)) return fail(400, "Invalid Date Format", 2005);
  const own = service === undefined || service === services[0].pagerduty;
  const found = store.state.pagerduty.changes
    .map((change, index) => ({ ...change, index }))
    .filter(({ at }) => own && at >= from && at <= to)
    .reverse();
  return page(call, "change_events", found, toWire);
}

function toWire({ at, body, index }: { at: number; body: Record<string, unknown>; index: number }): object {
  const { summary, source, timestamp, custom_details } = objectOf(body.payload);
  const sent = Date.parse(text(timestamp) ?? "");
  return {
    id: `01SANDBOX${String(index).padStart(17, "0")}`,
    type: "change_event",
    summary,
    self: null,
    html_url: null,
    source: source ?? "",
    timestamp: iso(Number.isNaN(sent) ? at : sent),
    // The vendor lists services by their ids alone, and the key that the change came with.
    services: [{ id: services[0].pagerduty, type: "service_reference" }],
    integration: { id: "PINTEV2", type: "events_api_v2_inbound_integration_reference" },
    routing_key: sandboxKeys.pagerduty.integration,
    custom_details: custom_details ?? {},
    links: Array.isArray(body.links) ? body.links : [],
    images: [],
  };
}
