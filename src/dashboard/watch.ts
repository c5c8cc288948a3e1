import { type ConnectOptions, type Context, type GlobalOptions, requireCapability, type Vendor } from "../context.ts";
import { CliError, ExitCode, Interrupted, isInterrupt } from "../errors.ts";
import { type Change, changeShape } from "../incidents/changes.ts";
import type { DesktopNotifier } from "../incidents/desktop.ts";
import type { ExecQueue } from "../incidents/exec.ts";
import type { FilterWords } from "../incidents/filter.ts";
import type { Urgency } from "../model/incident.ts";
import { loadColor, useColor } from "../output/color.ts";
import type { Printer } from "../output/printer.ts";
import type { Color } from "../output/streams.ts";
import { Looks } from "./looks.ts";
import type { Screen } from "./screen.ts";

export interface WatchOptions extends GlobalOptions {
  /** Milliseconds. */
  interval: number;
  exec?: string;
  bell?: boolean;
  /** The desktop is notified of what opens with this urgency or a higher one. */
  notify?: Urgency;
  untilEmpty?: boolean;
}

/** How often the age of the table is drawn, and a look without a response is noticed. */
const tickMs = 1000;

/**
 * Watches what a filter matches: a table at a terminal, lines of JSON in a pipe.
 *
 * @param names the profiles that are watched; undefined for the one that is used now
 * @throws {CliError} the failure of the first profile that will not pass, when none is left that is watched
 */
export async function watchIncidents(
  ctx: Context,
  names: readonly string[] | undefined,
  options: WatchOptions,
  filter: FilterWords,
): Promise<void> {
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
  const vendors = await connectAll(ctx, names, {
    ...options,
    maxWait: maxLookWaitMs,
    ...(takesKeys && { maxWaitLeft: () => (acting ? options.maxWait : maxLookWaitMs) }),
    // Notices on stderr would appear inside the table.
    ...(inPlace && { quiet: true }),
  });
  // Reads the keys first: a key command may need the terminal.
  const refused = takesKeys ? await readKeys(vendors) : new Map<string, CliError>();
  const onActing = (is: boolean): void => {
    acting = is;
  };
  const screen = inPlace ? await openScreen({ ctx, vendors, printer, options, takesKeys, onActing }) : undefined;
  const watch = new Watch(ctx, { vendors, options, filter, printer, lines, screen });
  let hasLeft = false;
  try {
    const leaving = screen?.left.then(() => {
      hasLeft = true;
    });
    const watching = watch.run(refused);
    await Promise.race([watching, leaving ?? watching]);
  } finally {
    watch.isOver = true;
    await screen?.close();
  }
  // Ctrl-C is how a watch ends, and no error. With --until-empty exit 0 would mean that nothing matches any more.
  const { aborted, reason } = ctx.signal;
  if (aborted && wasActing) throw new Interrupted(ctx.signal);
  if (watch.hasGivenUp) ctx.exitCode = ExitCode.partial;
  if (aborted && (reason === "SIGTERM" || options.untilEmpty === true))
    ctx.exitCode = new Interrupted(ctx.signal).exitCode;
  if (hasLeft && options.untilEmpty === true) ctx.exitCode = ExitCode.no;
}

async function connectAll(
  ctx: Context,
  names: readonly (string | undefined)[] = [undefined],
  options: ConnectOptions,
): Promise<Vendor<"incidents">[]> {
  const connecting = names.map((profile) => ctx.connect({ ...options, ...(profile !== undefined && { profile }) }));
  const connected = await Promise.all(connecting);
  return connected.map((one) => requireCapability(one, "incidents"));
}

/** Reads the key of each. Returns why it could not, where others are watched all the same. */
async function readKeys(vendors: readonly Vendor<"incidents">[]): Promise<Map<string, CliError>> {
  const refused = new Map<string, CliError>();
  for (const { connection } of vendors) {
    try {
      await connection.http();
    } catch (error) {
      if (vendors.length === 1 || !(error instanceof CliError) || isInterrupt(error)) throw error;
      refused.set(connection.profile.name, error);
    }
  }
  return refused;
}

interface ScreenOptions {
  ctx: Context;
  vendors: readonly Vendor<"incidents">[];
  printer: Printer;
  options: WatchOptions;
  takesKeys: boolean;
  onActing(acting: boolean): void;
}

async function openScreen(setting: ScreenOptions): Promise<Screen> {
  const { ctx, vendors, printer, options, takesKeys, onActing } = setting;
  const { interval: intervalMs } = options;
  const color = await colorOf(ctx, options);
  if (!takesKeys) {
    const { createScreen } = await import("./screen.ts");
    return createScreen({ out: ctx.streams.out, printer, tz: options.tz, intervalMs, color, now: ctx.now });
  }
  const { openDashboard } = await import("./index.ts");
  const profiles = vendors.map(({ connection }) => connection.profile.name);
  const vendorOf = (profile: string): Vendor<"incidents"> => {
    const found = vendors[profiles.indexOf(profile)];
    if (found === undefined) throw new Error(`profile ${profile} is not watched`);
    return found;
  };
  return openDashboard({ ctx, profiles, vendorOf, printer, options, intervalMs, color, onActing });
}

