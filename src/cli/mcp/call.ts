import type { Context } from "../../context.ts";
import { CliError, ExitCode } from "../../errors.ts";
import { asObject } from "../../model/object.ts";
import type { Program } from "../command.ts";
import { type ErrorReport, reportError, toReport } from "../report.ts";
import { runCommand } from "../run-command.ts";
import { type Answer, toAnswer } from "./answer.ts";
import { type Collected, createCollector, valueOfText } from "./collector.ts";
import { limitsOf, withLimit } from "./limits.ts";
import { type ServerDefaults, toLine } from "./line.ts";
import { inCamelCase } from "./parameters.ts";
import { callStreams } from "./streams.ts";
import type { Tool } from "./tools.ts";

/** A call of a tool, whose arguments fit its schema. */
export interface Call {
  tool: Tool;
  given: Readonly<Record<string, unknown>>;
  /** Ends its requests. */
  signal: AbortSignal;
  /** The only profiles that it may use; default: all. */
  profiles?: readonly string[] | undefined;
  /** Options that the arguments may leave open. */
  defaults?: ServerDefaults;
  onProgress(text: string): void;
}

export interface CallResult {
  answer: Answer;
  /** The same as JSON, with keys masked. */
  json: string;
  isError: boolean;
}

/** Codes that come with a result to read: what is missing stands in it. */
const softCodes: readonly number[] = [ExitCode.ok, ExitCode.partial, ExitCode.pending, ExitCode.no];

/** Runs the command of a tool in this process, with what it would have printed as the result. Never throws. */
export async function callTool(ctx: Context, program: Program, call: Call): Promise<CallResult> {
  const { tool, signal, profiles, onProgress } = call;
  const limits = limitsOf(call.given);
  const { streams, takeOut, takeErr } = callStreams();
  const own = ctx.fork({
    streams,
    signal,
    ...(profiles !== undefined && { profiles, env: envFor(ctx.env, profiles) }),
  });
  let collected: Collected = { notices: [], incomplete: false, cut: false };
  let failure: unknown;
  try {
    const given = withLimit(call.given, tool.inputSchema.properties);
    const line = toLine(tool.command, tool.parameters, given, call.defaults);
    const base = own.printer(line.options);
    const collector = createCollector(base, {
      fields: line.options.fields,
      maxRows: limits.rows,
      writes: tool.writes,
      onProgress,
    });
    collected = collector.collected;
    own.printer = () => collector.printer;
    await runCommand(tool.command, own, program, line);
  } catch (error) {
    failure = error;
    // The stack of a bug is for the log of the client.
    if (!(error instanceof CliError)) await reportError(ctx, error, { format: "table", debug: false });
  } finally {
    // It may wait for what hangs, which must not hold up the result.
    void own.close().catch(() => {});
  }
  const printed = takeOut();
  if (printed !== "") collected.text = [collected.text, printed.trimEnd()].filter(Boolean).join("\n");
  collected.notices.push(...takeErr().split("\n").filter(Boolean).map(plain));
  if (failure instanceof CliError) collected.notices.push(...failure.warnings);
  if (own.exitCode !== ExitCode.ok && own.exitCode !== ExitCode.no) collected.incomplete = true;
  const error = errorOf(failure, own.exitCode, tool);
  const masked = error && {
    ...error,
    message: own.redact(error.message),
    hint: error.hint && own.redact(inArguments(error.hint)),
  };
  collected.notices = collected.notices.map((line) => own.redact(inArguments(line)));
  // The stream masks the keys of the profile in all that goes through it.
  await own.streams.out.write(JSON.stringify(toAnswer(collected, masked, limits)));
  const json = takeOut();
  return { answer: JSON.parse(json) as Answer, json, isError: isFailure(failure, own.exitCode, collected) };
}

/** A line of stderr as text: beside JSON it is JSON. */
function plain(line: string): string {
  const { notice, warning } = asObject(valueOfText(line)) ?? {};
  return typeof warning === "string" ? `warning: ${warning}` : typeof notice === "string" ? notice : line;
}

/** A notice or a hint with options by the names that they have as arguments; a command line in it stays one. */
function inArguments(line: string): string {
  return line.includes("onduty ") ? line : inCamelCase(line);
}

/** The environment without a profile that is not offered. */
function envFor(env: Context["env"], profiles: readonly string[]): Context["env"] {
  const { ONDUTY_PROFILE: chosen, ONDUTY_PROVIDER: provider, ...others } = env;
  return {
    ...others,
    ...(chosen !== undefined && profiles.includes(chosen) && { ONDUTY_PROFILE: chosen }),
    ...(provider !== undefined && profiles.includes("env") && { ONDUTY_PROVIDER: provider }),
  };
}

function isFailure(failure: unknown, exitCode: number, { rows, object, text }: Collected): boolean {
  const isEmpty = rows === undefined && object === undefined && text === undefined;
  if (failure === undefined) return !softCodes.includes(exitCode);
  return isEmpty || !(failure instanceof CliError) || !softCodes.includes(failure.exitCode);
}

/** The error of a command that failed, by what it threw or by its exit code. */
function errorOf(failure: unknown, exitCode: number, { command }: Tool): ErrorReport | undefined {
  if (failure !== undefined) return toReport(failure);
  if (softCodes.includes(exitCode)) return undefined;
  const [name] = Object.entries(ExitCode).find(([, code]) => code === exitCode) ?? ["failure"];
  const message = command.exitCodes[name as keyof typeof ExitCode] ?? `the command ended with exit code ${exitCode}`;
  const report = toReport(new CliError("failure", message));
  return { ...report, kind: name, exitCode };
}
