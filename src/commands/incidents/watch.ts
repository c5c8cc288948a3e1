import type { Command } from "commander";
import type { Connected, Context } from "../../context.ts";
import { CliError, unsupported, usageError } from "../../errors.ts";
import { type Incident, type IncidentFilter, incidentStatuses } from "../../model/incident.ts";
import { parseDuration } from "../../output/duration.ts";
import type { Printer, Shape } from "../../output/printer.ts";
import { compareCodes } from "../../output/text.ts";
import { pause } from "../pause.ts";
import { declareTraits } from "../traits.ts";
import { type Change, changesBetween } from "./changes.ts";
import { addFilterOptions, type FilterOptions, readDates, toFilter } from "./filter.ts";

interface WatchOptions extends FilterOptions {
  /** Milliseconds. */
  interval: number;
  exec?: string;
  bell?: boolean;
  untilEmpty?: boolean;
}

const shortestMs = 1000;

/** A machine that slept looks so much later than it wanted to. */
const sleptMs = 15_000;

/** What is found anew is looked for from so long before the last look: clocks differ. */
const overlapMs = 120_000;

export function addIncidentsWatch(parent: Command, ctx: Context): void {
  const command = parent
    .command("watch")
    .description("Watch incidents: a table that stays up to date, or in a pipe a line of JSON for each change");
  addFilterOptions(command)
    .option("--interval <duration>", "between two looks; longer when the server asks for it", readInterval, 10_000)
    .option("--exec <command>", "run this by the shell for each change, with its JSON on standard input")
    .option("--bell", "ring the terminal's bell when something opens")
    .option("--until-empty", "end when nothing matches any more")
    .addHelpText(
      "after",
      `
A change is {"change": "opened" | "acknowledged" | "resolved" | "updated", "at": TIME, "incident": {...}}. What was there
at the start is no change.

Examples:
  onduty incidents watch
  onduty incidents watch --urgency high --interval 30s --bell
  onduty incidents watch --service checkout | jq -r 'select(.change == "opened") | .incident.title'
  onduty incidents watch --status open --until-empty --exec 'cat >> changes.ndjson'

Exit codes: 0 nothing matches any more (--until-empty), 2 usage, 4 key, 130 interrupted
`,
    )
    .action((_, self: Command) => watchIncidents(ctx, self.optsWithGlobals<WatchOptions>()));
  for (const option of command.options) if (option.long === "--interval") option.default(10_000, "10s");
  declareTraits(command, { prints: changeShape });
}

function readInterval(text: string): number {
  const ms = parseDuration(text);
  if (ms < shortestMs) throw usageError(`--interval ${text} is shorter than a second`, "--interval 10s");
  return ms;
}

const changeShape: Shape<Change> = {
  columns: [],
  fields: ["change", "at", "incident"],
};

async function watchIncidents(ctx: Context, options: WatchOptions): Promise<void> {
  const printer = ctx.printer(options);
  const inPlace = printer.format === "table" && printer.isTTY;
  // In a pipe there are changes only, and they are JSON whatever else was asked for.
  const lines = inPlace ? printer : ctx.printer({ ...options, output: "ndjson", json: false });
  lines.check(changeShape);
  const dates = readDates(ctx, options);
  // A look that waits for long misses the next one.
  const connected = await ctx.connect({
    ...options,
    maxWait: Math.min(options.maxWait, options.interval),
    // What is told beside the table would stand in it.
    ...(inPlace && { quiet: true }),
  });
  if (connected.provider.incidents === undefined) throw unsupported(connected.provider.name, "incidents");
  const filter = await toFilter(connected, options, dates);
  const watcher = new Watcher(connected, filter);
  const { createScreen } = await import("./screen.ts");
  const screen = inPlace ? createScreen(ctx.streams.out, printer, options.tz) : undefined;
  const say = async (text: string): Promise<void> => (screen === undefined ? lines.warn(text) : screen.say(text));
  try {
    await look(ctx, { watcher, options, printer: lines, screen, say });
  } finally {
    await screen?.close(watcher.rows);
  }
  if (ctx.signal.aborted) throw new CliError("interrupted", "interrupted");
}

