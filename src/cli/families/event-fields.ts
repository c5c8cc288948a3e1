import { InvalidArgumentError } from "commander";
import { usageError } from "../../errors.ts";
import { findSeverity } from "../../events/status-words.ts";
import { hasControl } from "../../model/control-characters.ts";
import { type Severity, severities } from "../../model/event.ts";
import { oneOf, value } from "../options.ts";

/* Options for the fields of an event. */

export const severityOption = value<Severity>("level", "critical, error, warning or info", readSeverity, {
  defaultWord: "error",
  completes: oneOf(severities),
});

/**
 * A severity in any case, or one of its other names. Nothing and a number are what a monitoring system passes that has no
 * word for it: `error`, so that it is not missed.
 *
 * @throws {InvalidArgumentError} on any other word
 */
export function readSeverity(word: string): Severity {
  const severity = findSeverity(word) ?? (/^\s*\d*\s*$/.test(word) ? "error" : undefined);
  if (severity === undefined) throw new InvalidArgumentError(`Allowed choices are ${severities.join(", ")}.`);
  return severity;
}

/** The summary, which may be given as a word or as an option. @throws {CliError} `usage` when it is both */
export function readSummary(word: string | undefined, option: string | undefined): string | undefined {
  if (word !== undefined && option !== undefined) throw usageError("summary given twice");
  return (word ?? option)?.trim();
}

export const keyPrefixOption = value<string>(
  "text",
  "stands before each dedup key: it distinguishes senders",
  readKeyPrefix,
);

/** @throws {InvalidArgumentError} on a text that distinguishes nothing, or that no key may hold */
function readKeyPrefix(text: string): string {
  if (text.trim() === "" || hasControl(text)) throw new InvalidArgumentError("Expected a text, such as eu:.");
  return text.trimStart();
}
