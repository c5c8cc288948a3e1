import type { PrinterOptions } from "../options.ts";
import { sanitize, sanitizeJson } from "../sanitize.ts";

/** JSON text as it is to be printed: what `--jq` makes of it. */
export async function applyJq(text: string, { jq, streams: { out } }: PrinterOptions): Promise<string> {
  if (jq === undefined) return text;
  const { runJq } = await import("../jq.ts");
  const result = await runJq(text, jq.expression, { raw: jq.raw, pretty: out.isTTY });
  // A string of a vendor that is printed as it is could do things to a terminal.
  if (out.isTTY) return sanitize(result);
  return jq.raw ? result : sanitizeJson(result);
}