interface Look {
  watcher: Watcher;
  options: WatchOptions;
  printer: Printer;
  screen: Awaited<ReturnType<typeof import("./screen.ts").createScreen>> | undefined;
  say(text: string): Promise<void>;
}

/** Looks again and again, until interrupted or nothing is left. */
async function look(ctx: Context, { watcher, options, printer, screen, say }: Look): Promise<void> {
  let lostSince: Date | undefined;
  let slept: string | undefined;
  let waitMs = options.interval;
  let before = "";
  while (!ctx.signal.aborted) {
    const began = ctx.now();
    try {
      const first = watcher.lastLook === undefined;
      const changes = await watcher.look(began);
      waitMs = Math.max(options.interval, watcher.freshForMs);
      const lost = lostSince && `answers again, after ${seconds(ctx.now().getTime() - lostSince.getTime())}`;
      lostSince = undefined;
      if (first && screen === undefined) await printer.notice(`watching; ${watcher.rows.length} match now`);
      const incomplete = watcher.truncated && `this list is not complete: ${watcher.truncated}`;
      const said = [lost, slept, incomplete, watcher.trouble].filter((text) => text !== undefined).join("; ");
      // Below a table it stands as long as it holds; in a pipe once is enough.
      if (screen !== undefined || (said !== "" && said !== before)) await say(said);
      before = said;
      slept = undefined;
      await tell(ctx, printer, screen === undefined, changes, options);
      await screen?.draw(watcher, options.interval);
      if (options.untilEmpty === true && watcher.isEmpty) return;
    } catch (error) {
      if (ctx.signal.aborted) return;
      if (!isPassing(error)) throw error;
      waitMs = Math.max(options.interval, error.retryAfterMs ?? 0);
      if (lostSince === undefined) await say(`${error.message}; looking again every ${seconds(waitMs)}`);
      lostSince ??= began;
      await screen?.draw(watcher, options.interval);
    }
    const until = ctx.now().getTime() + waitMs;
    await pause(waitMs, ctx.signal, (wake) =>
      screen?.onResize(async () => screen.draw(watcher, options.interval), wake),
    );
    const lateMs = ctx.now().getTime() - until;
    if (lateMs > sleptMs) slept = `nothing was seen for ${seconds(lateMs + waitMs)}: this machine was asleep`;
    if (ctx.streams.out.closed) return;
  }
}

/** Whether another look may go well. */
function isPassing(error: unknown): error is CliError {
  return error instanceof CliError && (error.retryable || error.kind === "network");
}

async function tell(
  ctx: Context,
  printer: Printer,
  asLines: boolean,
  changes: Change[],
  options: WatchOptions,
): Promise<void> {
  if (asLines && changes.length > 0) await printer.list([changes], changeShape);
  if (options.bell === true && changes.some(({ change }) => change === "opened") && ctx.streams.err.isTTY)
    await ctx.streams.err.write("\u0007");
  if (options.exec === undefined) return;
  const { runWith } = await import("./exec.ts");
  for (const change of changes) {
    const problem = await runWith(ctx, options.exec, JSON.stringify(change), { output: asLines });
    if (problem !== null) await printer.warn(`--exec for ${change.incident.id}: ${problem}`);
  }
}

/** Remembers what was there, and finds out what changed. */
class Watcher {
  readonly #connected: Connected;
  readonly #filter: Omit<IncidentFilter, "sort" | "order" | "limit">;
  /** Everything that matched once, as it was last seen. */
  readonly #known = new Map<string, Incident>();
  /** Ids of those that do not match any more, as long as it is not known what became of them. */
  readonly #missing = new Set<string>();
  /** What matches now. */
  rows: Incident[] = [];
  lastLook: Date | undefined;
  /** The same by the vendor's clock. */
  #lastVendorLook: Date | undefined;
  /** Why the list may lack something. */
  truncated: string | undefined;
  /** Why it is not known of every incident what became of it. */
  trouble: string | undefined;
  /** The server does not look again before that. */
  freshForMs = 0;

  constructor(connected: Connected, filter: Omit<IncidentFilter, "sort" | "order" | "limit">) {
    this.#connected = connected;
    this.#filter = filter;
  }

