import { nearest } from "../../model/text.ts";

/* The part of JSON Schema that tools need, and a check of values by it. */

export interface Schema {
  type?: "object" | "array" | "string" | "integer" | "boolean";
  description?: string;
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  minItems?: number;
  items?: Schema;
  anyOf?: readonly Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean;
}

/** An object with these properties and no others. */
export interface ObjectSchema extends Schema {
  type: "object";
  properties: Record<string, Schema>;
}

/** Why a value does not fit, in words: `limit: expected an integer`; undefined when it fits. */
export function misfit(schema: Schema, value: unknown, name = "arguments"): string | undefined {
  if (schema.anyOf !== undefined) {
    const reasons = schema.anyOf.map((one) => misfit(one, value, name));
    return reasons.includes(undefined) ? undefined : reasons.find((reason) => reason !== undefined);
  }
  if (schema.enum !== undefined && !schema.enum.some((word) => word === value))
    return `${name}: expected one of ${schema.enum.join(", ")}`;
  switch (schema.type) {
    case "string":
      return typeof value === "string" ? undefined : `${name}: expected a text`;
    case "boolean":
      return typeof value === "boolean" ? undefined : `${name}: expected true or false`;
    case "integer":
      return misfitOfNumber(schema, value, name);
    case "array":
      return misfitOfList(schema, value, name);
    case "object":
      return misfitOfObject(schema, value, name);
    default:
      return undefined;
  }
}

function misfitOfNumber({ minimum, maximum }: Schema, value: unknown, name: string): string | undefined {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) return `${name}: expected an integer`;
  if (minimum !== undefined && value < minimum) return `${name}: expected at least ${minimum}`;
  return maximum !== undefined && value > maximum ? `${name}: expected at most ${maximum}` : undefined;
}

function misfitOfList({ items, minItems = 0 }: Schema, value: unknown, name: string): string | undefined {
  if (!Array.isArray(value)) return `${name}: expected a list`;
  if (value.length < minItems) return `${name}: expected at least ${minItems}`;
  return value.map((one) => misfit(items ?? {}, one, name)).find((reason) => reason !== undefined);
}

function misfitOfObject(schema: Schema, value: unknown, name: string): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return `${name}: expected an object`;
  const { properties = {}, required = [], additionalProperties } = schema;
  for (const key of required) if (!Object.hasOwn(value, key)) return `${key}: it is required`;
  for (const [key, one] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (known === undefined && additionalProperties !== false) continue;
    const reason = known === undefined ? unknown(key, Object.keys(properties)) : misfit(known, one, key);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function unknown(key: string, known: readonly string[]): string {
  const [near] = nearest(key, known);
  return `unknown argument "${key}"${near === undefined ? "" : `; did you mean "${near}"?`}`;
}
