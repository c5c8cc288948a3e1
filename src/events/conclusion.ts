import { CliError, ExitCode, Interrupted } from "../errors.ts";
import type { DeliveryOptions } from "./delivery-options.ts";
import { type DeliveryResult, type EventOutcome, isAuth, isRepairable, isUnknown, safeAs } from "./outcome.ts";

/** The final report on deliveries, and how the command ends. */
export interface Conclusion {
  /** For stderr, in this order. */
  messages: Message[];
  failure?: Error;
  exitCode?: ExitCode;
}

export interface Message {
  /** Its lines. */
  text: string;
  /** Left out with `--quiet`. */
  optional: boolean;
}

export interface ConcludeOptions extends Pick<DeliveryOptions, "spoolOk" | "exitStatus"> {
  /** The vendor, as people write it. */
  title: string;
  signal: AbortSignal;
}

/** The problems of events that were sent one by one, and the exit code for them. */
export function conclude(results: readonly DeliveryResult[], options: ConcludeOptions): Conclusion {
  const messages = results.flatMap((result) => messagesOf(result, results.length === 1, options));
  const failure = failureOf(results, options);
  if (failure !== undefined) return { messages, failure };
  const [code = ExitCode.ok, ...others] = new Set(results.map((result) => codeOf(result, options)));
  return { messages, exitCode: others.length > 0 ? ExitCode.partial : code };
}

function messagesOf(
  { row, error, lost, silenced = [], leftOut }: DeliveryResult,
  alone: boolean,
  options: ConcludeOptions,
): Message[] {
  const { action, delivery, result, dedupKey, message } = row;
  const missing = leftOut === undefined ? [] : [{ text: `"${dedupKey}": ${leftOut}`, optional: false }];
  if (silenced.length > 0) return [{ text: silenced.join("\n"), optional: false }, ...missing];
  // Of most deploys: nothing failed before.
  if (action === "change" && delivery === "delivered" && result === "ignored")
    return [{ text: `nothing was open under "${dedupKey}"`, optional: true }];
  if (delivery === "delivered" && result === "ignored")
    return [{ text: `ignored "${dedupKey}": ${message ?? "nothing is open under this key"}`, optional: false }];
  if (options.exitStatus === true && isUnknown(row)) {
    const why = message ?? `${options.title} does not report whether anything was open under this key`;
    return [{ text: `not known for "${dedupKey}": ${why}`, optional: false }];
  }
  if (lost === true) return [{ text: `"${dedupKey}": ${message}`, optional: false }];
  if (delivery === "refused" && !alone)
    return [{ text: `${options.title} refused "${dedupKey}": ${message}`, optional: false }];
  if (delivery !== "spooled") return missing;
  const text = `not delivered yet: "${dedupKey}": ${message ?? "no response"}\n${safeAs(row.spoolId)}`;
  // With --spool-ok this is a success, unless somebody has to do something.
  const needsSomebody =
    isAuth(error) || isRepairable(error) || (error instanceof CliError && error.reason === "swallowed");
  return [{ text, optional: options.spoolOk === true && !needsSomebody }];
}

function failureOf(results: readonly DeliveryResult[], { title, signal }: ConcludeOptions): Error | undefined {
  // This is a bug of ours, not a failure of the vendor: the event is safe, but the bug must be reported.
  const bug = results.find(({ error }) => error !== null && !(error instanceof CliError))?.error;
  if (bug) return bug;
  if (signal.aborted) return new Interrupted(signal);
  const [first, second] = results;
  if (second !== undefined || !(first?.error instanceof CliError)) return undefined;
  if (first.row.delivery === "refused") return refusal(first.error, title, first.row);
  return isAuth(first.error) || isRepairable(first.error) ? first.error : undefined;
}

function refusal(error: CliError, title: string, { spoolId }: EventOutcome): CliError {
  const hint = spoolId === null ? error.hint : `onduty spool show ${spoolId}`;
  return error.reworded(`${title} refused the event: ${error.message}`, { kind: "failure", hint });
}

/** The exit code that one result asks for. */
function codeOf({ row, error, lost }: DeliveryResult, { spoolOk, exitStatus }: ConcludeOptions): ExitCode {
  if (lost === true && error instanceof CliError) return error.exitCode;
  if (row.delivery === "refused") return ExitCode.failure;
  if (row.delivery === "spooled") {
    if (isAuth(error)) return ExitCode.auth;
    if (isRepairable(error)) return error.exitCode;
    return spoolOk === true ? ExitCode.ok : ExitCode.pending;
  }
  if (exitStatus !== true) return ExitCode.ok;
  if (isUnknown(row)) return ExitCode.partial;
  return row.result === "ignored" ? ExitCode.no : ExitCode.ok;
}
