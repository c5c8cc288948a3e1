import { cut } from "../../model/cut.ts";
import type { Event } from "../../model/event.ts";

/* What decorates an alert: its description and its labels. The vendor cuts longer texts. Source: the standard alert page. */

const maxText = 2048;
const maxName = 128;
const maxLabels = 50;

export function describe({ details, note, links }: Event): { description?: string } {
  const lines = [
    ...(note === undefined ? [] : [note]),
    ...links.map(({ href, text }) => (text === undefined ? href : `${text}: ${href}`)),
    ...(Object.keys(details).length > 0 ? [JSON.stringify(details)] : []),
  ];
  return lines.length === 0 ? {} : { description: cut(lines.join("\n"), maxText, "codePoint") };
}

/**
 * The labels of a resolve. An event renews the labels and the severity of its alert, so a resolve by key alone sends none: it knows
 * neither. One with details of the problem has the labels that its trigger has, without a severity.
 */
export function labelsOfResolve(event: Event): { labels?: Record<string, string> } {
  const { component, group, class: kind, details } = event;
  const isBare = [component, group, kind].every((text) => text === undefined) && Object.keys(details).length === 0;
  if (isBare) return {};
  const { severity: _, ...labels } = toLabels(event);
  return { labels };
}

/**
 * At most 50 labels of text, with names that Prometheus accepts; of two with the same name the second has a number. Details that are
 * objects are flattened. The event's own fields come first.
 */
export function toLabels(event: Event): Record<string, string> {
  const labels = new Map<string, string>();
  const add = (name: string, value: unknown): void => {
    if (value === undefined || value === null) return;
    if (typeof value === "object" && !Array.isArray(value)) {
      for (const [inner, part] of Object.entries(value)) add(`${name}_${inner}`, part);
      return;
    }
    const text = cut(typeof value === "string" ? value : JSON.stringify(value), maxText, "codePoint");
    const label = freeName(labels, name, text);
    if (labels.size < maxLabels) labels.set(label, text);
  };
  const { source, service, component, group, class: kind, severity, change } = event;
  for (const [name, value] of Object.entries({ source, service, component, group, class: kind, severity }))
    add(name, value);
  add("environment", change?.environment);
  add("version", change?.version);
  for (const [name, value] of Object.entries(event.details)) add(name, value);
  return Object.fromEntries(labels);
}

/** A name that Prometheus accepts, which no label of another text has. */
function freeName(labels: ReadonlyMap<string, string>, name: string, text: string): string {
  const plain = name.replaceAll(/[^a-zA-Z0-9_]/g, "_").replace(/^(?=\d|$)/, "_");
  let label = plain.slice(0, maxName);
  for (let number = 2; labels.has(label) && labels.get(label) !== text; number += 1)
    label = `${plain.slice(0, maxName - String(number).length - 1)}_${number}`;
  return label;
}
