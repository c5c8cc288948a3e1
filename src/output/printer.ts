import { loadColor, useColor } from "./color.ts";
import { cellText, checkFields, fieldValue, readableText, selectFields } from "./fields.ts";
import { sanitize, sanitizeCell, sanitizeJson } from "./sanitize.ts";
import type { Format, PrinterSetting } from "./setting.ts";
import type { Column, Shape } from "./shape.ts";
import { spin } from "./spinner.ts";
import { printedTime } from "./time.ts";
import { createValues } from "./values.ts";

export interface Printer {
  readonly format: Format;
  readonly quiet: boolean;
  /** Whether stdout is a terminal. */
  readonly isTTY: boolean;
  /** @throws {CliError} `usage` when `--fields` names what rows of this kind do not have; to be called before any request */
  check(shape: Pick<Shape<never>, "fields" | "anyField">): void;
  /**
   * Prints a list; streams page by page in `ndjson`, `csv`, `tsv`. Nothing is printed in `table`, `json` and `yaml` until
   * the last page has come, so that a failure never looks like an answer. Returns how many rows there were.
   */
  list<Row extends object>(pages: AsyncIterable<Row[]> | Iterable<Row[]>, shape: Shape<Row>): Promise<number>;
  /**
   * Prints rows as they come, in any format, for what is done while it is told of: rows that were printed hold even when
   * the rest fails. At a terminal each is the text that `line` makes of it.
   */
  stream<Row extends object>(
    pages: AsyncIterable<Row[]>,
    shape: Shape<Row>,
    line: (row: Row) => string,
  ): Promise<number>;
  /** Rows as the table a terminal gets, for a question about them; as wide as stderr when no `width` is given. */
  render<Row extends object>(
    rows: Row[],
    shape: Shape<Row>,
    options?: { color: boolean; width?: number },
  ): Promise<string>;
  /** An object as the lines a terminal gets. */
  describe<Row extends object>(row: Row, shape: Shape<Row>): string;
  /** Prints one object: JSON object, or field/value lines at a terminal. */
  object<Row extends object>(row: Row, shape: Shape<Row>): Promise<void>;
  /** Prints any JSON value. @throws {CliError} `usage` in a format of rows and columns */
  value(value: unknown): Promise<void>;
  /**
   * Prints JSON that somebody else has written: as it is in a pipe, indented and made safe at a terminal, and long numbers
   * stay as they are.
   *
   * @throws {CliError} `usage` in a format of rows and columns
   */
  jsonText(text: string): Promise<void>;
  /** @throws {CliError} `usage` where `value` and `jsonText` would; to be called before any request */
  checkValue(): void;
  /** A finished line (or lines) of text on stdout, made safe; for what is not a list or object. */
  text(line: string): Promise<void>;
  /** On stderr, unless `--quiet`. */
  notice(text: string): Promise<void>;
  /** On stderr, also with `--quiet`: what the user must not miss. */
  warn(text: string): Promise<void>;
  /**
   * A spinner on stderr while `work` runs, only at a terminal and only after 300 ms. `say`, given to work that is a
   * function, changes its text.
   */
  progress<T>(text: string, work: Promise<T> | ((say: (text: string) => void) => Promise<T>)): Promise<T>;
}

