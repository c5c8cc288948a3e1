import { usageError } from "../errors.ts";
import type { Streams } from "./streams.ts";

export const formats = ["table", "json", "ndjson", "csv", "tsv", "yaml", "markdown", "ics"] as const;
export type Format = (typeof formats)[number];

export interface PrinterOptions {
  streams: Streams;
  env: Readonly<Record<string, string | undefined>>;
  format: Format;
  /** Whether the format was asked for; then it also rules what `--quiet` prints. */
  explicit: boolean;
  fields: readonly string[] | undefined;
  quiet: boolean;
  color: boolean | undefined;
  tz: string | undefined;
  /** The one that the command line names: commands in messages get it. */
  profile?: string | undefined;
  /** What jq makes of the JSON before it is printed. */
  jq?: { expression: string; raw: boolean } | undefined;
  /** Marks CSV cells that a spreadsheet would take for formulas. */
  csvSafe?: boolean;
  /** Begins CSV with a byte order mark. */
  bom?: boolean;
  now(): Date;
}

/** The options of a command line that affect printing. */
interface PrintOptions {
  output?: string;
  json?: boolean;
  fields?: string[];
  quiet?: boolean;
  color?: boolean;
  tz?: string;
  jq?: string;
  rawOutput?: boolean;
  csvSafe?: boolean;
  bom?: boolean;
  profile?: string;
}

/** Whether a JSON format was asked for, so that errors and messages are JSON too. */
export function isJsonAsked({ format, explicit }: Pick<PrinterOptions, "format" | "explicit">): boolean {
  return explicit && (format === "json" || format === "ndjson");
}

/**
 * Reads format, fields and color from options and environment.
 *
 * @throws {CliError} `usage` on a format that does not exist, or that jq cannot make
 */
export function printerOptions(
  options: PrintOptions,
  env: Readonly<Record<string, string | undefined>>,
): Omit<PrinterOptions, "streams" | "env" | "now"> {
  const { jq, rawOutput = false } = options;
  const asked = options.json === true ? "json" : options.output;
  if (jq === undefined && rawOutput) throw usageError("--raw-output needs --jq", "--jq '.[].id' --raw-output");
  if (jq !== undefined && asked !== undefined && asked !== "json" && asked !== "ndjson")
    throw usageError(`--jq makes JSON, and --output ${asked} excludes it`, "--jq '.[].id' --raw-output");
  const fallback = env.ONDUTY_OUTPUT || undefined;
  const word = asked ?? (jq === undefined ? fallback : fallback === "ndjson" ? "ndjson" : "json");
  const format = formats.find((name) => name === (word ?? "table"));
  if (format === undefined)
    throw usageError(`unknown output format "${word}"; known: ${formats.join(", ")}`, "--output json");
  const { fields, quiet = false, color, tz, csvSafe = false, bom = false, profile } = options;
  if (csvSafe && format !== "csv") throw usageError("--csv-safe is for --output csv", "--output csv --csv-safe");
  if (bom && format !== "csv") throw usageError("--bom is for --output csv", "--output csv --bom");
  const explicit = word !== undefined && word !== "table";
  const filter = jq === undefined ? undefined : { expression: jq, raw: rawOutput };
  return { format, explicit, fields, quiet, color, tz, jq: filter, csvSafe, bom, profile };
}
