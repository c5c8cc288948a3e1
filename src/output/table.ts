import { sanitizeCell } from "./sanitize.ts";
import type { Column } from "./shape.ts";
import type { Color } from "./streams.ts";

const gutter = "  ";
/** A column that is cut keeps at least this. */
const narrowest = 8;

export interface TableSetting {
  /** Columns of the terminal. */
  width: number;
  now: Date;
  /** Absent: no colour. */
  color: Color | undefined;
  /** Whether the terminal knows links (OSC 8). */
  links?: boolean;
}

/** An aligned table with a header that fits the width; cells are made safe. */
export async function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  setting: TableSetting,
): Promise<string> {
  const { cutText, stringWidth } = await import("./fit.ts");
  const cells = rows.map((row) => columns.map((column) => sanitizeCell(column.value(row, setting.now) ?? "-") || "-"));
  const natural = columns.map((column, index) =>
    Math.max(stringWidth(column.header), ...cells.map((row) => stringWidth(row[index] ?? ""))),
  );
  const widths = fitWidths(columns, natural, setting.width);
  const shown = columns.slice(0, widths.length);
  const line = (texts: string[], style: (text: string, index: number) => string): string =>
    texts
      .map((text, index) => style(text, index) + " ".repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(text))))
      .join(gutter)
      .trimEnd();
  const lines = rows.map((row, number) => {
    const texts = shown.map((_, index) => cutText(cells[number]?.[index] ?? "", widths[index] ?? 0));
    return line(texts, (text, index) => {
      const { style, link } = shown[index] ?? {};
      const styled = setting.color === undefined || style === undefined ? text : style(text, row, setting.color);
      return setting.links === true && link !== undefined ? linked(styled, link(row)) : styled;
    });
  });
  const header = line(
    shown.map((column) => column.header),
    (text) => setting.color?.dim(text) ?? text,
  );
  return `${[header, ...lines].join("\n")}\n`;
}

/** A text that leads to an address of the vendor's when it is clicked; to none but a web address, without control characters. */
function linked(text: string, address: string | null): string {
  const url = address !== null && URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") return text;
  return `\u001b]8;;${url.href}\u001b\\${text}\u001b]8;;\u001b\\`;
}

/** Widths that fit: cuts what may be cut, in its order, then leaves out columns from the right; the first always stays. */
function fitWidths<Row>(columns: readonly Column<Row>[], natural: readonly number[], width: number): number[] {
  for (let count = columns.length; count > 1; count -= 1) {
    const widths = natural.slice(0, count);
    let over = widths.reduce((sum, one) => sum + one, 0) + gutter.length * (count - 1) - width;
    const cuttable = widths.map((_, index) => index).filter((index) => columns[index]?.cut !== undefined);
    cuttable.sort((a, b) => (columns[a]?.cut ?? 0) - (columns[b]?.cut ?? 0));
    for (const index of cuttable) {
      const take = Math.min(Math.max(over, 0), Math.max(0, (widths[index] ?? 0) - narrowest));
      widths[index] = (widths[index] ?? 0) - take;
      over -= take;
    }
    if (over <= 0) return widths;
  }
  return natural.slice(0, 1);
}
