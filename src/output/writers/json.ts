import { usageError } from "../errors.ts";
import { sanitize, sanitizeJson } from "./sanitize.ts";
import type { PrinterSetting } from "./setting.ts";

/** JSON and YAML of anything: rows, and what has no columns. */
export interface Values {
  /** A value as JSON: on one line, but indented at a terminal in the format `json`. */
  json(value: unknown): string;
  yaml(value: unknown): Promise<string>;
  /** JSON as it is to be printed: what `--jq` makes of it. */
  filtered(text: string): Promise<string>;
  /** See `Printer.value`. */
  value(value: unknown): Promise<void>;
  /** See `Printer.jsonText`. */
  jsonText(text: string): Promise<void>;
  /** See `Printer.checkValue`. */
  checkValue(): void;
}

/** Settles how JSON and YAML are made, by the setting of a printer. */
export function createValues(setting: PrinterSetting): Values {
  const { format, fields } = setting;
  const { out } = setting.streams;

  function checkValue(): void {
    if (fields !== undefined) throw usageError("--fields is for rows whose fields are known", "--jq '.[] | {id}'");
    if (format === "csv" || format === "tsv")
      throw usageError(`what the vendor says has no columns for --output ${format}`, "--output json");
  }

  async function jsonText(text: string): Promise<void> {
    checkValue();
    if (format === "yaml" || format === "ndjson") return anyValue(JSON.parse(text));
    if (setting.jq !== undefined) return out.write(await filtered(text));
    if (!out.isTTY) return out.write(text.endsWith("\n") ? text : `${text}\n`);
    const { indentJson } = await import("./json-text.ts");
    return out.write(`${sanitizeJson(indentJson(text))}\n`);
  }

  async function anyValue(value: unknown): Promise<void> {
    checkValue();
    switch (format) {
      case "yaml":
        return out.write(await yaml(value));
      case "ndjson": {
        const rows = Array.isArray(value) ? value : [value];
        return out.write(await filtered(rows.map((row) => `${json(row)}\n`).join("")));
      }
      default:
        return out.write(await filtered(`${sanitizeJson(JSON.stringify(value, null, out.isTTY ? 2 : undefined))}\n`));
    }
  }

  function json(value: unknown): string {
    return sanitizeJson(JSON.stringify(value, null, out.isTTY && format === "json" ? 2 : undefined));
  }

  /** JSON as it is to be printed: what `--jq` makes of it. */
  async function filtered(text: string): Promise<string> {
    if (setting.jq === undefined) return text;
    const { runJq } = await import("./jq.ts");
    const made = await runJq(text, setting.jq.expression, { raw: setting.jq.raw, pretty: out.isTTY });
    // A string of a vendor that is printed as it is could do things to a terminal.
    if (out.isTTY) return sanitize(made);
    return setting.jq.raw ? made : sanitizeJson(made);
  }

  return { json, yaml, filtered, value: anyValue, jsonText, checkValue };
}

async function yaml(value: unknown): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify(value, { lineWidth: 0 });
}
