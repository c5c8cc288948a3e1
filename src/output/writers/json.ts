import type { PrinterOptions } from "../options.ts";
import { sanitizeJson } from "../sanitize.ts";
import { applyJq } from "./jq.ts";
import { collect, jsonRows, pickAll, pickFields, type ValueWriter, type Writer, writePages } from "./writer.ts";

/** One JSON array or object: on one line in a pipe, indented at a terminal. */
export function createJsonWriter(options: PrinterOptions): Writer {
  const { out } = options.streams;
  const values = createJsonValues(options);
  const writer: Writer = {
    async list(pages) {
      const rows = await collect(pages);
      await values.value(pickAll(options, rows));
      return rows.length;
    },
    async stream(pages, shape) {
      // An expression needs the complete list.
      if (options.jq !== undefined) return writer.list(pages, shape);
      let before = "[";
      const count = await writePages(out, pages, (rows) => {
        const text = before + sanitizeJson(jsonRows(pickAll(options, rows), ",\n"));
        before = ",\n";
        return text;
      });
      await out.write(count === 0 ? "[]\n" : "]\n");
      return count;
    },
    object: (row) => values.value(pickFields(options, row)),
    values,
  };
  return writer;
}

/** Any JSON value, also in the format `table`, where such a value has no columns. */
export function createJsonValues(options: PrinterOptions): ValueWriter {
  const { out } = options.streams;
  return {
    async value(value) {
      const text = sanitizeJson(JSON.stringify(value, null, out.isTTY ? 2 : undefined));
      await out.write(await applyJq(`${text}\n`, options));
    },
    async jsonText(text) {
      if (options.jq !== undefined) return out.write(await applyJq(text, options));
      if (!out.isTTY) return out.write(sanitizeJson(text.endsWith("\n") ? text : `${text}\n`));
      const { indentJson } = await import("../json-text.ts");
      await out.write(`${sanitizeJson(indentJson(text))}\n`);
    },
  };
}
