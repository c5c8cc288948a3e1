import { sanitizeJson } from "../sanitize.ts";
import type { PrinterSetting } from "../setting.ts";
import { applyJq } from "./jq.ts";
import { collect, pickFields, type ValueWriter, type Writer, writePages } from "./writer.ts";

/** One JSON array or object: on one line in a pipe, indented at a terminal. */
export function createJsonWriter(setting: PrinterSetting): Writer {
  const { out } = setting.streams;
  const values = createJsonValues(setting);
  const writer: Writer = {
    async list(pages) {
      const rows = await collect(pages);
      await values.value(rows.map((row) => pickFields(setting, row)));
      return rows.length;
    },
    async stream(pages, shape) {
      // An expression needs the whole list.
      if (setting.jq !== undefined) return writer.list(pages, shape);
      let before = "[";
      const count = await writePages(out, pages, (rows) => {
        const lines = rows.map((row) => sanitizeJson(JSON.stringify(pickFields(setting, row))));
        const text = before + lines.join(",\n");
        before = ",\n";
        return text;
      });
      await out.write(count === 0 ? "[]\n" : "]\n");
      return count;
    },
    object: (row) => values.value(pickFields(setting, row)),
    values,
  };
  return writer;
}

/** Any JSON value, also in the format `table`, where such a value has no columns. */
export function createJsonValues(setting: PrinterSetting): ValueWriter {
  const { out } = setting.streams;
  return {
    async value(value) {
      const text = sanitizeJson(JSON.stringify(value, null, out.isTTY ? 2 : undefined));
      await out.write(await applyJq(`${text}\n`, setting));
    },
    async jsonText(text) {
      if (setting.jq !== undefined) return out.write(await applyJq(text, setting));
      if (!out.isTTY) return out.write(text.endsWith("\n") ? text : `${text}\n`);
      const { indentJson } = await import("../json-text.ts");
      await out.write(`${sanitizeJson(indentJson(text))}\n`);
    },
  };
}
