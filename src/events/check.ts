import { usageError } from "../errors.ts";
import { hasControl } from "../model/control-characters.ts";
import type { Event } from "../model/event.ts";
import type { EventLimits } from "../providers/provider.ts";

/**
 * Checks the texts of an event before anything is written: lengths the vendor takes, and characters none should be sent.
 *
 * @throws {CliError} `usage` naming the limit and the length
 */
export function checkTexts(event: Event, limits: EventLimits, vendor: string): void {
  const texts = [
    // Checked first: without a summary, the dedup key is used as one.
    ["dedup key", event.dedupKey, limits.dedupKey],
    ["summary", event.summary, limits.summary],
    ["source", event.source, limits.source],
  ] as const;
  for (const [name, text, limit] of texts) {
    if (text.trim() === "") throw usageError(`the ${name} is empty`);
    if (hasControl(text)) throw usageError(`the ${name} has a control character in it`);
    if (text.length > limit) {
      const hint = name === "summary" ? "put the rest into --detail NAME=VALUE" : `shorten it to ${limit} characters`;
      throw usageError(`the ${name} has ${text.length} characters, and ${vendor} takes ${limit}`, hint);
    }
  }
  const place = placeOfNul(event, "");
  // OpsKnight 1.3.1 stores text in PostgreSQL, which has no NUL, and responds with 500: it would be retried forever.
  if (place !== undefined) throw usageError(`${place.slice(1)} has a NUL character in it`);
}

/** Real input is not nested deeper, and input that is far deeper cannot be written as JSON. */
const maxDepth = 100;

/** @throws {CliError} `usage` on what is nested too deep */
function placeOfNul(value: unknown, path: string, depth = 0): string | undefined {
  if (typeof value === "string") return value.includes("\u0000") ? path : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > maxDepth) throw usageError(`the details are nested more than ${maxDepth} deep`);
  for (const [name, inner] of Object.entries(value)) {
    const place = name.includes("\u0000") ? `${path}.*` : placeOfNul(inner, `${path}.${name}`, depth + 1);
    if (place !== undefined) return place;
  }
  return undefined;
}
