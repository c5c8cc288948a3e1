import type { PrinterOptions } from "../options.ts";
import { sanitizeCell } from "../sanitize.ts";
import { type Writer, writePages } from "./writer.ts";

/** With `--quiet` the id alone of each row that has one; for the rest see `other`. */
export function createIdWriter({ streams: { out } }: PrinterOptions, other: Writer): Writer {
  // Without `stream`: it prints lines with more than ids.
  const { stream: _, ...rest } = other;
  return {
    ...rest,
    list(pages, shape) {
      const { id } = shape;
      if (id === undefined) return other.list(pages, shape);
      return writePages(out, pages, (rows) => rows.map((row) => `${sanitizeCell(id(row))}\n`).join(""));
    },
  };
}
