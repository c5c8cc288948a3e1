import type { PrinterOptions } from "../options.ts";
import { collect, pickFields, type ValueWriter, type Writer, writePages } from "./writer.ts";

/** One YAML document. */
export function createYamlWriter(options: PrinterOptions): Writer {
  const { out } = options.streams;
  const values: ValueWriter = {
    value: async (value) => out.write(await toYaml(value)),
    jsonText: (text) => values.value(JSON.parse(text)),
  };
  return {
    async list(pages) {
      const rows = await collect(pages);
      await values.value(rows.map((row) => pickFields(options, row)));
      return rows.length;
    },
    // One after the other, a document of its own for each page is one list.
    stream: (pages) => writePages(out, pages, (rows) => toYaml(rows.map((row) => pickFields(options, row)))),
    object: (row) => values.value(pickFields(options, row)),
    values,
  };
}

async function toYaml(value: unknown): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify(value, { lineWidth: 0 });
}
