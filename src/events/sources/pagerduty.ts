import { usageError } from "../../errors.ts";
import { asObject } from "../../model/object.ts";
import type { Fields } from "./fields.ts";
import { actionOf, type LineDefaults, PartReader, toEvent } from "./parts.ts";
import type { ObjectReading } from "./reading.ts";

/* Bodies of PagerDuty's Events API. Sources: PagerDuty's reference, "Send an alert event", "Send a change event", and the guide
   "Events API v1". */

/** Whether an object is a body of the Events API, of either version. */
export function isPagerduty(fields: Fields): boolean {
  return "event_action" in fields || asObject(fields.payload) !== undefined || isV1(fields);
}

function isV1(fields: Fields): boolean {
  return "event_type" in fields && ("service_key" in fields || "incident_key" in fields);
}

/** @throws {CliError} `usage` with what is wrong with it */
export function fromPagerduty(fields: Fields, defaults: LineDefaults): ObjectReading {
  if (isV1(fields)) return fromV1(fields, defaults);
  const read = new PartReader();
  const word = read.text(fields, "event_action");
  const dedupKey = read.text(fields, "dedup_key");
  const payload = read.object(fields, "payload") ?? {};
  // The body of an alert event names its action; that of a change event has neither action, key nor severity.
  const isAlert = ["event_action", "action"].some((name) => name in fields) || payload.severity !== undefined;
  if (word === undefined && (isAlert || dedupKey !== undefined)) throw usageError('"event_action" is missing');
  const action = word === undefined ? "change" : actionOf(word);
  if (read.text(fields, "routing_key") !== undefined) read.remarks.push(keyWarning("routing_key"));
  const [summary, source] = [read.text(payload, "summary"), read.text(payload, "source")];
  const event = toEvent(
    {
      action,
      summary,
      severity: read.severity(payload, "severity"),
      source,
      dedupKey,
      component: read.text(payload, "component"),
      group: read.text(payload, "group"),
      class: read.text(payload, "class"),
      details: read.details(payload, "custom_details"),
      links: [...read.links(fields, "links"), ...images(read, fields.images), ...client(read, fields)],
      at: read.time(payload, "timestamp"),
      ...(action === "change" && { change: { status: "succeeded" } }),
    },
    defaults,
    read,
  );
  return { event, warnings: read.warnings, remarks: read.remarks };
}

/** The key in a body is a secret of PagerDuty's: it must neither be stored nor sent to another host. */
function keyWarning(name: string): string {
  return `"${name}" is a key: it is left out, and the event is sent with the keys of the profile`;
}

function fromV1(fields: Fields, defaults: LineDefaults): ObjectReading {
  const read = new PartReader();
  if (read.text(fields, "service_key") !== undefined) read.remarks.push(keyWarning("service_key"));
  const contexts: unknown[] = Array.isArray(fields.contexts) ? fields.contexts : [];
  const links = contexts.flatMap((one) => {
    const context = asObject(one) ?? {};
    return read.link(context.href ?? context.src, context.text ?? context.alt, "contexts");
  });
  const event = toEvent(
    {
      action: actionOf(read.text(fields, "event_type") ?? ""),
      summary: read.text(fields, "description"),
      source: read.text(fields, "client"),
      dedupKey: read.text(fields, "incident_key"),
      details: read.details(fields, "details"),
      links: [...links, ...client(read, fields)],
    },
    defaults,
    read,
  );
  return { event, warnings: read.warnings, remarks: read.remarks };
}

/** `{src, href, alt}`: what can be opened of it. */
function images(read: PartReader, value: unknown) {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap((one) => {
    const image = asObject(one) ?? {};
    return read.link(image.href ?? image.src, image.alt, "images");
  });
}

function client(read: PartReader, fields: Fields) {
  const page = read.text(fields, "client_url");
  return page === undefined ? [] : read.link(page, fields.client, "client_url");
}
