import type { Command } from "commander";
import { usageError } from "../errors.ts";
import { type Format, formats } from "../output/options.ts";
import { parseTimeout, parseWait } from "./arguments/duration.ts";
import type { OptionDefinition, OptionSet } from "./command.ts";
import { addProfiles } from "./named-profiles.ts";
import { choice, flag, ids, negated, oneOf, text, value, valueOr } from "./options.ts";
import { toOptions } from "./parser.ts";

/** The options that every command takes, before or after its name. */
export const globalOptions = {
  profile: value("name", "profile to use; may be repeated, or several with commas", addProfiles, {
    short: "p",
    repeatable: true,
    completes: ids("profiles"),
  }),
  allProfiles: flag("ask every profile, where several can be asked"),
  output: choice("format", "how results are printed", formats, { short: "o", defaultWord: "table" }),
  json: flag("same as --output json"),
  fields: value("names", "only these fields, in this order, separated by commas", splitFields),
  jq: text("expression", "filter JSON output with a jq expression (per row with ndjson); implies --json"),
  rawOutput: flag("with --jq: strings without quotes", { short: "r" }),
  csvSafe: flag("with --output csv: an apostrophe before cells that a spreadsheet would take for formulas"),
  bom: flag("with --output csv: a byte order mark first, by which Excel recognizes UTF-8"),
  color: { summary: "color even when the output is not a terminal", negatable: "no color" },
  quiet: flag("suppress notices; print only IDs for lists", { short: "q" }),
  debug: flag("log each request and retry to stderr (keys masked)"),
  dryRun: flag("print what would be sent or stored, and change nothing"),
  timeout: valueOr("duration", "maximum time for one request", parseTimeout, { value: 30_000, word: "30s" }),
  maxWait: valueOr("duration", "maximum total wait between retries", parseWait, {
    value: 20_000,
    word: "20s",
  }),
  tz: text("zone", "time zone of printed times: an IANA name, local or utc", {
    completes: oneOf(["local", "utc"], { open: true }),
  }),
  yes: flag("answer yes to confirmations", { short: "y" }),
  input: negated("never prompt; fail where a prompt would be needed"),
} as const satisfies OptionSet;

/** `-V, --version`: of the program alone, for a deploy has a version too. */
export const versionOption: OptionDefinition<boolean> = { short: "V", summary: "print version and commit" };

/** Declares some of them on commander's program, or those that it lacks. */
export function addGlobalOptions(program: Command, options: OptionSet = globalOptions): void {
  const declared = new Set(program.options.map((option) => option.attributeName()));
  for (const [name, definition] of Object.entries(options)) {
    if (declared.has(name)) continue;
    for (const option of toOptions(name, definition)) {
      program.addOption(option);
      // Commander would take the option for true when it is not given.
      if (option.negate) {
        program.setOptionValue(name, undefined);
        option.defaultValue = undefined;
      }
    }
  }
}

function splitFields(text: string): string[] {
  const fields = text.split(",").map((field) => field.trim());
  if (fields.some((field) => field === ""))
    throw usageError(`--fields "${text}" has an empty name`, "--fields id,title");
  return fields;
}

/** The options that an error report needs, even if the command line cannot be parsed. */
export interface ReportOptions {
  format: Format;
  debug: boolean;
  color?: boolean;
}

/** Reads format, debug and color straight from the arguments, for a failure that came before or during parsing. */
export function readGlobalOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ReportOptions {
  const end = argv.indexOf("--");
  const own = end === -1 ? argv : argv.slice(0, end);
  let word = env.ONDUTY_OUTPUT;
  own.forEach((argument, index) => {
    if (argument === "--json" || argument === "--jq" || argument.startsWith("--jq=")) word = "json";
    else if (argument === "-o" || argument === "--output") word = own[index + 1];
    else if (argument.startsWith("--output=")) word = argument.slice("--output=".length);
    else if (/^-o\w/.test(argument)) word = argument.slice(2);
  });
  const format = formats.find((name) => name === word) ?? "table";
  const options: ReportOptions = { format, debug: own.includes("--debug") };
  if (own.includes("--no-color")) options.color = false;
  else if (own.includes("--color")) options.color = true;
  return options;
}
