import { usageError } from "../../errors.ts";
import { asObject, defined } from "../../model/object.ts";
import { nearest } from "../../model/text.ts";
import type { Fields } from "./fields.ts";
import { fromPagerduty, isPagerduty } from "./pagerduty.ts";
import { actionOf, type LineDefaults, PartReader, toEvent } from "./parts.ts";
import type { ObjectReading } from "./reading.ts";
import { hintOf } from "./signs.ts";

const ownFields = [
  "action",
  "summary",
  "severity",
  "source",
  "dedupKey",
  "service",
  "routingKey",
  "component",
  "group",
  "class",
  "details",
  "links",
  "at",
  "note",
  "status",
  "environment",
  "version",
] as const;

const isOwn: ReadonlySet<string> = new Set(ownFields);

/**
 * One value of the input as an event: an object with our own field names, or one of PagerDuty's Events API.
 *
 * @throws {CliError} `usage` with what is wrong with it
 */
export function readOwn(value: unknown, defaults: LineDefaults): ObjectReading {
  const fields = asObject(value);
  if (fields === undefined) throw usageError("it is not a JSON object");
  return isPagerduty(fields) ? fromPagerduty(fields, defaults) : fromOwn(fields, defaults);
}

function fromOwn(fields: Fields, defaults: LineDefaults): ObjectReading {
  for (const name of Object.keys(fields)) {
    if (isOwn.has(name)) continue;
    const [near] = nearest(name, ownFields);
    throw usageError(hintOf(fields) ?? `unknown field "${name}"${near === undefined ? "" : `; is it "${near}"?`}`);
  }
  const read = new PartReader();
  const action = actionOf(read.text(fields, "action") ?? "trigger");
  const change =
    action === "change"
      ? {
          status: read.changeStatus(fields, "status"),
          ...defined({ environment: read.text(fields, "environment"), version: read.text(fields, "version") }),
        }
      : undefined;
  const event = toEvent(
    {
      action,
      summary: read.text(fields, "summary"),
      severity: read.severity(fields, "severity"),
      source: read.text(fields, "source"),
      dedupKey: read.text(fields, "dedupKey"),
      service: read.text(fields, "service"),
      routingKey: read.text(fields, "routingKey"),
      component: read.text(fields, "component"),
      group: read.text(fields, "group"),
      class: read.text(fields, "class"),
      details: read.details(fields, "details"),
      links: read.links(fields, "links"),
      at: read.time(fields, "at"),
      note: read.text(fields, "note"),
      ...defined({ change }),
    },
    defaults,
    read,
  );
  return { event, warnings: read.warnings, remarks: read.remarks };
}
