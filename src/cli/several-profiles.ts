import { type Connected, type Context, type GlobalOptions, requireCapability } from "../context.ts";
import { CliError, ExitCode, messageWithIds } from "../errors.ts";
import { MergedPages, type SourceFailure } from "../output/merged-pages.ts";
import type { Printer } from "../output/printer.ts";
import type { AnyResult, Listed, ListResult, PagesResult, ResultEnd } from "../output/result.ts";
import { type Shape, withProfileColumn } from "../output/shape.ts";
import { type Asking, profilesToAsk } from "./profiles-to-ask.ts";

/* One command line that asks several profiles: side by side, with one answer. */

// biome-ignore lint/suspicious/noExplicitAny: rows of any kind.
type AnyRow = any;

/** What one profile answered. */
export interface ProfileAnswer<Answer> {
  profile: string;
  provider: string;
  answer: Answer;
}

/**
 * Asks each of the profiles that a command line names, or the one that is used now, side by side; for a command that makes one
 * result of them. `failures` are those that failed, with the reason; `end` has a warning for each, and then the exit code.
 *
 * @param prepare is asked of each before, for what all have to know of all others
 * @throws the failure of the first profile, when none answered
 */
export async function askProfiles<Answer, Prepared = undefined>(
  definition: Asking,
  ctx: Context,
  options: GlobalOptions,
  ask: (connected: Connected, prepared: Prepared[]) => Promise<Answer>,
  prepare?: (connected: Connected) => Promise<Prepared>,
): Promise<{
  answers: ProfileAnswer<Answer>[];
  failures: ProfileAnswer<string>[];
  end: Pick<ResultEnd, "warnings" | "exitCode">;
}> {
  const isNamed = options.allProfiles === true || (options.profiles ?? []).length > 1;
  const names = isNamed ? await profilesToAsk(definition, ctx, options) : [options.profile];
  const providers = new Map<string | undefined, string>();
  const connecting = names.map(async (profile) => {
    const connected = await ctx.connect({ ...options, ...(profile !== undefined && { profile }) });
    const { needs, lacks } = definition;
    providers.set(profile, connected.connection.profile.provider);
    const able = needs === undefined ? connected : requireCapability(connected, needs, lacks);
    return { able, prepared: prepare === undefined ? [] : [await prepare(able)] };
  });
  const prepared = prepare === undefined ? [] : Promise.allSettled(connecting).then(preparedOf);
  const settled = await Promise.allSettled(
    connecting.map(async (one) => {
      const { able } = await one;
      const { name, provider } = able.connection.profile;
      return { profile: name, provider, answer: await ask(able, await prepared) };
    }),
  );
  const answers = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failures = settled.flatMap((one, index) =>
    one.status === "rejected" ? [{ name: names[index] ?? "", error: one.reason }] : [],
  );
  stopOnOwnFault(failures);
  const [first] = failures;
  if (answers.length === 0 && first !== undefined) throw isNamed ? noneAnswered(failures) : first.error;
  return {
    answers,
    failures: failures.map(({ name, error }) => ({
      profile: name,
      provider: providers.get(name) ?? "",
      answer: messageOf(error),
    })),
    end: mergeEnds([], failures, answers.length),
  };
}

function preparedOf<Prepared>(settled: readonly PromiseSettledResult<{ prepared: Prepared[] }>[]): Prepared[] {
  return settled.flatMap((one) => (one.status === "fulfilled" ? one.value.prepared : []));
}

interface ProfileRun {
  name: string;
  result: AnyResult;
}

/**
 * Runs a command that reads once for each profile, side by side, and merges the results. A profile that fails is a warning, and
 * exit 7.
 *
 * @throws the failure of the first profile, when none answered
 */
export async function runForProfiles(
  names: readonly string[],
  printer: Printer,
  shape: Shape<AnyRow> | undefined,
  run: (name: string, printer: Printer) => Promise<AnyResult>,
): Promise<AnyResult> {
  // One spinner for all of them.
  const quiet: Printer = { ...printer, progress: (_, work) => (typeof work === "function" ? work(() => {}) : work) };
  const running = Promise.allSettled(names.map((name) => run(name, quiet)));
  const settled = await printer.progress(`asking ${names.length} profiles`, running);
  const runs: ProfileRun[] = [];
  const failures: SourceFailure[] = [];
  settled.forEach((one, index) => {
    const name = names[index] ?? "";
    if (one.status === "rejected") failures.push({ name, error: one.reason });
    else runs.push({ name, result: one.value });
  });
  stopOnOwnFault(failures);
  if (runs.length === 0) throw noneAnswered(failures);
  const [first] = runs;
  if (first?.result.kind === "pages") return mergePages(runs, failures, names, shape);
  return mergeLists(runs, failures, shape);
}

/** A bug or a fault of the command line is reported as it is, for any profile. */
function stopOnOwnFault(failures: readonly SourceFailure[]): void {
  for (const { error } of failures)
    if (!(error instanceof CliError) || error.kind === "interrupted" || error.kind === "terminated") throw error;
}

