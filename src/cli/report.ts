import type { CommanderError } from "commander";
import type { Context } from "../context.ts";
import { CliError, Declined, ExitCode, usageError } from "../errors.ts";
import { nameProfile } from "../model/command-line.ts";
import { messageLine, wrapMessage } from "../output/notice.ts";
import { sanitize, sanitizeCell, sanitizeJson } from "../output/sanitize.ts";
import { type ReportOptions, readGlobalOptions } from "./global-options.ts";

/** The JSON of an error: one line on stderr when a JSON format was asked for. */
export interface ErrorReport {
  kind: string;
  message: string;
  hint: string | null;
  status: number | null;
  code: string | null;
  requestId: string | null;
  retryable: boolean;
  /** Seconds. */
  retryAfter: number | null;
  exitCode: number;
}

/** Reports a failure on stderr: message, hint, request id. A stack is printed only for a bug of ours. */
export async function reportError(context: Context, error: unknown, options: ReportOptions): Promise<void> {
  const report = toReport(error);
  if (error instanceof CliError && report.hint !== null) report.hint = nameProfile(report.hint, error.profile);
  const err = context.streams.err;
  const asJson = options.format === "json" || options.format === "ndjson";
  if (error instanceof CliError)
    for (const line of error.warnings) await err.write(context.redact(messageLine(line, asJson)));
  const stack = error instanceof Error && report.kind === "bug" ? trace(error) : undefined;
  if (asJson) {
    await err.write(`${sanitizeJson(context.redact(JSON.stringify({ error: report })))}\n`);
    if (stack !== undefined && options.debug) await err.write(`${sanitize(context.redact(stack))}\n`);
  } else {
    // To answer no is no error.
    const lines = [error instanceof Declined ? report.message : `error: ${report.message}`];
    if (report.hint !== null) lines.push(`hint: ${report.hint}`);
    if (report.requestId !== null) lines.push(`request id: ${report.requestId}`);
    if (report.kind === "bug") lines.push("this is a bug in onduty; please report it with the lines below");
    const printed = lines.map((line) => wrapMessage(sanitizeCell(context.redact(line)), err));
    await err.write(`${printed.join("\n")}\n`);
    if (stack !== undefined) await err.write(`${sanitize(context.redact(stack))}\n`);
  }
  await context.annotate(sanitizeCell(context.redact(report.message)));
}

const unknownOption = "commander.unknownOption";

/** What other programs call an option, and what it is here; undefined if the command has none. */
const otherFlags: Readonly<Record<string, (argv: readonly string[]) => string | undefined>> = {
  "--format": () => "--output",
  "--columns": () => "--fields",
  "--url": (argv) => (argv[0]?.startsWith("profile") === true ? "--base-url" : undefined),
  "--verbose": () => "--debug",
  "--web": () => "onduty incidents open",
  "--mine": (argv) => (argv.some((word) => word === "oncall" || word === "schedules") ? "--user me" : undefined),
};

/** Reports a command line that commander could not parse, in the same form as any other error. */
export async function reportUsage(context: Context, error: CommanderError, argv: readonly string[]): Promise<void> {
  const text = error.message.replace(/^error: /, "").trim();
  const suggestion = /\n?\(Did you mean (?:one of )?(.+?)\?\)/s.exec(text);
  const message = (suggestion === null ? text : text.slice(0, suggestion.index)).trim();
  const word = argv.map((argument) => argument.replace(/=.*/s, "")).find((flag) => Object.hasOwn(otherFlags, flag));
  const meant = error.code === unknownOption && word !== undefined ? otherFlags[word]?.(argv) : suggestion?.[1];
  const hint = meant === undefined ? usageHint(argv) : `did you mean ${meant}?`;
  await reportError(context, usageError(message.replace(/\.$/, ""), hint), readGlobalOptions(argv, context.env));
}

function usageHint(argv: readonly string[]): string {
  const words: string[] = [];
  for (const argument of argv) {
    if (!/^[a-z][a-z-]*$/.test(argument) || words.length === 2) break;
    words.push(argument);
  }
  return `onduty ${[...words, "--help"].join(" ")}`;
}

/** The JSON of an error. Texts in it are not masked yet. */
export function toReport(error: unknown): ErrorReport {
  if (error instanceof CliError) {
    return {
      kind: error.kind,
      message: error.message,
      hint: error.hint ?? null,
      status: error.status ?? null,
      code: error.code ?? error.reason ?? error.systemCode ?? null,
      requestId: error.requestId ?? null,
      retryable: error.retryable,
      retryAfter: error.retryAfterMs === undefined ? null : Math.ceil(error.retryAfterMs / 1000),
      exitCode: error.exitCode,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  const none = { hint: null, status: null, code: null, requestId: null, retryable: false, retryAfter: null };
  return { kind: "bug", message, ...none, exitCode: ExitCode.failure };
}

function trace(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\ncaused by: ${trace(error.cause)}` : own;
}
