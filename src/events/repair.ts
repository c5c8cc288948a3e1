import type { Vendor } from "../context.ts";
import { hasControl, oneLine } from "../model/control-characters.ts";
import { cut, lengthIn } from "../model/cut.ts";
import type { Event } from "../model/event.ts";
import { fitKey } from "../model/fit-key.ts";
import type { EventLimits } from "../providers/provider.ts";
import { fitSize } from "./fit-size.ts";

/** An event that the vendor can store, and what was changed for that, for the user. */
export interface Repaired {
  event: Event;
  warnings: string[];
}

export interface RepairOptions {
  limits: EventLimits;
  /** The vendor, as people write it. */
  title: string;
  /** A dedup key that the vendor does not take is shortened: the same key always in the same way. Else it stays unchanged. */
  fitsKeys?: boolean;
}

/** Real details are not nested deeper, and far deeper ones cannot be written as JSON. */
const maxDepth = 100;

/** The longest text that moves into the details, in UTF-16 units. */
const maxFullText = 65_536;

/**
 * Repairs what would keep an event from being stored: nothing that only decorates it may cost it. Characters that no vendor
 * stores become U+FFFD, line breaks of one-line texts blanks; a summary or a source that is too long is cut, and the
 * details have the full text. Details that are too long for a request are cut.
 */
export function repairEvent(event: Event, options: RepairOptions): Repaired {
  const warnings: string[] = [];
  const repaired = fitTexts(storable(event, options, warnings), options, warnings);
  const { bodyBytes } = options.limits;
  const fitting = bodyBytes === undefined ? repaired : fitSize(repaired, bodyBytes, options.title, warnings);
  return { event: fitting, warnings };
}

/** An event from the spool: an earlier version may have kept what no vendor stores, and all behind it would wait for ever. */
export function storableEvent(
  event: Event,
  { title, events }: Pick<Vendor<"events">["provider"], "title" | "events">,
): Event {
  return repairEvent(event, { limits: events.limits, title, fitsKeys: true }).event;
}

/** Without characters that cannot be stored. The key is apart: different keys stay different. */
function storable(event: Event, { fitsKeys = false }: RepairOptions, warnings: string[]): Event {
  if (isClean(event) && !(fitsKeys && hasControl(event.dedupKey))) return event;
  const { dedupKey, ...rest } = event;
  const [unstorable, deep] = [new Set<string>(), new Set<string>()];
  const others = isClean(rest) ? rest : (clean(rest, "", { unstorable, deep }) as typeof rest);
  for (const place of unstorable)
    warnings.push(`${place} has a character that cannot be stored: it is replaced by U+FFFD`);
  for (const place of deep) warnings.push(`${place} is nested more than ${maxDepth} deep: the rest of it is left out`);
  if (!hasUnstorable(dedupKey) && !(fitsKeys && hasControl(dedupKey))) return { ...others, dedupKey };
  const fitting = fitKey(dedupKey);
  warnings.push(`the dedup key has a character that cannot be stored: it is now "${fitting}"`);
  return { ...others, dedupKey: fitting };
}

function fitTexts(event: Event, { limits, title, fitsKeys = false }: RepairOptions, warnings: string[]): Event {
  const { unit } = limits;
  let { details } = event;
  const shorten = (name: "summary" | "source", text: string): string => {
    const line = oneLine(text);
    if (line === text && text.length <= limits[name]) return text;
    const short = cut(line, limits[name], unit);
    const inner = text.trim().replaceAll("\t", " ");
    const problems = [
      ...(hasControl(inner) ? [hasBreak(inner) ? "line breaks" : "control characters"] : []),
      ...(short === line ? [] : [`${lengthIn(line, unit)} characters, and ${title} takes ${limits[name]}`]),
    ];
    if (problems.length === 0) return short;
    if (details === event.details) details = { ...details };
    const place = keep(details, name, text.trim());
    const change = short === line ? "they are replaced by blanks" : "it is cut";
    warnings.push(`the ${name} has ${problems.join(" and ")}: ${change}, and the details have all of it as "${place}"`);
    return short;
  };
  const dedupKey =
    fitsKeys && lengthIn(event.dedupKey, unit) > limits.dedupKey ? fitKey(event.dedupKey) : event.dedupKey;
  if (dedupKey !== event.dedupKey)
    warnings.push(
      `the dedup key has ${lengthIn(event.dedupKey, unit)} characters, and ${title} takes ${limits.dedupKey}: it is now "${dedupKey}"`,
    );
  // Vendors want a summary of every event.
  const summary = shorten("summary", event.summary) || dedupKey;
  const source = shorten("source", event.source);
  const lines = inOneLine(event);
  const isSame = summary === event.summary && source === event.source && dedupKey === event.dedupKey;
  return isSame && details === event.details ? lines : { ...lines, summary, source, dedupKey, details };
}

/** The event with its short texts that are never more than one line; events that are right are many, and cost no copy. */
function inOneLine(event: Event): Event {
  const { component, group, class: kind, change, links } = event;
  if (links.length === 0 && (component ?? group ?? kind ?? change) === undefined) return event;
  return {
    ...event,
    ...(component !== undefined && { component: oneLine(component) }),
    ...(group !== undefined && { group: oneLine(group) }),
    ...(kind !== undefined && { class: oneLine(kind) }),
    ...(change !== undefined && {
      change: {
        ...change,
        ...(change.environment !== undefined && { environment: oneLine(change.environment) }),
        ...(change.version !== undefined && { version: oneLine(change.version) }),
      },
    }),
    links: links.map(({ href, text }) => ({ href, ...(text !== undefined && { text: oneLine(text) }) })),
  };
}

/** Puts a full text into the details, under its name or a free one. Returns that. */
function keep(details: Event["details"], name: string, text: string): string {
  const full = cut(text, maxFullText);
  const free = [name, `full_${name}`].find((one) => !Object.hasOwn(details, one) || details[one] === full);
  const place = free ?? `full_${name}_${Object.keys(details).length}`;
  details[place] = full;
  return place;
}

function hasBreak(text: string): boolean {
  return /[\r\n\u0085]/.test(text);
}

/** NUL, which PostgreSQL does not store, and half of a surrogate pair, which is no Unicode text. OpsKnight 1.3.1 answers both with 500. */
function hasUnstorable(text: string): boolean {
  return text.includes("\0") || !text.isWellFormed();
}

interface Found {
  unstorable: Set<string>;
  deep: Set<string>;
}

/** Whether nothing has to be replaced. */
function isClean(value: unknown, depth = 0): boolean {
  if (typeof value === "string") return !hasUnstorable(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth > maxDepth) return false;
  for (const name in value)
    if (hasUnstorable(name) || !isClean((value as Record<string, unknown>)[name], depth + 1)) return false;
  return true;
}

function clean(value: unknown, path: string, found: Found, depth = 0): unknown {
  if (typeof value === "string") return cleanText(value, path, found);
  if (typeof value !== "object" || value === null) return value;
  if (depth > maxDepth) {
    found.deep.add(path.slice(1).split(".", 2).join("."));
    return "…";
  }
  if (Array.isArray(value)) return value.map((one: unknown, index) => clean(one, `${path}.${index}`, found, depth + 1));
  const entries = Object.entries(value).map(([name, inner]) => {
    const known = cleanText(name, `${path}.*`, found);
    return [known, clean(inner, `${path}.${known}`, found, depth + 1)];
  });
  return Object.fromEntries(entries);
}

function cleanText(text: string, path: string, { unstorable }: Found): string {
  if (!hasUnstorable(text)) return text;
  unstorable.add(path.slice(1));
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
