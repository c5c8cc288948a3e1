import { type Capability, type Connected, type Context, type GlobalOptions, requireCapability } from "../context.ts";
import { CliError, Declined, ExitCode } from "../errors.ts";
import { attempt, requestsResult } from "../output/dry-run.ts";
import { printListing } from "../output/listing.ts";
import { notPrinted } from "../output/not-printed.ts";
import type { Printer } from "../output/printer.ts";
import type { AnyResult, DoneNote, PlanResult, ReceivedResult, ResultEnd, ValuesResult } from "../output/result.ts";
import type { Shape } from "../output/shape.ts";
import { resolveZone } from "../output/time.ts";
import { withIdWords } from "../providers/id-words.ts";
import type { AnyCommand, OutputDeclaration, Program } from "./command.ts";
import { warnOfVariables } from "./variables.ts";

/** A parsed command line. */
export interface ParsedLine {
  args: Record<string, unknown>;
  options: GlobalOptions & Record<string, unknown>;
  excess: readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: rows of any kind.
type AnyShape = Shape<any>;

/** Runs one command: connects, refuses what the vendor lacks, does `--dry-run`, prints what it returns. */
export async function runCommand(...given: Parameters<typeof runLine>): Promise<void> {
  try {
    await runLine(...given);
  } catch (error) {
    const [, , , { options }] = given;
    if (error instanceof CliError) error.profile ??= options.profile;
    throw error;
  }
}

async function runLine(definition: AnyCommand, ctx: Context, program: Program, line: ParsedLine): Promise<void> {
  const { args, options, excess } = line;
  resolveZone(options.tz);
  await warnOfVariables(ctx);
  // Before anything is asked, and loaded only then.
  if (options.jq !== undefined) await (await import("../output/jq.ts")).checkJq(options.jq);
  const shape = await declaredShape(definition, options);
  const createPrinter = (): Printer => ctx.printer(withFormat(definition, options, ctx));
  if (shape !== undefined) createPrinter().check(shape);
  definition.check?.(options, args, ctx);
  if (definition.profiles !== "own" && asksSeveral(options)) {
    const result = await runForSeveral(definition, ctx, program, line, { printer: createPrinter(), shape });
    return print(result, { ctx, options, printer: createPrinter(), shape: undefined });
  }
  const vendor =
    definition.needs === undefined || definition.profiles === "own"
      ? undefined
      : await connectFor(definition, definition.needs, ctx, options);
  let made: Printer | undefined;
  const invocation = {
    ctx,
    program,
    args,
    options,
    excess,
    // Made when it is needed: `run` must start its child whatever the output options are.
    get printer() {
      made ??= ctx.streams.err.isTTY ? naming(vendor, createPrinter()) : createPrinter();
      return made;
    },
    print: (result: AnyResult) => print(result, { ctx, options, printer: invocation.printer, shape }),
    vendor,
  };
  if (vendor !== undefined && definition.writes === true && options.dryRun === true && definition.ownDryRun !== true) {
    const { result, requests } = await attempt(vendor, async () => (await definition.run(invocation)) ?? undefined);
    // Without targets there is no request: the result has the reason.
    if (requests.length === 0 && result?.kind === "list" && result.rows.length === 0) return invocation.print(result);
    await invocation.print(requestsResult(requests, invocation.printer.format));
    if (result !== undefined) await finishDryRun(result, ctx, invocation.printer);
    return;
  }
  const result = await definition.run(invocation);
  if (result !== undefined) await invocation.print(result);
}

/** A printer whose spinner names the host that is waited for. */
function naming(vendor: Connected | undefined, printer: Printer): Printer {
  if (vendor === undefined) return printer;
  const { host } = new URL(vendor.connection.profile.baseUrl);
  return { ...printer, progress: (text, work) => printer.progress(`${text} at ${host}`, work) };
}

function asksSeveral({ allProfiles, profiles = [] }: GlobalOptions): boolean {
  return allProfiles === true || profiles.length > 1;
}

/** Runs it for each of the profiles that are asked, and merges what they return. */
async function runForSeveral(
  definition: AnyCommand,
  ctx: Context,
  program: Program,
  { args, options, excess }: ParsedLine,
  { printer, shape }: Pick<PrintTools, "printer" | "shape">,
): Promise<AnyResult> {
  const [{ profilesToAsk }, { runForProfiles }] = await Promise.all([
    import("./profiles-to-ask.ts"),
    import("./several-profiles.ts"),
  ]);
  const profiles = await profilesToAsk(definition, ctx, options);
  const { needs } = definition;
  return runForProfiles(profiles, printer, shape, async (profile, quiet) => {
    const own = { ...options, profile };
    const vendor = needs === undefined ? undefined : await connectFor(definition, needs, ctx, own);
    const result = await definition.run({ ctx, program, args, options: own, excess, printer: quiet, vendor });
    if (result === undefined) throw new Error(`${definition.name} returns no rows, and cannot ask several profiles`);
    return result;
  });
}

/** The options with the format of the command, where none is asked for. */
function withFormat({ defaultFormat }: AnyCommand, options: ParsedLine["options"], { env }: Context): GlobalOptions {
  const { json, output, jq } = options;
  const isAsked = json === true || output !== undefined || jq !== undefined || Boolean(env.ONDUTY_OUTPUT);
  return defaultFormat === undefined || isAsked ? options : { ...options, output: defaultFormat };
}

async function connectFor(
  definition: AnyCommand,
  needs: Capability,
  ctx: Context,
  options: ParsedLine["options"],
): Promise<Connected> {
  const connected = await ctx.connect({ ...options, ...definition.connect?.(options, ctx) });
  const able = requireCapability(connected, needs, definition.lacks);
  // The commands that take ids of incidents take their numbers and beginnings too.
  return needs === "incidents" ? withIdWords(requireCapability(able, "incidents")) : able;
}

/** The shape of the rows that these options ask for. */
async function declaredShape(
  { output, outputWith = {} }: AnyCommand,
  options: Readonly<Record<string, unknown>>,
): Promise<AnyShape | undefined> {
  const asked = Object.entries(outputWith).find(
    ([name]) => options[name] !== undefined && options[name] !== false,
  )?.[1];
  return loadShape(asked ?? output);
}

/** The shape of a declaration. */
export async function loadShape(declared: OutputDeclaration | undefined): Promise<AnyShape | undefined> {
  return typeof declared === "function" ? declared() : declared;
}

interface PrintTools {
  ctx: Context;
  options: GlobalOptions;
  printer: Printer;
  shape: AnyShape | undefined;
}

async function print(result: AnyResult, tools: PrintTools): Promise<void> {
  if (result.kind === "plan") return carryOut(result, tools);
  const { ctx, printer } = tools;
  let end: ResultEnd = result;
  try {
    end = { ...result, ...(await printBody(result, tools)) };
  } catch (error) {
    if (result.done === undefined) throw error;
    await reportDone(printer, result.done);
    throw notPrinted(error, result.done.what);
  }
  await finish(end, ctx, printer);
}

/** A list of which something is not known has no text for an empty one. */
function asKnown(shape: Shape<object>, { exitCode, failure }: ResultEnd): Shape<object> {
  const { empty: _, ...rest } = shape;
  return exitCode === ExitCode.partial || failure !== undefined ? rest : shape;
}

async function printBody(
  result: Exclude<AnyResult, PlanResult>,
  { ctx, printer, shape: declared, options }: PrintTools,
): Promise<ResultEnd | undefined> {
  switch (result.kind) {
    case "list":
      if (result.drawn !== undefined && isPicture(printer, options) && result.rows.length > 0) {
        const picture = await result.drawn(result.rows);
        if (picture !== "") await printer.drawn(picture);
        return result.drawnNotices === undefined ? undefined : { notices: result.drawnNotices };
      }
      await printer.list([[...result.rows]], asKnown(needed(result.shape ?? declared), result));
      return;
    case "object":
      if (result.markdown !== undefined && printer.format === "markdown" && options.fields === undefined) {
        await printer.drawn(await result.markdown());
      } else if (result.drawn !== undefined && printer.format === "table" && options.fields === undefined) {
        await printer.drawn(await result.drawn());
      } else if (
        result.text !== undefined &&
        printer.format === "table" &&
        printer.isTTY &&
        options.fields === undefined
      ) {
        const lines = typeof result.text === "function" ? await result.text() : result.text;
        if (lines !== "") await printer.text(lines);
      } else await printer.object(result.row, needed(result.shape ?? declared));
      return;
    case "pages": {
      const listed = await printListing(printer, result, needed(result.shape ?? declared));
      return result.end?.(listed);
    }
    case "stream":
      return result.end(await printer.stream(result.pages, result.shape, result.line));
    case "text":
      await printer.text(result.text);
      return;
    case "values":
      await printValues(printer, result.pages);
      return result.end();
    case "received":
      await printReceived(ctx, printer, result);
      return;
    case "silent":
      return;
  }
}

/** Whether a terminal may get something else than rows. */
function isPicture({ format, isTTY, quiet }: Printer, { fields }: GlobalOptions): boolean {
  return format === "table" && isTTY && !quiet && fields === undefined;
}

async function printValues(printer: Printer, pages: ValuesResult["pages"]): Promise<void> {
  const all: unknown[] = [];
  for await (const page of pages) {
    if (printer.format === "ndjson") await printer.value(page);
    else all.push(...page);
  }
  if (printer.format !== "ndjson") await printer.value(all);
}

async function printReceived(ctx: Context, printer: Printer, { head, body, isJson }: ReceivedResult): Promise<void> {
  if (head !== undefined) await printer.text(head);
  if (isJson === true) await printer.jsonText(body);
  else if (body === "") return;
  else if (printer.isTTY) await printer.text(body.replace(/\n$/, ""));
  else await ctx.streams.out.write(body.endsWith("\n") ? body : `${body}\n`);
}

function needed(shape: AnyShape | undefined): AnyShape {
  if (shape === undefined) throw new Error("this command returns rows, and declares no output");
  return shape;
}

async function finish(
  { notices = [], warnings = [], exitCode, failure }: ResultEnd,
  ctx: Context,
  printer: Printer,
): Promise<void> {
  for (const line of notices) await printer.notice(line);
  for (const line of warnings) await printer.warn(line);
  if (failure !== undefined) throw failure;
  if (exitCode !== undefined) ctx.exitCode = exitCode;
}

async function reportDone(printer: Printer, { lines = [] }: DoneNote): Promise<void> {
  for (const line of lines) await printer.warn(line);
}

/** Makes a change on this machine. `--dry-run` only prints it, and a question may come first. */
async function carryOut({ would, ask, apply }: PlanResult, tools: PrintTools): Promise<void> {
  const { ctx, options, printer } = tools;
  if (options.dryRun === true) return printer.notice(would);
  if (ask !== undefined && !(await ctx.confirm(ask.question, options, ask.hint))) throw new Declined();
  const result = await apply();
  if (result !== undefined) await print(result, tools);
}

/** Prints, after the requests that would be sent, what is known of the result. */
async function finishDryRun(result: AnyResult, ctx: Context, printer: Printer): Promise<void> {
  if (result.kind === "plan") return printer.notice(result.would);
  const { notices, warnings = [], unprinted = [], failure, exitCode } = result;
  await finish(
    {
      ...(notices !== undefined && { notices }),
      warnings: [...warnings, ...unprinted],
      failure,
      exitCode: exitCode === ExitCode.partial ? exitCode : undefined,
    },
    ctx,
    printer,
  );
}
