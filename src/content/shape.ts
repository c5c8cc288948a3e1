import type { ContentObject } from "../model/content.ts";
import { asObject } from "../model/object.ts";
import type { Shape } from "../output/shape.ts";
import { shortAge } from "../output/time.ts";

export const objectShape: Shape<ContentObject> = {
  columns: [
    { header: "ID", value: (row) => text(row.id) },
    { header: "TITLE", value: titleOf, cut: 1 },
    { header: "UPDATED", value: ageOf, pipe: updatedAt },
  ],
  fields: ["id", "internal.objectTitle", "internal.updatedAt"],
  anyField: true,
  id: (row) => text(row.id) ?? "",
  empty: "No objects.",
};

export const typeShape: Shape<ContentObject> = {
  columns: [
    { header: "NAME", value: (row) => text(row.name) },
    { header: "LABEL", value: (row) => text(row.label), cut: 1 },
  ],
  fields: ["name", "label", "id"],
  anyField: true,
  id: (row) => text(row.name) ?? "",
  empty: "No types.",
};

/** The display name of an object; null if none of the usual fields has one. */
export function titleOf(row: ContentObject): string | null {
  return text(inner(row).objectTitle) ?? text(row.title) ?? text(row.name) ?? text(row.slug);
}

/** ISO 8601 UTC. */
export function updatedAt(row: ContentObject): string | null {
  const time = text(inner(row).updatedAt);
  return time === null || Number.isNaN(Date.parse(time)) ? null : new Date(time).toISOString();
}

function ageOf(row: ContentObject, now: Date): string | null {
  const time = updatedAt(row);
  return time === null ? null : shortAge(time, now);
}

/** The vendor's own fields of an object. */
function inner(row: ContentObject): Record<string, unknown> {
  return asObject(row.internal) ?? {};
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : null;
}
