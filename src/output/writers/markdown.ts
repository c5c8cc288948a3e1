import { cellText, fieldValue, readableText } from "../fields.ts";
import { markdownText } from "../markdown.ts";
import { notice } from "../notice.ts";
import type { PrinterOptions } from "../options.ts";
import type { Shape } from "../shape.ts";
import { collect, type Writer } from "./writer.ts";

/** For a chat or a report: a table of GitHub Flavored Markdown with the columns of the table, of one object a list of names and values. */
export function createMarkdownWriter(options: PrinterOptions): Writer {
  const { fields, now, tz } = options;
  const { out } = options.streams;
  const header = <Row>({ columns }: Shape<Row>): string[] =>
    fields === undefined ? columns.map((column) => titleCase(column.header)) : [...fields];
  const cells = <Row>(row: Row, { columns }: Shape<Row>): string[] =>
    fields === undefined
      ? columns.map(({ value }) => markdownText(value(row, now(), tz) ?? ""))
      : fields.map((field) => markdownText(cellText(fieldValue(row, field))));
  return {
    async list(pages, shape) {
      const rows = await collect(pages);
      if (rows.length === 0) {
        if (shape.empty !== undefined) await notice(shape.empty, options);
        return 0;
      }
      const [{ markdownTable }, { stringWidth }] = await Promise.all([import("markdown-table"), import("../fit.ts")]);
      const table = [header(shape), ...rows.map((row) => cells(row, shape))];
      await out.write(`${markdownTable(table, { stringLength: stringWidth })}\n`);
      return rows.length;
    },
    async object(row, shape) {
      const texts = (fields ?? shape.fields).map((name) => [name, readableText(fieldValue(row, name))] as const);
      const given = texts.filter(([, text]) => fields !== undefined || text !== "");
      await out.write(given.map(([name, text]) => `- **${name}**: ${markdownText(text)}\n`).join(""));
    },
  };
}

/** `NEXT FROM` as `Next from`; `ID` stays. */
function titleCase(header: string): string {
  return header.length <= 2 ? header : `${header.slice(0, 1)}${header.slice(1).toLowerCase()}`;
}
