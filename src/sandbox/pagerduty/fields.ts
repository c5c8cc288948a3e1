import type { SandboxIncident } from "../model.ts";
import { objectOf, text } from "../reply.ts";
import { type Call, type Handler, invalid, ok, withIncident } from "./call.ts";

/* Custom fields of incidents. Source: the vendor's OpenAPI. */

const definitions = [
  { name: "environment", display_name: "Environment", data_type: "string", field_type: "single_value" },
  { name: "affected_users", display_name: "Affected users", data_type: "integer", field_type: "single_value" },
  { name: "customer_facing", display_name: "Customer facing", data_type: "boolean", field_type: "single_value" },
  { name: "regions", display_name: "Regions", data_type: "string", field_type: "multi_value" },
].map((one, index) => ({ id: `PFIELD${index + 1}`, description: `${one.display_name} of the incident`, ...one }));

export const fieldRoutes: Record<string, Handler> = {
  "GET /incidents/types/incident_default/custom_fields": () =>
    ok(
      "fields",
      definitions.map((one) => ({
        ...one,
        type: "field",
        summary: one.display_name,
        self: `https://api.pagerduty.com/incidents/types/incident_default/custom_fields/${one.id}`,
        enabled: true,
        incident_type: "incident_default",
        created_at: "2024-01-01T00:00:00Z",
        updated_at: "2024-01-01T00:00:00Z",
      })),
    ),
  "GET /incidents/*/custom_fields/values": (call) => withIncident(call, (one) => ok("custom_fields", fieldsWire(one))),
  "PUT /incidents/*/custom_fields/values": (call) => withIncident(call, (one) => put(call, one)),
};

const valuesOf = ({ fields }: SandboxIncident): Record<string, unknown> => objectOf(fields?.custom);

/** The fields with their values, as an incident with `include[]=custom_fields` has them. */
export function fieldsWire(one: SandboxIncident): object[] {
  const values = valuesOf(one);
  return definitions.map((field) => ({ ...field, type: "field_value", value: values[field.name] ?? null }));
}

const checks: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === "boolean",
};

function put(call: Call, one: SandboxIncident) {
  const given = Array.isArray(call.body.custom_fields) ? call.body.custom_fields.map(objectOf) : [];
  const values = { ...valuesOf(one) };
  for (const { id, name, value } of given) {
    const field = definitions.find((known) => known.id === id || known.name === text(name));
    if (field === undefined) return invalid("Custom field not found");
    const isList = field.field_type === "multi_value";
    const list = isList ? value : [value];
    const isGood = Array.isArray(list) && list.every((each) => checks[field.data_type]?.(each) === true);
    if (value !== null && !isGood) return invalid(`${field.name} is not a valid ${field.data_type}`);
    values[field.name] = value;
  }
  one.fields = { ...one.fields, custom: values };
  call.store.touch(one);
  return ok("custom_fields", fieldsWire(one), 201);
}
