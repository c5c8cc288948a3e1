import { sleep } from "../concurrency/sleep.ts";
import { type Context, type GlobalOptions, requireCapability } from "../context.ts";
import { type CliError, ExitCode, Interrupted } from "../errors.ts";
import { type Change, changeShape } from "../incidents/changes.ts";
import type { DesktopNotifier } from "../incidents/desktop.ts";
import type { createExecQueue, ExecQueue } from "../incidents/exec.ts";
import { type FilterWords, toFilter } from "../incidents/filter.ts";
import { isPassing, Watcher } from "../incidents/watcher.ts";
import type { Urgency } from "../model/incident.ts";
import { loadColor, useColor } from "../output/color.ts";
import type { Printer } from "../output/printer.ts";
import type { Color } from "../output/streams.ts";
import type { Snapshot } from "./head.ts";
import type { Screen } from "./screen.ts";

export interface WatchOptions extends GlobalOptions {
  /** Milliseconds. */
  interval: number;
  exec?: string;
  bell?: boolean;
  /** The desktop is notified of what opens with this urgency or a louder one. */
  notify?: Urgency;
  untilEmpty?: boolean;
}

/** How often the age of the table is drawn, and a look without a response is noticed. */
const tickMs = 1000;

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
    const color = await colorOf(ctx, options);
    screen = await openDashboard({ ctx, connected, printer, options, intervalMs: options.interval, color, onActing });
  } else if (inPlace) {
    const { createScreen } = await import("./screen.ts");
    const { out } = ctx.streams;
    const color = await colorOf(ctx, options);
    screen = createScreen({ out, printer, tz: options.tz, intervalMs: options.interval, color, now: ctx.now });
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

async function colorOf({ env }: Context, { color }: WatchOptions): Promise<Color | undefined> {
  return useColor({ color, env, isTTY: true }) ? await loadColor() : undefined;
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
async function watch(ctx: Context, loop: LoopOptions): Promise<void> {
  const state: LoopState = { lost: undefined, looking: undefined };
  const ticking = setInterval(() => void tick(ctx, loop, state), tickMs);
  try {
    await lookOnAndOn(ctx, loop, state);
  } finally {
    clearInterval(ticking);
  }
}

/** What a pipe is not shown by a screen: a look without a response by the time of the next one has failed. */
async function tick(ctx: Context, { screen, options, showStatus }: LoopOptions, state: LoopState): Promise<void> {
  if (screen !== undefined) return screen.tick();
  const { looking, lost } = state;
  if (looking === undefined || lost !== undefined) return;
  const waitedMs = ctx.now().getTime() - looking.getTime();
  if (waitedMs < options.interval) return;
  state.lost = { since: looking, reason: "no response" };
  await showStatus(`no response for ${seconds(waitedMs)}; what has changed since is not known`);
}

interface LoopState {
  /** Since when nothing is known, and why. */
  lost: Snapshot["failure"];
  /** When the look began that has no response yet. */
  looking: Date | undefined;
}

async function lookOnAndOn(
  ctx: Context,
  { watcher, options, printer, screen, showStatus, isOver }: LoopOptions,
  state: LoopState,
): Promise<void> {
  let slept: string | undefined;
  let waitMs = options.interval;
  let before = "";
  // Below a table they are part of the next status.
  let troubles: string[] = [];
  const asLines = screen === undefined;
  const onTrouble = (trouble: string): Promise<void> | void =>
    asLines ? printer.warn(trouble) : void troubles.push(trouble);
  const queue = await openQueue(ctx, options, { output: asLines, onTrouble });
  const desktop = await openDesktop(ctx, options);
  const snapshot = (more: Pick<Snapshot, "failure" | "looking">): Snapshot => {
    const { rows, lastLook, truncated } = watcher;
    return { rows, lastLook, truncated, ...more };
  };
  while (!ctx.signal.aborted && !isOver()) {
    const began = ctx.now();
    try {
      const first = watcher.lastLook === undefined;
      await screen?.draw(snapshot({ failure: state.lost, looking: began }));
      state.looking = began;
      const changes = await watcher.look(began).finally(() => {
        state.looking = undefined;
      });
      waitMs = Math.max(options.interval, watcher.freshForMs);
      const { lost } = state;
      state.lost = undefined;
      const found = lost && `answers again, after ${seconds(ctx.now().getTime() - lost.since.getTime())}`;
      if (first && screen === undefined) await printer.notice(`watching; ${watcher.rows.length} match now`);
      const incomplete = watcher.truncated && `this list is not complete: ${watcher.truncated}`;
      const status = [found, slept, incomplete, watcher.trouble, ...troubles]
        .filter((text) => text !== undefined)
        .join("; ");
      // The screen shows each status; a pipe gets it once.
      if (screen !== undefined || (status !== "" && status !== before)) await showStatus(status);
      before = status;
      slept = undefined;
      troubles = [];
      await report(ctx, printer, asLines, changes, options);
      void desktop?.notify(changes).then((trouble) => trouble !== undefined && onTrouble(trouble));
      queue?.add(changes);
      await screen?.draw(snapshot({}));
      if (options.untilEmpty === true && watcher.isEmpty) return await queue?.done();
    } catch (error) {
      if (ctx.signal.aborted || isOver()) return;
      if (!isPassing(error)) throw error;
      waitMs = Math.max(options.interval, error.retryAfterMs ?? 0);
      const again = `looking again every ${seconds(waitMs)}`;
      if (screen !== undefined) await showStatus(again);
      else if (state.lost === undefined) await showStatus(`${error.message}; ${again}`);
      state.lost = { since: state.lost?.since ?? began, reason: withoutRoute(error) };
      await screen?.draw(snapshot({ failure: state.lost }));
    }
    const until = ctx.now().getTime() + waitMs;
    const woken = new AbortController();
    if (!ctx.signal.aborted) screen?.onWait(() => woken.abort());
    await sleep(waitMs, ctx.signal, woken.signal);
    const lateMs = ctx.now().getTime() - until;
    if (lateMs > sleptMs) slept = `missed ${seconds(lateMs + waitMs)} of updates: this machine was asleep`;
    if (ctx.streams.out.closed) return;
  }
}

/** The message of a failure without the request: there is but one. */
function withoutRoute({ message }: CliError): string {
  return message.replace(/^[A-Z]+ \/\S*: /, "");
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

async function openDesktop({ env, streams }: Context, { notify }: WatchOptions): Promise<DesktopNotifier | undefined> {
  if (notify === undefined) return undefined;
  const { createDesktopNotifier } = await import("../incidents/desktop.ts");
  return createDesktopNotifier(notify, { env, terminal: streams.err, platform: process.platform });
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
