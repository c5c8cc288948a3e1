import { usageError } from "../../errors.ts";
import type { IncidentForm } from "../../model/incident.ts";
import { defined } from "../../model/object.ts";
import { collectCustomField } from "../arguments/list-options.ts";
import { text, value } from "../options.ts";

/* What the form of an action asks for, where the vendor has forms. */

export const fieldOption = {
  field: value(
    "name=value",
    "a custom field, in the type that it has; where the vendor has them; may be repeated",
    collectCustomField,
    { repeatable: true },
  ),
} as const;

export const reviewOptions = {
  rootCause: text("text", "why it happened, where the vendor has a place for it"),
  impact: text("text", "whom it affects, where the vendor has a place for it"),
} as const;

interface FormOptions {
  field?: Record<string, string>;
  rootCause?: string;
  impact?: string;
}

/** The form of an action, if any of it is given. */
export function formOf({ field, rootCause, impact }: FormOptions): { form?: IncidentForm } {
  const form = defined({ fields: field, rootCause, impact });
  return Object.keys(form).length === 0 ? {} : { form };
}

/** @throws {CliError} `usage` on a text that is empty */
export function checkForm({ rootCause, impact }: FormOptions): void {
  if (rootCause?.trim() === "") throw usageError("the root cause is empty", "--root-cause TEXT");
  if (impact?.trim() === "") throw usageError("the impact is empty", "--impact TEXT");
}
