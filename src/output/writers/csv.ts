import { cellText, fieldValue } from "../fields.ts";
import type { PrinterOptions } from "../options.ts";
import { sanitizeCsv } from "../sanitize.ts";
import { type Writer, writePages } from "./writer.ts";

const byteOrderMark = "\ufeff";

/** RFC 4180 with a header. */
export function createCsvWriter({ fields, csvSafe = false, bom = false, streams: { out } }: PrinterOptions): Writer {
  const writer: Writer = {
    async list(pages, shape) {
      const { stringify } = await import("csv-stringify/sync");
      const lines = (table: unknown[][]): string =>
        stringify(table, { record_delimiter: "\r\n", escape_formulas: csvSafe });
      const names = fields ?? shape.fields.flatMap((name) => shape.parts?.[name] ?? [name]);
      let header = (bom ? byteOrderMark : "") + lines([[...names]]);
      const count = await writePages(out, pages, (rows) => {
        const text =
          header + lines(rows.map((row) => names.map((name) => sanitizeCsv(cellText(fieldValue(row, name))))));
        header = "";
        return text;
      });
      await out.write(header);
      return count;
    },
    async object(row, shape) {
      await writer.list([[row]], shape);
    },
  };
  return writer;
}
