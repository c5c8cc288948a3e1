import { collectCustomField, readUrgency } from "../../cli/arguments/list-options.ts";
import { defineIncidentAction } from "../../cli/families/incident-action.ts";
import { checkForm, fieldOption, reviewOptions } from "../../cli/families/incident-form.ts";
import { oneOf, text, value } from "../../cli/options.ts";
import { usageError } from "../../errors.ts";
import { type IncidentChange, urgencies } from "../../model/incident.ts";

export const update = defineIncidentAction({
  name: "update",
  verb: "update",
  summary:
    "Change urgency, priority, title, description, root cause, impact or custom fields, as far as the vendor can",
  filters: false,
  options: {
    urgency: value("urgency", "high, medium or low", readUrgency, { completes: oneOf(urgencies) }),
    priority: text("priority", "the vendor's own word"),
    title: text("text", "new title"),
    description: text("text", "new description"),
    ...reviewOptions,
    ...fieldOption,
    rawField: value("name=value", "a custom field, always as a text; may be repeated", collectCustomField, {
      repeatable: true,
    }),
  },
  exampleOptions: " --urgency high",
  check(options) {
    checkForm(options);
    if (Object.keys(changeOf(options)).length === 0) throw usageError("no change given", "--urgency high");
    const twice = Object.keys(options.field ?? {}).find((name) => Object.hasOwn(options.rawField ?? {}, name));
    if (twice !== undefined) throw usageError(`the field "${twice}" is given twice`);
    if (options.title?.trim() === "") throw usageError("the title is empty", "--title TEXT");
  },
  action: ({ note, ...options }) => ({
    verb: "update",
    change: changeOf(options),
    ...(note !== undefined && { note }),
  }),
});

function changeOf({
  title,
  description,
  priority,
  urgency,
  field,
  rawField,
  rootCause,
  impact,
}: Omit<IncidentChange, "fields" | "rawFields"> & {
  field?: Record<string, string>;
  rawField?: Record<string, string>;
}): IncidentChange {
  return {
    ...(field !== undefined && { fields: field }),
    ...(rawField !== undefined && { rawFields: rawField }),
    ...(rootCause !== undefined && { rootCause }),
    ...(impact !== undefined && { impact }),
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(priority !== undefined && { priority }),
    ...(urgency !== undefined && { urgency }),
  };
}
