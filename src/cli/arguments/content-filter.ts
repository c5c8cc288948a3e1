import { InvalidArgumentError } from "commander";
import type { ContentFilter } from "../../model/content.ts";

type Filters = ContentFilter["filters"];

const comparisons: Record<string, string> = {
  "!=": "notEqual",
  "~=": "contains",
  "<=": "lessThanOrEqual",
  ">=": "greaterThanOrEqual",
  "=": "equals",
  "<": "lessThan",
  ">": "greaterThan",
};

/** Collects conditions: `field=value` and its kin, or the vendor's own JSON; each field once. @throws {InvalidArgumentError} */
export function collectContentFilter(condition: string, before: Filters = {}): Filters {
  const filters = condition.trimStart().startsWith("{") ? readOwnFilter(condition) : readComparison(condition);
  for (const field of Object.keys(filters))
    if (Object.hasOwn(before, field))
      throw new InvalidArgumentError(`Two filters for "${field}"; the vendor takes one.`);
  return { ...before, ...filters };
}

function readComparison(condition: string): Filters {
  const [, field = "", sign = "", value = ""] = /^([\w.[\]*-]+?)\s*(!=|~=|<=|>=|=|<|>)\s*(.*)$/s.exec(condition) ?? [];
  const type = comparisons[sign];
  if (type === undefined)
    throw new InvalidArgumentError("A filter is written field=value, with =, !=, ~=, <, <=, > or >=.");
  return { [field]: { type, filter: value } };
}

/** The vendor's own form: `{"field": {"type": "inRange", "filter": …, "filter2": …}}`. */
function readOwnFilter(json: string): Filters {
  let filters: unknown;
  try {
    filters = JSON.parse(json);
  } catch {}
  const isOwn = (one: unknown): boolean =>
    typeof one === "object" && one !== null && "type" in one && typeof one.type === "string";
  if (typeof filters !== "object" || filters === null || !Object.values(filters).every(isOwn))
    throw new InvalidArgumentError(
      `This is not a filter of the vendor's form: {"field":{"type":"equals","filter":1}}.`,
    );
  return filters as Filters;
}
