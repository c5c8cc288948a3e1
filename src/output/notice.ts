import type { PrinterOptions } from "./options.ts";
import { sanitizeCell } from "./sanitize.ts";

/** A line on stderr, unless `--quiet`. */
export async function notice(
  text: string,
  { quiet, streams }: Pick<PrinterOptions, "quiet" | "streams">,
): Promise<void> {
  if (!quiet) await streams.err.write(`${sanitizeCell(text)}\n`);
}