async function colorOf({ env }: Context, { color }: WatchOptions): Promise<Color | undefined> {
  return useColor({ color, env, isTTY: true }) ? await loadColor() : undefined;
}

interface WatchTools {
  vendors: readonly Vendor<"incidents">[];
  options: WatchOptions;
  filter: FilterWords;
  /** For messages. */
  printer: Printer;
  /** For changes. */
  lines: Printer;
  screen: Screen | undefined;
}

/** Looks at all profiles side by side, and reports what has changed. */
class Watch {
  readonly #ctx: Context;
  readonly #tools: WatchTools;
  readonly #looks: Looks[];
  #queue: ExecQueue | undefined;
  #desktop: DesktopNotifier | undefined;
  /** The screen has closed, or nothing matches any more. */
  isOver = false;
  #end: () => void = () => {};

  constructor(ctx: Context, tools: WatchTools) {
    this.#ctx = ctx;
    this.#tools = tools;
    this.#looks = tools.vendors.map((vendor) => this.#looksAt(vendor));
  }

  /** Whether a profile is not watched any more. */
  get hasGivenUp(): boolean {
    return this.#looks.some(({ failure }) => failure !== undefined);
  }

  /** Ends when interrupted or over, or with `untilEmpty` when none matches. */
  async run(refused: ReadonlyMap<string, CliError>): Promise<void> {
    const { screen } = this.#tools;
    const ticking = setInterval(() => {
      if (screen !== undefined) void screen.tick();
      else for (const one of this.#looks) void one.tick();
    }, tickMs);
    try {
      await this.#prepare();
      const emptied = new Promise<void>((resolve) => {
        this.#end = resolve;
      });
      const looking = Promise.all(this.#looks.map((one) => this.#keepLooking(one, refused.get(one.profile))));
      await Promise.race([looking, emptied]);
      if (this.isOver) await this.#queue?.done();
    } finally {
      clearInterval(ticking);
    }
  }

  #looksAt(vendor: Vendor<"incidents">): Looks {
    const { options, filter, printer, screen, vendors } = this.#tools;
    const { name } = vendor.connection.profile;
    const named = (text: string): string => (vendors.length > 1 ? `${name}: ${text}` : text);
    return new Looks(vendor, {
      ctx: this.#ctx,
      intervalMs: options.interval,
      filter,
      screen: screen && {
        redraw: () => screen.draw(this.#looks.map(({ snapshot }) => snapshot)),
        onWait: (wake) => screen.onWait(name, wake),
      },
      warn: (text) => printer.warn(named(text)),
      notice: (text) => printer.notice(named(text)),
      onChanges: (changes) => this.#onChanges(changes, name),
      onLooked: () => this.#endIfEmpty(),
      isOver: () => this.isOver,
    });
  }

  async #prepare(): Promise<void> {
    const { exec, notify } = this.#tools.options;
    const ctx = this.#ctx;
    if (exec !== undefined) {
      const { createExecQueue } = await import("../incidents/exec.ts");
      const output = this.#tools.screen === undefined;
      const onTrouble = (trouble: string, profile: string) => this.#addTrouble(trouble, profile);
      this.#queue = createExecQueue(ctx, exec, { output, onTrouble });
    }
    if (notify !== undefined) {
      const { createDesktopNotifier } = await import("../incidents/desktop.ts");
      const { env, streams } = ctx;
      this.#desktop = createDesktopNotifier(notify, { env, terminal: streams.err, platform: process.platform });
    }
  }

  /** A failure that will not pass ends the watch only when no other profile is left. */
  async #keepLooking(looks: Looks, refused: CliError | undefined): Promise<void> {
    try {
      if (refused !== undefined) throw refused;
      await looks.run();
    } catch (error) {
      if (this.#looks.length === 1 || !(error instanceof CliError) || isInterrupt(error)) throw error;
      await looks.giveUp(error);
      this.#throwIfNoneIsLeft();
      this.#endIfEmpty();
    }
  }

  #throwIfNoneIsLeft(): void {
    if (!this.#looks.every(({ failure }) => failure !== undefined)) return;
    const [{ profile = "", failure } = {}] = this.#looks;
    throw failure?.reworded(`${profile}: ${failure.message}`);
  }

  async #onChanges(changes: Change[], profile: string): Promise<void> {
    const { options, lines, screen } = this.#tools;
    const { err } = this.#ctx.streams;
    if (screen === undefined && changes.length > 0) await lines.list([changes], changeShape);
    if (options.bell === true && changes.some(({ change }) => change === "opened") && err.isTTY)
      await err.write("\u0007");
    void this.#desktop?.notify(changes).then((trouble) => trouble !== undefined && this.#addTrouble(trouble, profile));
    this.#queue?.add(changes);
  }

  /** A profile that is not watched any more cannot become empty: the end is that of the others, and exit 7. */
  #endIfEmpty(): void {
    if (this.#tools.options.untilEmpty !== true) return;
    if (!this.#looks.every(({ isEmpty, failure }) => isEmpty || failure !== undefined)) return;
    this.isOver = true;
    this.#end();
  }

  #addTrouble(trouble: string, profile: string): Promise<void> | void {
    return this.#looks.find((one) => one.profile === profile)?.addTrouble(trouble);
  }
}
