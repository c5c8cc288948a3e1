import { sleep } from "../concurrency/sleep.ts";
import type { Context, Vendor } from "../context.ts";
import type { CliError } from "../errors.ts";
import type { Change } from "../incidents/changes.ts";
import { type FilterWords, toFilter } from "../incidents/filter.ts";
import { isPassing, Watcher } from "../incidents/watcher.ts";
import type { Snapshot } from "./head.ts";

/** A wait that ends this much too late means that the machine was asleep. */
const sleptMs = 15_000;

/** How the looks at one profile are reported. */
export interface LooksOptions {
  ctx: Context;
  intervalMs: number;
  filter: FilterWords;
  /** Absent: each status is a line of its own, and is reported once. */
  screen: LookScreen | undefined;
  /** A line about the profile, in place of a screen. */
  warn(text: string): Promise<void>;
  /** The same, which `--quiet` leaves out. */
  notice(text: string): Promise<void>;
  onChanges(changes: Change[]): Promise<void>;
  /** Called after each look that went well. */
  onLooked(): void;
  /** Whether the screen has closed, or nothing matches any more. */
  isOver(): boolean;
}

/** What the looks use of a screen. */
interface LookScreen {
  /** Draws the snapshots of all profiles. */
  redraw(): Promise<void>;
  onWait(wake: () => void): void;
}

/** Looks at one profile on and on. */
export class Looks {
  readonly profile: string;
  readonly #vendor: Vendor<"incidents">;
  readonly #options: LooksOptions;
  #watcher: Watcher | undefined;
  /** Since when nothing is known, and why. */
  #lost: Snapshot["failure"];
  /** When the look began that has no response yet. */
  #looking: Date | undefined;
  #status = "";
  /** Below a table they are part of the next status. */
  #troubles: string[] = [];
  #slept: string | undefined;
  #waitMs: number;
  /** The failure after which it is not asked again. */
  failure: CliError | undefined;

  constructor(vendor: Vendor<"incidents">, options: LooksOptions) {
    this.profile = vendor.connection.profile.name;
    this.#vendor = vendor;
    this.#options = options;
    this.#waitMs = options.intervalMs;
  }

  get snapshot(): Snapshot {
    const { rows = [], lastLook, truncated } = this.#watcher ?? {};
    const { profile } = this;
    return { profile, rows, lastLook, truncated, failure: this.#lost, looking: this.#looking, status: this.#status };
  }

  /** Whether nothing matches any more, all changes are reported, and the last look went well. */
  get isEmpty(): boolean {
    return this.#watcher?.lastLook !== undefined && this.#watcher.isEmpty && this.#lost === undefined;
  }

  /** Ends when interrupted or over. @throws {CliError} a failure that will not pass */
  async run(): Promise<void> {
    const { ctx, isOver } = this.#options;
    while (!ctx.signal.aborted && !isOver()) {
      const began = ctx.now();
      try {
        await this.#look(began);
      } catch (error) {
        if (ctx.signal.aborted || isOver()) return;
        if (!isPassing(error)) throw error;
        await this.#lose(error, began);
      }
      if (isOver()) return;
      await this.#wait();
      if (ctx.streams.out.closed) return;
    }
  }

  /** Stops asking. What it had is not known any more. */
  async giveUp(error: CliError): Promise<void> {
    const { ctx, screen, warn } = this.#options;
    this.failure = error;
    this.#lost = { since: this.#lost?.since ?? ctx.now(), reason: `${withoutRoute(error)}; not asked again` };
    this.#status = "";
    if (screen === undefined) await warn(`${error.message}; it is not asked again`);
    else await screen.redraw();
  }

  /** A problem of what is done with changes. */
  addTrouble(trouble: string): Promise<void> | void {
    return this.#options.screen === undefined ? this.#options.warn(trouble) : void this.#troubles.push(trouble);
  }

  /** What a pipe is not shown by a screen: a look without a response by the time of the next one has failed. */
  async tick(): Promise<void> {
    const { ctx, intervalMs, warn } = this.#options;
    if (this.#looking === undefined || this.#lost !== undefined) return;
    const waitedMs = ctx.now().getTime() - this.#looking.getTime();
    if (waitedMs < intervalMs) return;
    this.#lost = { since: this.#looking, reason: "no response" };
    await warn(`no response for ${seconds(waitedMs)}; what has changed since is not known`);
  }

  async #look(began: Date): Promise<void> {
    const { ctx, intervalMs, filter, screen, notice, onChanges } = this.#options;
    this.#looking = began;
    await screen?.redraw();
    const reading = async (): Promise<Change[]> => {
      this.#watcher ??= new Watcher(this.#vendor, await toFilter(this.#vendor, filter));
      return this.#watcher.look(began);
    };
    const first = this.#watcher?.lastLook === undefined;
    const changes = await reading().finally(() => {
      this.#looking = undefined;
    });
    const lost = this.#lost;
    this.#lost = undefined;
    const { rows = [], freshForMs = 0, truncated, trouble } = this.#watcher ?? {};
    this.#waitMs = Math.max(intervalMs, freshForMs);
    if (first && screen === undefined) await notice(`watching; ${rows.length} match now`);
    const found = lost && `responds again, after ${seconds(ctx.now().getTime() - lost.since.getTime())}`;
    const incomplete = truncated && `this list is not complete: ${truncated}`;
    const parts = [found, this.#slept, incomplete, trouble, ...this.#troubles.splice(0)];
    await this.#setStatus(parts.filter((text) => text !== undefined).join("; "));
    this.#slept = undefined;
    await onChanges(changes);
    await screen?.redraw();
    this.#options.onLooked();
  }

  async #lose(error: CliError, began: Date): Promise<void> {
    const { intervalMs, screen, warn } = this.#options;
    this.#waitMs = Math.max(intervalMs, error.retryAfterMs ?? 0);
    const again = `updating every ${seconds(this.#waitMs)}`;
    if (screen !== undefined) this.#status = again;
    else if (this.#lost === undefined) await warn(`${error.message}; ${again}`);
    this.#lost = { since: this.#lost?.since ?? began, reason: withoutRoute(error) };
    await screen?.redraw();
  }

  /** The screen shows each status; a pipe gets it once. */
  async #setStatus(status: string): Promise<void> {
    const { screen, warn } = this.#options;
    if (screen === undefined && status !== "" && status !== this.#status) await warn(status);
    this.#status = status;
  }

  async #wait(): Promise<void> {
    const { ctx, screen } = this.#options;
    const until = ctx.now().getTime() + this.#waitMs;
    const woken = new AbortController();
    if (!ctx.signal.aborted) screen?.onWait(() => woken.abort());
    await sleep(this.#waitMs, ctx.signal, woken.signal);
    const lateMs = ctx.now().getTime() - until;
    if (lateMs > sleptMs) this.#slept = `missed ${seconds(lateMs + this.#waitMs)} of updates: this machine was asleep`;
  }
}

/** The message of a failure without the request: there is but one. */
function withoutRoute({ message }: CliError): string {
  return message.replace(/^[A-Z]+ \/\S*: /, "");
}

function seconds(ms: number): string {
  const count = Math.round(ms / 1000);
  return count < 120 ? `${count} s` : `${Math.round(count / 60)} minutes`;
}
