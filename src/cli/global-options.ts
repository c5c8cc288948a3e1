import { type Command, Option } from "commander";
import { usageError } from "../errors.ts";
import { type Format, formats } from "../output/options.ts";
import { parseDuration } from "./arguments/duration.ts";

/** Declares the options every command takes, before or after its name. */
export function addGlobalOptions(program: Command): void {
  program
    .option("-p, --profile <name>", "profile to use")
    .addOption(new Option("-o, --output <format>", "how results are printed (default: table)").choices(formats))
    .option("--json", "same as --output json")
    .option("--fields <names>", "only these fields, in this order, separated by commas", splitFields)
    .option("--jq <expression>", "what jq makes of the JSON; with ndjson of each row; implies JSON")
    .option("-r, --raw-output", "with --jq: strings without quotes")
    .option("--color", "colour although the output is not a terminal")
    .option("--no-color", "no colour")
    .option("-q, --quiet", "no notices; of lists, the ids only")
    .option("--debug", "tell of each request and retry on stderr; keys are masked")
    .option("--dry-run", "print what would be sent or stored, and do neither")
    .option("--timeout <duration>", "for one request", parseDuration, 30_000)
    .option("--max-wait <duration>", "most time to wait between tries, all waits together", parseDuration, 20_000)
    .option("--tz <zone>", "time zone of printed times: an IANA name, local or utc")
    .option("-y, --yes", "answer yes to confirmations")
    .option("--no-input", "never ask; what would ask is an error");
  // Commander would print a default that is our business, such as `--color` being on.
  for (const option of program.options) {
    if (option.attributeName() === "color" || option.attributeName() === "input") option.defaultValue = undefined;
    if (option.long === "--timeout") option.default(30_000, "30s");
    if (option.long === "--max-wait") option.default(20_000, "20s");
  }
  program.setOptionValue("color", undefined).setOptionValue("input", undefined);
}

function splitFields(text: string): string[] {
  const fields = text.split(",").map((field) => field.trim());
  if (fields.some((field) => field === ""))
    throw usageError(`--fields "${text}" has an empty name`, "--fields id,title");
  return fields;
}

/** What an error report has to know of a command line that may not even parse. */
export interface ReportOptions {
  format: Format;
  debug: boolean;
  color?: boolean;
}

/** Reads format, debug and colour straight from the arguments, for a failure that came before or during parsing. */
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
