import { cellText, fieldValue } from "../fields.ts";
import type { PrinterOptions } from "../options.ts";
import { sanitizeTsv } from "../sanitize.ts";
import type { Shape } from "../shape.ts";
import type { Color } from "../streams.ts";
import { type Writer, writePages } from "./writer.ts";

/**
 * The columns of the table in full, tab-separated, without a header; of one object a name and a value on each line. With `loadColor`,
 * cells are colored as those of the table.
 */
export function createTsvWriter(
  { fields, streams: { out }, now, tz }: PrinterOptions,
  loadColor?: () => Promise<Color>,
): Writer {
  const cells = <Row>(row: Row, { columns }: Shape<Row>): (string | null)[] =>
    fields === undefined
      ? columns.map(({ pipe, value }) => (pipe === undefined ? value(row, now(), tz) : pipe(row)))
      : fields.map((field) => cellText(fieldValue(row, field)));
  const colored = <Row>(color: Color, row: Row, shape: Shape<Row>): string => {
    const line = cells(row, shape).map((cell, index) => {
      const text = sanitizeTsv(cell ?? "");
      const style = fields === undefined ? shape.columns[index]?.style : undefined;
      return text === "" || style === undefined ? text : style(text, row, color);
    });
    return `${line.join("\t")}\n`;
  };
  return {
    async list(pages, shape) {
      const color = await loadColor?.();
      const lineOf = <Row>(row: Row, of: Shape<Row>): string =>
        color === undefined ? toLine(cells(row, of)) : colored(color, row, of);
      return writePages(out, pages, (rows) => rows.map((row) => lineOf(row, shape)).join(""));
    },
    async object(row, shape) {
      const names = fields ?? shape.fields;
      await out.write(names.map((name) => `${name}\t${toLine([cellText(fieldValue(row, name))])}`).join(""));
    },
  };
}

function toLine(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => sanitizeTsv(cell ?? "")).join("\t")}\n`;
}