function mergeLists(
  runs: readonly ProfileRun[],
  failures: readonly SourceFailure[],
  shape: Shape<AnyRow> | undefined,
): AnyResult {
  const lists = runs.map(({ name, result }) => ({ name, result: result as ListResult<AnyRow> }));
  const rows = lists.flatMap(({ result }) => result.rows);
  const all: SourceFailure[] = [
    ...failures,
    ...lists.flatMap(({ name, result: { failure } }) => (failure === undefined ? [] : [{ name, error: failure }])),
  ];
  const found = lists.find(({ result }) => result.shape !== undefined)?.result.shape ?? shape;
  const drawn = lists[0]?.result.drawn;
  const { empty, ...columns } = withProfile(found);
  return {
    kind: "list",
    rows,
    shape: all.length === 0 && empty !== undefined ? { ...columns, empty } : columns,
    ...(drawn !== undefined && { drawn }),
    ...mergeEnds(
      lists.map(({ name, result: { failure: _, ...end } }) => ({ name, end })),
      all,
      rows.length,
    ),
  };
}

function mergePages(
  runs: readonly ProfileRun[],
  failures: readonly SourceFailure[],
  names: readonly string[],
  shape: Shape<AnyRow> | undefined,
): AnyResult {
  const found = runs.map(({ name, result }) => ({ name, result: result as PagesResult<AnyRow> }));
  const [first] = found;
  if (first === undefined) throw noneAnswered(failures);
  const merged = new MergedPages(
    found.map(({ name, result }) => ({ name, pages: result.pages })),
    first.result.order,
  );
  const allFailures = (): SourceFailure[] => [...failures, ...merged.failures];
  async function* pages() {
    for await (const page of merged) {
      stopOnOwnFault(merged.failures);
      if (allFailures().length === names.length) throw noneAnswered(inOrder(allFailures(), names));
      yield page;
    }
    const { length } = allFailures();
    if (length > 0) yield { rows: [], truncated: `${length} of ${names.length} profiles failed` };
  }
  return {
    ...first.result,
    pages: pages(),
    shape: withProfile(first.result.shape ?? shape),
    end: (listed: Listed) =>
      mergeEnds(
        found.map(({ name, result }) => ({
          name,
          end: result.end?.({ ...listed, isComplete: listed.isComplete && allFailures().length === 0 }) ?? {},
        })),
        allFailures(),
        listed.count,
      ),
  };
}

/** One end of all: what each reported, with its name, and a warning for each that failed. */
function mergeEnds(
  ends: readonly { name: string; end: ResultEnd }[],
  failures: readonly SourceFailure[],
  count: number,
): ResultEnd {
  const lines = (what: "notices" | "warnings"): string[] =>
    ends.flatMap(({ name, end }) => (end[what] ?? []).map((line) => withName(name, line)));
  const codes = ends.map(({ end }) => end.exitCode);
  const isPartial = failures.length > 0 || codes.includes(ExitCode.partial);
  // Where one did not respond, only rows prove a no.
  const isNo = codes.length > 0 && codes.every((code) => code === ExitCode.no) && (failures.length === 0 || count > 0);
  const isNone = codes.length > 0 && failures.length === 0 && codes.every((code) => code === ExitCode.notFound);
  return {
    notices: lines("notices"),
    warnings: [...lines("warnings"), ...failures.map(warningOf)],
    exitCode: isNo ? ExitCode.no : isPartial ? ExitCode.partial : isNone ? ExitCode.notFound : undefined,
  };
}

/** A line with the name of its profile, after the word `warning:` where it begins with that. */
function withName(name: string, line: string): string {
  const label = "warning: ";
  return line.startsWith(label) ? `${label}${name}: ${line.slice(label.length)}` : `${name}: ${line}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? messageWithIds(error) : String(error);
}

function warningOf({ name, error }: SourceFailure): string {
  return `warning: ${name}: ${messageOf(error)}`;
}

/** The failure of the first profile with its name, after a warning for each of several. */
function noneAnswered(failures: readonly SourceFailure[]): unknown {
  const [first] = failures;
  if (first === undefined) return new Error("no profile was asked");
  const { name, error } = first;
  if (!(error instanceof CliError)) return error;
  const warnings = failures.length > 1 ? failures.map(warningOf) : [];
  const failure = error.reworded(`${name}: ${error.message}`, { warnings });
  failure.profile = name;
  return failure;
}

function inOrder(failures: readonly SourceFailure[], names: readonly string[]): SourceFailure[] {
  return names.flatMap((name) => failures.find((one) => one.name === name) ?? []);
}

/** The shape with the profile of each row in front. */
function withProfile(shape: Shape<AnyRow> | undefined): Shape<AnyRow> {
  if (shape === undefined) throw new Error("this command returns rows, and declares no output");
  return withProfileColumn(shape);
}
