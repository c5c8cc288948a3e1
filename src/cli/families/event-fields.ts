import { InvalidArgumentError } from "commander";
import { usageError } from "../../errors.ts";
import { findSeverity } from "../../events/words.ts";
import { type Severity, severities } from "../../model/event.ts";
import { oneOf, value } from "../options.ts";

/* Options for the fields of an event. */

export const severityOption = value<Severity>("level", "critical, error, warning or info", readSeverity, {
  defaultWord: "error",
  completes: oneOf(severities),
});

/** A severity in any case, or one of its other names. @throws {InvalidArgumentError} on any other word */
export function readSeverity(word: string): Severity {
  const severity = findSeverity(word);
  if (severity === undefined) throw new InvalidArgumentError(`Allowed choices are ${severities.join(", ")}.`);
  return severity;
}

/** The summary, which may be given as a word or as an option. @throws {CliError} `usage` when it is both */
export function readSummary(word: string | undefined, option: string | undefined): string | undefined {
  if (word !== undefined && option !== undefined) throw usageError("summary given twice");
  return (word ?? option)?.trim();
}
