import { cut } from "../model/cut.ts";
import type { Event } from "../model/event.ts";

/** For what a provider adds to an event in the body of its request. */
const addedBytes = 65_536;

/** What is left of a detail that is too long, in UTF-16 units. */
const keptLength = 65_536;

/** The most bytes that one UTF-16 unit takes in JSON: `\u0000`. */
const maxUnitBytes = 6;

/** For quotes, separators, numbers and words. */
const maxValueBytes = 32;

/**
 * The same event with details that fit into a body of so many bytes: the longest are cut, and then the last ones left out. A vendor
 * refuses a body that is too long.
 */
export function fitSize(event: Event, bodyBytes: number, title: string, warnings: string[]): Event {
  const maxBytes = bodyBytes - addedBytes;
  if (spare(event, maxBytes) > 0) return event;
  const details = fitDetails(event.details, maxBytes - bytesOf({ ...event, details: {} }), title, warnings);
  return details === event.details ? event : { ...event, details };
}

/** The same details when they fit. */
function fitDetails(details: Event["details"], maxBytes: number, title: string, warnings: string[]): Event["details"] {
  const sizes = new Map(Object.entries(details).map(([name, value]) => [name, bytesInList(name, value)]));
  let bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  if (bytes <= maxBytes) return details;
  const fitting = { ...details };
  const megabytes = `${title} takes ${Math.round((maxBytes + addedBytes) / 1024 / 1024)} MiB`;
  for (const [name, size] of [...sizes].sort(([, one], [, other]) => other - one)) {
    if (bytes <= maxBytes || size <= keptLength) break;
    const value = details[name];
    fitting[name] = cut(typeof value === "string" ? value : JSON.stringify(value), keptLength);
    const left = bytesInList(name, fitting[name]);
    bytes -= size - left;
    sizes.set(name, left);
    warnings.push(`details.${name} is too long, and ${megabytes} in all: it is cut`);
  }
  const dropped: string[] = [];
  for (const name of Object.keys(details).toReversed()) {
    if (bytes <= maxBytes) break;
    bytes -= sizes.get(name) ?? 0;
    delete fitting[name];
    dropped.push(name);
  }
  if (dropped.length > 0) warnings.push(`too many details, and ${megabytes}: ${dropped.length} are left out`);
  return fitting;
}

/** What surely remains of so many bytes; not more than 0 when that is not sure. Costs less than writing it as JSON. */
function spare(value: unknown, bytes: number): number {
  let left = bytes - maxValueBytes;
  if (typeof value === "string") return left - value.length * maxUnitBytes;
  if (typeof value !== "object" || value === null) return left;
  for (const name in value) {
    left = spare((value as Record<string, unknown>)[name], left - name.length * maxUnitBytes);
    if (left <= 0) return left;
  }
  return left;
}

/** Of one detail among others, with the comma behind it. */
function bytesInList(name: string, value: unknown): number {
  return bytesOf({ [name]: value }) - 1;
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