/** See `Printer`. */
export function createPrinter(setting: PrinterSetting): Printer {
  const { streams, format, fields, quiet, now } = setting;
  const { out, err } = streams;
  const { json, yaml, filtered, value, jsonText, checkValue } = createValues(setting);
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;

  async function list<Row extends object>(
    pages: AsyncIterable<Row[]> | Iterable<Row[]>,
    shape: Shape<Row>,
  ): Promise<number> {
    const { id } = shape;
    if (quiet && id !== undefined && !setting.explicit && fields === undefined) {
      return stream(pages, (rows) => rows.map((row) => `${sanitizeCell(id(row))}\n`).join(""));
    }
    const names = fields ?? shape.fields;
    const pick = (row: Row): object => (fields === undefined ? row : selectFields(row, fields));
    switch (format) {
      case "ndjson":
        return stream(pages, (rows) => filtered(rows.map((row) => `${json(pick(row))}\n`).join("")));
      case "tsv":
        return stream(pages, (rows) => tsv(rows, shape));
      case "csv": {
        const { stringify } = await import("csv-stringify/sync");
        const lines = (table: unknown[][]): string => stringify(table, { record_delimiter: "\r\n" });
        let header = lines([[...names]]);
        const count = await stream(pages, (rows) => {
          const text = header + lines(rows.map((row) => names.map((name) => cellText(fieldValue(row, name)))));
          header = "";
          return text;
        });
        await out.write(header);
        return count;
      }
      case "json": {
        const rows = await collect(pages);
        await out.write(await filtered(`${json(rows.map(pick))}\n`));
        return rows.length;
      }
      case "yaml": {
        const rows = await collect(pages);
        await out.write(await yaml(rows.map(pick)));
        return rows.length;
      }
      case "table":
        return out.isTTY
          ? table(await collect(pages), shape)
          : tellEmpty(await stream(pages, (rows) => tsv(rows, shape)), shape);
    }
  }

  /** Writes page after page; stops when nobody reads any more. */
  async function stream<Row>(
    pages: AsyncIterable<Row[]> | Iterable<Row[]>,
    toText: (rows: Row[]) => string | Promise<string>,
  ): Promise<number> {
    let count = 0;
    for await (const rows of pages) {
      count += rows.length;
      if (rows.length > 0) await out.write(await toText(rows));
      if (out.closed) break;
    }
    return count;
  }

  async function streamRows<Row extends object>(
    pages: AsyncIterable<Row[]>,
    shape: Shape<Row>,
    line: (row: Row) => string,
  ): Promise<number> {
    const pick = (row: Row): object => (fields === undefined ? row : selectFields(row, fields));
    if (format === "table" && out.isTTY && fields === undefined && !quiet)
      return stream(pages, (rows) => rows.map((row) => `${sanitize(line(row))}\n`).join(""));
    if (format === "json" && setting.jq !== undefined) return list(pages, shape);
    if (format === "json") {
      let before = "[";
      const count = await stream(pages, (rows) => {
        const text = before + rows.map((row) => sanitizeJson(JSON.stringify(pick(row)))).join(",\n");
        before = ",\n";
        return text;
      });
      await out.write(count === 0 ? "[]\n" : "]\n");
      return count;
    }
    // One after the other, a document of its own for each page is one list.
    if (format === "yaml") {
      const { stringify } = await import("yaml");
      return stream(pages, (rows) => stringify(rows.map(pick), { lineWidth: 0 }));
    }
    return list(pages, shape);
  }

  async function render<Row extends object>(
    rows: Row[],
    shape: Shape<Row>,
    { color: wanted, width = err.columns }: { color: boolean; width?: number } = { color: false },
  ): Promise<string> {
    const { renderTable } = await import("./table.ts");
    const coloured = wanted && useColor({ color: setting.color, env: setting.env, isTTY: out.isTTY });
    const color = coloured ? await loadColor() : undefined;
    const table = renderTable(rows, shape.columns, { width, now: now(), tz: setting.tz, color });
    return table.trimEnd();
  }

  async function table<Row>(rows: Row[], shape: Shape<Row>): Promise<number> {
    if (rows.length === 0) return tellEmpty(0, shape);
    const { renderTable } = await import("./table.ts");
    const color = useColor({ color: setting.color, env: setting.env, isTTY: out.isTTY })
      ? await loadColor()
      : undefined;
    const columns: Column<Row>[] =
      fields === undefined ? shape.columns : fields.map((field, index) => column(field, index));
    const links = color !== undefined && columns.some(({ link }) => link !== undefined) && (await knowsLinks());
    await out.write(renderTable(rows, columns, { width: out.columns, now: now(), tz: setting.tz, color, links }));
    return rows.length;
  }

  function column<Row>(field: string, index: number): Column<Row> {
    const value = (row: Row): string => readable(fieldValue(row, field));
    return { header: field.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toUpperCase(), value, ...(index > 0 && { cut: 1 }) };
  }

  function readable(value: unknown): string {
    const text = readableText(value);
    return typeof value === "string" && time.test(value) ? printedTime(value, setting.tz) : text;
  }

  function tsv<Row>(rows: Row[], shape: Shape<Row>): string {
    const cells = (row: Row): (string | null)[] =>
      fields === undefined
        ? shape.columns.map(({ pipe, value }) => (pipe === undefined ? value(row, now(), setting.tz) : pipe(row)))
        : fields.map((field) => cellText(fieldValue(row, field)));
    return rows.map((row) => `${cells(row).map(tsvCell).join("\t")}\n`).join("");
  }

  async function tellEmpty<Row>(count: number, shape: Shape<Row>): Promise<number> {
    if (count === 0 && shape.empty !== undefined) await notice(shape.empty);
    return count;
  }

  async function object<Row extends object>(row: Row, shape: Shape<Row>): Promise<void> {
    if (format === "csv" || format === "ndjson") return void (await list([[row]], shape));
    const names = fields ?? shape.fields;
    const picked = fields === undefined ? row : selectFields(row, fields);
    if (format === "json") return out.write(await filtered(`${json(picked)}\n`));
    if (format === "yaml") return out.write(await yaml(picked));
    if (!out.isTTY || format === "tsv") {
      return out.write(names.map((name) => `${name}\t${tsvCell(cellText(fieldValue(row, name)))}\n`).join(""));
    }
    await out.write(describe(row, shape));
  }

  function describe<Row extends object>(row: Row, shape: Shape<Row>): string {
    const names = fields ?? shape.fields;
    const width = Math.max(...names.map((name) => name.length));
    const indent = " ".repeat(width + 2);
    const lines = names.map((name) => {
      const text = sanitize(readable(fieldValue(row, name))) || "-";
      return `${name.padEnd(width)}  ${text.split("\n").join(`\n${indent}`)}\n`;
    });
    return lines.join("");
  }

  async function notice(text: string): Promise<void> {
    if (!quiet) await err.write(`${sanitize(text)}\n`);
  }

  return {
    format,
    quiet,
    isTTY: out.isTTY,
    check(shape) {
      if (fields !== undefined && shape.anyField !== true) checkFields(fields, shape.fields);
    },
    list,
    stream: streamRows,
    render,
    describe,
    object,
    value,
    jsonText,
    checkValue,
    notice,
    text: (line) => out.write(`${sanitize(line)}\n`),
    warn: (text) => err.write(`${sanitize(text)}\n`),
    async progress(text, work) {
      if (
        quiet ||
        !err.isTTY ||
        !useColor({ color: setting.color, env: { ...setting.env, NO_COLOR: undefined }, isTTY: true })
      )
        return typeof work === "function" ? work(() => {}) : work;
      return spin(text, work, { colored: useColor({ color: setting.color, env: setting.env, isTTY: true }) });
    },
  };
}

async function collect<Row>(pages: AsyncIterable<Row[]> | Iterable<Row[]>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const rows of pages) all.push(...rows);
  return all;
}

/** Whether this terminal makes a text a link; others may print the address in the middle of the table. */
async function knowsLinks(): Promise<boolean> {
  const { createSupportsHyperlinks } = await import("supports-hyperlinks");
  return createSupportsHyperlinks({ isTTY: true });
}

/** A value of a tab-separated line: tab, newline, return and backslash are written as escapes, other controls made harmless. */
function tsvCell(value: string | null): string {
  const escapes: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };
  return sanitize((value ?? "").replaceAll(/[\\\t\n\r]/g, (character) => escapes[character] ?? ""));
}
