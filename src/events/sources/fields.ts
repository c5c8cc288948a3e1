import { oneLine } from "../../model/control-characters.ts";
import type { Event, Severity } from "../../model/event.ts";
import { readMachineTime } from "../../model/machine-time.ts";
import { asObject } from "../../model/object.ts";
import { findSeverity } from "../status-words.ts";

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

/** The objects of a list. */
export function objectsIn(value: unknown): Fields[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list.map(asObject).filter((one) => one !== undefined);
}

/** The texts of a list, or the only one. */
export function textsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((one) => asText(one) ?? []);
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
    const href = withoutLogin(address.trim());
    if (/^https?:\/\/[^\s\u0000-\u001f]+$/i.test(href) && URL.canParse(href) && !links.has(href)) links.set(href, text);
  }
  return [...links].map(([href, text]) => ({ href, text }));
}

/** Of `P1`, `sev2`, `Sev 3`, by the number. */
const levels: readonly Severity[] = ["critical", "critical", "error", "warning", "info", "info"];

/** A severity by any of its usual names, `P1` and `sev2` too; `error` for an unknown word, so that it is not missed. */
export function severityOf(word: string | undefined): Severity {
  const plain = oneLine(word ?? "");
  const level = /^(?:p|sev|severity)[-_ ]?([0-5])$/i.exec(plain)?.[1];
  return (level === undefined ? findSeverity(plain) : levels[Number(level)]) ?? "error";
}

/** An address without the name and password that it may hold: a link goes to many people. */
export function withoutLogin(address: string): string {
  return address.replace(/^(https?:\/\/)[^/?#]*@/i, "$1");
}

/** The host of an address, with its port. */
export function hostOf(address: unknown): string | undefined {
  return typeof address === "string" && URL.canParse(address) ? new URL(address).host : undefined;
}
