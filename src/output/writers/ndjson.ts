import { parseExactly } from "../../model/exact-json.ts";
import type { PrinterOptions } from "../options.ts";
import { sanitizeJson } from "../sanitize.ts";
import { applyJq } from "./jq.ts";
import { jsonRows, pickAll, pickFields, type ValueWriter, type Writer, writePages } from "./writer.ts";

/** A line of JSON for each row. */
export function createNdjsonWriter(options: PrinterOptions): Writer {
  const { out } = options.streams;
  const toText = (rows: readonly unknown[]): Promise<string> =>
    applyJq(sanitizeJson(rows.length === 0 ? "" : `${jsonRows(rows, "\n")}\n`), options);
  const values: ValueWriter = {
    value: async (value) => out.write(await toText(Array.isArray(value) ? value : [value])),
    jsonText: (text) => values.value(parseExactly(text)),
  };
  return {
    list: (pages) => writePages(out, pages, (rows) => toText(pickAll(options, rows))),
    object: (row) => values.value(pickFields(options, row)),
    values,
  };
}
