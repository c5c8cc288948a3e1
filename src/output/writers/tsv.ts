import { cellText, fieldValue } from "../fields.ts";
import type { PrinterOptions } from "../options.ts";
import { sanitizeTsv } from "../sanitize.ts";
import type { Shape } from "../shape.ts";
import { type Writer, writePages } from "./writer.ts";

/** The columns of the table in full, tab-separated, without a header; of one object a name and a value on each line. */
export function createTsvWriter({ fields, streams: { out }, now, tz }: PrinterOptions): Writer {
  const cells = <Row>(row: Row, { columns }: Shape<Row>): (string | null)[] =>
    fields === undefined
      ? columns.map(({ pipe, value }) => (pipe === undefined ? value(row, now(), tz) : pipe(row)))
      : fields.map((field) => cellText(fieldValue(row, field)));
  return {
    list: (pages, shape) => writePages(out, pages, (rows) => rows.map((row) => toLine(cells(row, shape))).join("")),
    async object(row, shape) {
      const names = fields ?? shape.fields;
      await out.write(names.map((name) => `${name}\t${toLine([cellText(fieldValue(row, name))])}`).join(""));
    },
  };
}

function toLine(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => sanitizeTsv(cell ?? "")).join("\t")}\n`;
}
