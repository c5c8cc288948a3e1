import type { PrinterOptions } from "../options.ts";
import { sanitize, sanitizeJson } from "../sanitize.ts";

/** JSON text after `--jq`, ready to print. */
export async function applyJq(text: string, { jq, streams: { out } }: PrinterOptions): Promise<string> {
  if (jq === undefined) return text;
  const { runJq } = await import("../jq.ts");
  const result = await runJq(text, jq.expression, { raw: jq.raw, pretty: out.isTTY });
  // A raw string from a vendor could hold control sequences for the terminal.
  if (out.isTTY) return sanitize(result);
  return jq.raw ? result : sanitizeJson(result);
}
