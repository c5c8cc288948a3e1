import { oneLine } from "../../model/control-characters.ts";
import type { Event, Severity } from "../../model/event.ts";
import { readMachineTime } from "../../model/machine-time.ts";
import { findSeverity } from "../words.ts";

/** A JSON object with unknown fields. */
export type Fields = Record<string, unknown>;

/** A value as text; undefined when it is absent, blank, or not one value. */
export function asText(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && oneLine(value) !== "" ? value : undefined;
}

/** The first of these names that has a text. */
export function textOf(fields: Fields | undefined, ...names: string[]): string | undefined {
  for (const name of names) {
    const text = fields !== undefined && Object.hasOwn(fields, name) ? asText(fields[name]) : undefined;
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The first line with something in it. */
export function firstLine(text: string | undefined): string | undefined {
  return text
    ?.split(/[\r\n]+/)
    .map(oneLine)
    .find((line) => line !== "");
}

/** ISO 8601 UTC; undefined when it is no time. */
export function timeOf(value: unknown): string | undefined {
  return readMachineTime(value)?.toISOString();
}

/** Longer addresses are dropped: half of one leads nowhere. */
const maxAddressLength = 4096;

/** The links that can be opened, each once. */
export function linksOf(pages: [text: string, address: unknown][]): Event["links"] {
  const links = new Map<string, string>();
  for (const [text, address] of pages) {
    if (typeof address !== "string" || address.length > maxAddressLength) continue;
    const href = address.trim();
    if (/^https?:\/\/[^\s\u0000-\u001f]+$/i.test(href) && URL.canParse(href) && !links.has(href)) links.set(href, text);
  }
  return [...links].map(([href, text]) => ({ href, text }));
}

/** A severity by any of its usual names; `error` for an unknown word, so that it is not missed. */
export function severityOf(word: string | undefined): Severity {
  return findSeverity(word ?? "") ?? "error";
}
