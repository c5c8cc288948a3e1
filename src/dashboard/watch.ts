import { sleep } from "../concurrency/sleep.ts";
import { type Context, type GlobalOptions, requireCapability } from "../context.ts";
import { ExitCode, Interrupted } from "../errors.ts";
import { type Change, changeShape } from "../incidents/changes.ts";
import type { createExecQueue, ExecQueue } from "../incidents/exec.ts";
import { type FilterWords, toFilter } from "../incidents/filter.ts";
import { isPassing, Watcher } from "../incidents/watcher.ts";
import type { Printer } from "../output/printer.ts";
import type { Screen } from "./screen.ts";

export interface WatchOptions extends GlobalOptions {
  /** Milliseconds. */
  interval: number;
  exec?: string;
  bell?: boolean;
  untilEmpty?: boolean;
}

/** A machine that slept looks so much later than it wanted to. */
const sleptMs = 15_000;

/** Watches what a filter matches: a table at a terminal, lines of JSON in a pipe. */
export async function watchIncidents(ctx: Context, options: WatchOptions, filter: FilterWords): Promise<void> {
  const printer = ctx.printer(options);
  const inPlace = printer.format === "table" && printer.isTTY;
  // In a pipe there are changes only, and they are JSON whatever else was asked for.
  const lines = inPlace ? printer : ctx.printer({ ...options, output: "ndjson", json: false });
  const takesKeys = inPlace && ctx.streams.in.isTTY && options.input !== false && !ctx.env.CI;
  // A look that waits for long misses the next one; what a key asks for may wait as long as its command would.
  const lookWait = Math.min(options.maxWait, options.interval);
  let acting = false;
  const anyVendor = await ctx.connect({
    ...options,
    maxWait: lookWait,
    ...(takesKeys && { maxWaitLeft: () => (acting ? options.maxWait : lookWait) }),
    // What is told beside the table would stand in it.
    ...(inPlace && { quiet: true }),
  });
  const connected = requireCapability(anyVendor, "incidents");
  const watcher = new Watcher(connected, await toFilter(connected, filter));
  let screen: Screen | undefined;
  if (takesKeys) {
    // A key command may want the terminal for itself.
    await connected.connection.http();
    const { openDashboard } = await import("./index.ts");
    const onActing = (is: boolean): void => {
      acting = is;
    };
    screen = await openDashboard({ ctx, connected, printer, options, onActing }, options.interval);
  } else if (inPlace) {
    const { createScreen } = await import("./screen.ts");
    screen = createScreen(ctx.streams.out, printer, options.tz);
  }
  const say = async (text: string): Promise<void> => (screen === undefined ? lines.warn(text) : screen.say(text));
  let hasLeft = false;
  let isOver = false;
  try {
    const looking = look(ctx, { watcher, options, printer: lines, screen, say, isOver: () => isOver });
    const leaving = screen?.left.then(() => {
      hasLeft = true;
    });
    await Promise.race([looking, leaving ?? looking]);
  } finally {
    isOver = true;
    await screen?.close(watcher.rows);
  }
  if (ctx.signal.aborted) throw new Interrupted(ctx.signal);
  // Nobody may take it for "nothing matches any more".
  if (hasLeft && options.untilEmpty === true) ctx.exitCode = ExitCode.no;
}

interface Look {
  watcher: Watcher;
  options: WatchOptions;
  printer: Printer;
  screen: Screen | undefined;
  say(text: string): Promise<void>;
  /** Whether nobody looks at it any more. */
  isOver(): boolean;
}

/** Looks again and again, until interrupted or left, or nothing is left to see. */
async function look(ctx: Context, { watcher, options, printer, screen, say, isOver }: Look): Promise<void> {
  let lostSince: Date | undefined;
  let slept: string | undefined;
  let waitMs = options.interval;
  let before = "";
  // Of a table they are said with the next look.
  let troubles: string[] = [];
  const asLines = screen === undefined;
  const queue = await openQueue(ctx, options, {
    output: asLines,
    onTrouble: (trouble) => (asLines ? printer.warn(trouble) : void troubles.push(trouble)),
  });
  while (!ctx.signal.aborted && !isOver()) {
    const began = ctx.now();
    try {
      const first = watcher.lastLook === undefined;
      const changes = await watcher.look(began);
      waitMs = Math.max(options.interval, watcher.freshForMs);
      const lost = lostSince && `answers again, after ${seconds(ctx.now().getTime() - lostSince.getTime())}`;
      lostSince = undefined;
      if (first && screen === undefined) await printer.notice(`watching; ${watcher.rows.length} match now`);
      const incomplete = watcher.truncated && `this list is not complete: ${watcher.truncated}`;
      const said = [lost, slept, incomplete, watcher.trouble, ...troubles]
        .filter((text) => text !== undefined)
        .join("; ");
      // Below a table it stands as long as it holds; in a pipe once is enough.
      if (screen !== undefined || (said !== "" && said !== before)) await say(said);
      before = said;
      slept = undefined;
      troubles = [];
      await tell(ctx, printer, asLines, changes, options);
      queue?.add(changes);
      await screen?.draw(watcher, options.interval);
      if (options.untilEmpty === true && watcher.isEmpty) return await queue?.done();
    } catch (error) {
      if (ctx.signal.aborted || isOver()) return;
      if (!isPassing(error)) throw error;
      waitMs = Math.max(options.interval, error.retryAfterMs ?? 0);
      if (lostSince === undefined) await say(`${error.message}; looking again every ${seconds(waitMs)}`);
      lostSince ??= began;
      await screen?.draw(watcher, options.interval);
    }
    const until = ctx.now().getTime() + waitMs;
    const woken = new AbortController();
    const redraw = async (): Promise<void> => screen?.draw(watcher, options.interval);
    if (!ctx.signal.aborted) screen?.onWait(redraw, () => woken.abort());
    await sleep(waitMs, ctx.signal, woken.signal);
    const lateMs = ctx.now().getTime() - until;
    if (lateMs > sleptMs) slept = `missed ${seconds(lateMs + waitMs)} of updates: this machine was asleep`;
    if (ctx.streams.out.closed) return;
  }
}

async function openQueue(
  ctx: Context,
  { exec }: WatchOptions,
  how: Parameters<typeof createExecQueue>[2],
): Promise<ExecQueue | undefined> {
  if (exec === undefined) return undefined;
  const { createExecQueue } = await import("../incidents/exec.ts");
  return createExecQueue(ctx, exec, how);
}

/** Tells of changes, by lines and by the bell. */
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
}

function seconds(ms: number): string {
  const count = Math.round(ms / 1000);
  return count < 120 ? `${count} s` : `${Math.round(count / 60)} minutes`;
}
