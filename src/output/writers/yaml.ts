import { parseExactly } from "../../model/exact-json.ts";
import type { PrinterOptions } from "../options.ts";
import { isUnsafe, sanitize } from "../sanitize.ts";
import { collect, pickFields, type ValueWriter, type Writer, writePages } from "./writer.ts";

/** One YAML document. */
export function createYamlWriter(options: PrinterOptions): Writer {
  const { out } = options.streams;
  const values: ValueWriter = {
    value: async (value) => out.write(await toYaml(value)),
    jsonText: (text) => values.value(parseExactly(text)),
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
  const { Document, visit } = await import("yaml");
  const document = new Document(value);
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === "string" && isUnsafe(node.value)) node.type = "QUOTE_DOUBLE";
    },
  });
  // The library leaves C1 and bidirectional characters unchanged. Within double quotes our escapes are those of YAML.
  return sanitize(document.toString({ lineWidth: 0 }));
}
