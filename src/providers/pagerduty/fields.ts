import { CliError, Interrupted, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { IncidentAction, IncidentChange, ItemOutcome } from "../../model/incident.ts";
import { pastTense } from "../../model/incident.ts";
import { asText } from "../wire.ts";
import { pathOf } from "./show.ts";
import { type Row, readRows } from "./wire.ts";

/* Custom fields of incidents, each of a type. Source: OpenAPI. */

/** What is typed for custom fields. */
type Typed = Pick<IncidentChange, "fields" | "rawFields">;

/** A value as requests carry it. */
export interface FieldValue {
  name: string;
  value: unknown;
}

/** What an action asks for; undefined for nothing. */
export function fieldsIn(action: IncidentAction): Typed | undefined {
  const given: Typed = action.verb === "update" ? action.change : "form" in action ? (action.form ?? {}) : {};
  return given.fields === undefined && given.rawFields === undefined ? undefined : given;
}

/** A value in each type of a field; undefined when the text is none of that type. */
const readers: Record<string, (text: string) => unknown> = {
  boolean: (text) => (/^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : undefined),
  integer: (text) => (/^-?\d+$/.test(text) ? Number(text) : undefined),
  float: (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined),
};

/**
 * The values to send for what was typed, by the fields that an incident, or a type of incidents, has. An empty text clears a field.
 *
 * @throws {CliError} `usage` on an unknown field, and on a value that is not of its type
 */
export function valuesOf({ fields = {}, rawFields = {} }: Typed, rows: readonly Row[]): FieldValue[] {
  const known = new Map(rows.flatMap((row) => (asText(row.name) === null ? [] : [[asText(row.name) ?? "", row]])));
  const unknown = [...Object.keys(fields), ...Object.keys(rawFields)].find((name) => !known.has(name));
  if (unknown !== undefined) {
    const names = [...known].map(([name, row]) => `${name} (${kindOf(row)})`).join(", ");
    throw usageError(
      `unknown field "${unknown}"; ${names === "" ? "the incident has none" : `the fields are ${names}`}`,
    );
  }
  const typed = Object.entries(fields).map(([name, text]): FieldValue => {
    const row = known.get(name) ?? {};
    if (text === "") return { name, value: null };
    if (kindOf(row) === "list") return { name, value: text.split(",").map((word) => word.trim()) };
    const value = (readers[asText(row.data_type) ?? ""] ?? ((one: string) => one))(text);
    if (value === undefined)
      throw usageError(`the field "${name}" is of the type ${kindOf(row)}, which "${text}" is not`);
    return { name, value };
  });
  return [...typed, ...Object.entries(rawFields).map(([name, value]) => ({ name, value }))];
}

function kindOf(row: Row): string {
  return (asText(row.field_type) ?? "").startsWith("multi") ? "list" : (asText(row.data_type) ?? "string");
}

/** The fields of an incident, with their values. */
export async function readFields(http: HttpClient, id: string): Promise<Row[]> {
  const answer = await http.request(`GET ${pathOf(id)}/custom_fields/values`);
  return readRows(answer, "custom_fields", "GET /incidents/{id}/custom_fields/values").rows;
}

/** The values for an incident that is created, by its type; undefined where the key may not read the fields of the type. */
export async function valuesForNew(
  http: HttpClient,
  fields: Record<string, string>,
): Promise<FieldValue[] | undefined> {
  const route = "GET /incidents/types/incident_default/custom_fields";
  try {
    return valuesOf({ fields }, readRows(await http.request(route), "fields", route).rows);
  } catch (error) {
    if (error instanceof CliError && (error.status === 403 || error.status === 404)) return undefined;
    throw error;
  }
}

/**
 * `PUT /incidents/{id}/custom_fields/values`: a field by its name. OpenAPI's schema has the value inside another object, its examples have
 * it plain, as the documentation does: these are followed. Any 2xx is a success; OpenAPI has 201.
 */
export async function putFields(
  http: HttpClient,
  id: string,
  values: readonly FieldValue[],
  headers: Record<string, string>,
): Promise<void> {
  const body = { custom_fields: values };
  await http.request(`PUT ${pathOf(id)}/custom_fields/values`, { body, headers, idempotent: true });
}

/** Sets the fields after an action that is done by now: a failure is the error of the outcome. */
export async function withFields(
  http: HttpClient,
  {
    outcomes,
    values,
    headers,
    verb,
  }: {
    outcomes: readonly ItemOutcome[];
    values: readonly FieldValue[];
    headers: Record<string, string>;
    verb: IncidentAction["verb"];
  },
): Promise<ItemOutcome[]> {
  const done: ItemOutcome[] = [];
  for (const outcome of outcomes) {
    if (outcome.outcome !== pastTense[verb] && outcome.outcome !== "already") {
      done.push(outcome);
      continue;
    }
    try {
      await putFields(http, outcome.id, values, headers);
      done.push({ ...outcome, outcome: pastTense[verb] });
    } catch (error) {
      if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
      const lost = `its fields were not changed: ${error.message}`;
      const isOnly = verb === "update" && outcome.outcome === "already";
      done.push({ ...outcome, ...(isOnly && { outcome: "failed", cause: error }), error: lost });
    }
  }
  return done;
}