  /** Whether nothing matches any more, and everything that did is told of. */
  get isEmpty(): boolean {
    return this.rows.length === 0 && this.#missing.size === 0 && this.truncated === undefined;
  }

  /** Looks once. Nothing is remembered of a look that fails, so that nothing is missed or told twice. */
  async look(now: Date): Promise<Change[]> {
    const { rows, truncated } = await this.#list(this.#filter);
    const seen = new Map(rows.map((row) => [row.id, row]));
    for (const { id } of this.rows) this.#missing.add(id);
    for (const id of seen.keys()) this.#missing.delete(id);
    // What came is dated by the vendor's clock.
    const aheadMs = (await this.#connected.connection.http()).clockAheadMs();
    const vendorNow = new Date(now.getTime() + aheadMs);
    const passing = await this.#listPassing(this.#lastVendorLook ?? vendorNow, seen);
    const gone = await this.#readMissing();
    const changes: Change[] = [];
    if (this.lastLook !== undefined) {
      for (const after of [...passing, ...gone, ...rows].sort((a, b) => compareCodes(a.createdAt, b.createdAt)))
        changes.push(...changesBetween(this.#known.get(after.id), after));
    }
    for (const incident of [...passing, ...gone, ...rows]) this.#known.set(incident.id, incident);
    this.#forget(vendorNow);
    this.rows = rows;
    this.truncated = truncated;
    this.lastLook = now;
    this.#lastVendorLook = vendorNow;
    return changes;
  }

  async #list(
    filter: Omit<IncidentFilter, "sort" | "order" | "limit">,
  ): Promise<{ rows: Incident[]; truncated: string | undefined }> {
    const { provider, connection } = this.#connected;
    const rows: Incident[] = [];
    let truncated: string | undefined;
    const order = { sort: "created", order: "desc", limit: Number.POSITIVE_INFINITY } as const;
    for await (const page of provider.incidents?.list(connection, { ...filter, ...order }) ?? []) {
      rows.push(...page.rows);
      truncated = page.truncated ?? truncated;
      this.freshForMs = page.freshForMs ?? this.freshForMs;
    }
    return { rows, truncated };
  }

  /**
   * What was there and does not match any more: resolved most often, but that is for the vendor to say. What it does not say now it is
   * asked for at the next look: many that go at once must not keep those that come from being told.
   */
  async #readMissing(): Promise<Incident[]> {
    const { provider, connection } = this.#connected;
    this.trouble = undefined;
    if (this.#missing.size === 0) return [];
    try {
      const found = (await provider.incidents?.refresh(connection, [...this.#missing])) ?? new Map();
      // Of one that was deleted nobody can say what became of it.
      for (const id of found.keys()) this.#missing.delete(id);
      return [...found.values()].filter((incident) => incident !== null);
    } catch (error) {
      if (!isPassing(error)) throw error;
      const count = this.#missing.size === 1 ? "1 incident" : `${this.#missing.size} incidents`;
      this.trouble = `what became of ${count} is not known yet: ${error.message}`;
      return [];
    }
  }

  /**
   * What came since the last look and has gone on already, so that the filter does not show it. The first look takes note of what
   * was resolved just before it, which is no change.
   */
  async #listPassing(last: Date, seen: ReadonlyMap<string, Incident>): Promise<Incident[]> {
    const { statuses } = this.#filter;
    if (statuses.length === 0 || statuses.length === incidentStatuses.length) return [];
    const since = new Date(Math.max(last.getTime() - overlapMs, this.#filter.since?.getTime() ?? 0));
    const { rows } = await this.#list({ ...this.#filter, statuses: [], since });
    return rows.filter(({ id }) => !seen.has(id) && !this.#known.has(id));
  }

  /** Resolved ones that can no longer be taken for new. */
  #forget(now: Date): void {
    const limit = new Date(now.getTime() - 3_600_000).toISOString();
    for (const [id, { status, resolvedAt }] of this.#known)
      if (status === "resolved" && (resolvedAt ?? limit) < limit) this.#known.delete(id);
  }
}

function seconds(ms: number): string {
  const count = Math.round(ms / 1000);
  return count < 120 ? `${count} s` : `${Math.round(count / 60)} minutes`;
}
