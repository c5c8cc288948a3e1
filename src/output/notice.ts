import { sanitize } from "./sanitize.ts";
import type { PrinterSetting } from "./setting.ts";

/** A line on stderr, unless `--quiet`. */
export async function notice(
  text: string,
  { quiet, streams }: Pick<PrinterSetting, "quiet" | "streams">,
): Promise<void> {
  if (!quiet) await streams.err.write(`${sanitize(text)}\n`);
}
