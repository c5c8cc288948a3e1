import type { Column } from "./printer.ts";
import { sanitizeCell } from "./sanitize.ts";
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
}

/** An aligned table with a header that fits the width; cells are made safe. */
export async function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  setting: TableSetting,
): Promise<string> {
  const [{ default: Table }, { default: stringWidth }] = await Promise.all([
    import("cli-table3"),
    import("string-width"),
  ]);
  const cells = rows.map((row) => columns.map((column) => sanitizeCell(column.value(row, setting.now) ?? "-") || "-"));
  const natural = columns.map((column, index) =>
    Math.max(stringWidth(column.header), ...cells.map((row) => stringWidth(row[index] ?? ""))),
  );
  const widths = fitWidths(columns, natural, setting.width);
  const shown = columns.slice(0, widths.length);
  const paint = (text: string, style?: (text: string) => string): string =>
    setting.color && style ? style(text) : text;
  const blank = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
  };
  const table = new Table({
    chars: { ...blank, left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: gutter },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
  });
  table.push(shown.map(({ header }) => paint(header, setting.color?.dim)));
  rows.forEach((row, line) => {
    const texts = shown.map((column, index) => {
      const text = cut(cells[line]?.[index] ?? "", widths[index] ?? 0, stringWidth);
      const { style } = column;
      return paint(text, style === undefined ? undefined : (plain) => style(plain, row, setting.color as Color));
    });
    table.push(texts);
  });
  return `${table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
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

/** The beginning of a text that fills at most `width` columns, with an ellipsis when something was left out. */
function cut(text: string, width: number, stringWidth: (text: string) => number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
