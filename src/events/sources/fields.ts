import { oneLine } from "../../model/control-characters.ts";
import type { Event, Severity } from "../../model/event.ts";
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

/** ISO 8601 UTC; undefined when it is no time, or the zero of Go (year 1) or of Unix, which stand for "not known". */
export function timeOf(value: string | number | undefined): string | undefined {
  // CloudWatch writes the zone as +0000, which not every engine reads.
  const time = new Date(
    typeof value === "string" ? value.replace(/([+-]\d\d)(\d\d)$/, "$1:$2") : (value ?? Number.NaN),
  );
  return Number.isNaN(time.getTime()) || time.getTime() <= 0 ? undefined : time.toISOString();
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

/** Words for how bad it is that only alerts use. */
const words: Record<string, Severity> = {
  disaster: "critical",
  page: "critical",
  urgent: "critical",
  ticket: "warning",
  none: "info",
};

const levels: readonly Severity[] = ["critical", "critical", "error", "warning", "info", "info"];

/** A severity by any of its usual names, `P1` and `sev2` too; `error` for an unknown word, so that it is not missed. */
export function severityOf(word: string | undefined): Severity {
  const plain = oneLine(word ?? "").toLowerCase();
  const level = /^(?:p|sev|severity)[-_ ]?([0-5])$/.exec(plain)?.[1];
  if (level !== undefined) return levels[Number(level)] ?? "error";
  return findSeverity(plain) ?? (Object.hasOwn(words, plain) ? words[plain] : undefined) ?? "error";
}
