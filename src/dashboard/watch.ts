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

/** A wait that ends this much too late means that the machine was asleep. */
const sleptMs = 15_000;

/** Watches what a filter matches: a table at a terminal, lines of JSON in a pipe. */
export async function watchIncidents(ctx: Context, options: WatchOptions, filter: FilterWords): Promise<void> {
  const printer = ctx.printer(options);
  const inPlace = printer.format === "table" && printer.isTTY;
  // A pipe gets changes only, always as JSON lines.
  const lines = inPlace ? printer : ctx.printer({ ...options, output: "ndjson", json: false });
  const takesKeys = inPlace && ctx.streams.in.isTTY && options.input !== false && !ctx.env.CI;
  // A read may wait for one interval only, or it would delay the next. An action may wait as long as its command would.
  const maxLookWaitMs = Math.min(options.maxWait, options.interval);
  let acting = false;
  let wasActing = false;
  ctx.signal.addEventListener(
    "abort",
    () => {
      wasActing = acting;
    },
    { once: true },
  );
  const anyVendor = await ctx.connect({
    ...options,
    maxWait: maxLookWaitMs,
    ...(takesKeys && { maxWaitLeft: () => (acting ? options.maxWait : maxLookWaitMs) }),
    // Notices on stderr would appear inside the table.
    ...(inPlace && { quiet: true }),
  });
  const connected = requireCapability(anyVendor, "incidents");
  const watcher = new Watcher(connected, await toFilter(connected, filter));
  let screen: Screen | undefined;
  if (takesKeys) {
    // Reads the key first: a key command may need the terminal.
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
  const showStatus = async (text: string): Promise<void> =>
    screen === undefined ? lines.warn(text) : screen.showStatus(text);
  let hasLeft = false;
  let isOver = false;
  try {
    const watching = watch(ctx, { watcher, options, printer: lines, screen, showStatus, isOver: () => isOver });
    const leaving = screen?.left.then(() => {
      hasLeft = true;
    });
    await Promise.race([watching, leaving ?? watching]);
  } finally {
    isOver = true;
    await screen?.close(watcher.rows);
  }
  // Ctrl-C is how a watch ends, and no error. With --until-empty exit 0 would mean that nothing matches any more.
  const { aborted, reason } = ctx.signal;
  if (aborted && wasActing) throw new Interrupted(ctx.signal);
  if (aborted && (reason === "SIGTERM" || options.untilEmpty === true))
    ctx.exitCode = new Interrupted(ctx.signal).exitCode;
  if (hasLeft && options.untilEmpty === true) ctx.exitCode = ExitCode.no;
}

interface LoopOptions {
  watcher: Watcher;
  options: WatchOptions;
  printer: Printer;
  screen: Screen | undefined;
  showStatus(text: string): Promise<void>;
  /** Whether the screen has closed. */
  isOver(): boolean;
}

/** Reads incidents until interrupted, until the user leaves, or with `untilEmpty` until none matches. */
async function watch(
  ctx: Context,
  { watcher, options, printer, screen, showStatus, isOver }: LoopOptions,
): Promise<void> {
  let lostSince: Date | undefined;
  let slept: string | undefined;
  let waitMs = options.interval;
  let before = "";
  // Below a table they are part of the next status.
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
      const status = [lost, slept, incomplete, watcher.trouble, ...troubles]
        .filter((text) => text !== undefined)
        .join("; ");
      // The screen shows each status; a pipe gets it once.
      if (screen !== undefined || (status !== "" && status !== before)) await showStatus(status);
      before = status;
      slept = undefined;
      troubles = [];
      await report(ctx, printer, asLines, changes, options);
      queue?.add(changes);
      await screen?.draw(watcher, options.interval);
      if (options.untilEmpty === true && watcher.isEmpty) return await queue?.done();
    } catch (error) {
      if (ctx.signal.aborted || isOver()) return;
      if (!isPassing(error)) throw error;
      waitMs = Math.max(options.interval, error.retryAfterMs ?? 0);
      if (lostSince === undefined) await showStatus(`${error.message}; looking again every ${seconds(waitMs)}`);
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

/** Reports changes: as lines, and with the bell. */
async function report(
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
