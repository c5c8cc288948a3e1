import { usageError } from "../../errors.ts";
import { asObject } from "../../model/object.ts";
import { toEvent } from "./alert.ts";
import type { Format } from "./format.ts";
import { parserOf } from "./parsers.ts";
import type { LineDefaults } from "./parts.ts";
import type { ItemReading } from "./reading.ts";

/** Reads the documents of a monitoring system. */
export async function readAlerts(
  format: Exclude<Format, "pagerduty">,
  defaults: LineDefaults,
): Promise<(value: unknown) => ItemReading[]> {
  const parse = await parserOf(format);
  return (value) => {
    const fields = asObject(value);
    if (fields === undefined) throw usageError("it is not a JSON object");
    return parse(fields).map((one) => ("alert" in one ? { event: toEvent(one.alert, defaults) } : one));
  };
}
