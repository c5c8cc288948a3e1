import type { Context, GlobalOptions, Vendor } from "../context.ts";
import { browse, findPage } from "../incidents/open-page.ts";
import { nameIds } from "../incidents/outcome.ts";
import { incidentDetailShape } from "../incidents/shape.ts";
import { showOne } from "../incidents/show.ts";
import type { Incident } from "../model/incident.ts";
import { loadColor, useColor } from "../output/color.ts";
import type { Printer } from "../output/printer.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import type { Color } from "../output/streams.ts";
import { printedTime } from "../output/time.ts";
import { Actions, messageOf, type Verb } from "./actions.ts";
import { createCanvas } from "./canvas.ts";
import { createKeyReader, isMove, type Key } from "./keyboard.ts";
import { Messages } from "./messages.ts";
import { keysText, TextPage } from "./page.ts";
import { Painter } from "./painter.ts";
import { leaveBehind, type Screen, type Snapshot } from "./screen.ts";
import { MarkedList } from "./selection.ts";
import { drawView, type View } from "./view.ts";

export interface DashboardOptions {
  ctx: Context;
  connected: Vendor<"incidents">;
  printer: Printer;
  options: GlobalOptions;
  /** Called when an action begins and when none runs any more. */
  onActing(acting: boolean): void;
}

const verbs: Record<string, Verb> = { a: "acknowledge", u: "unacknowledge", r: "resolve" };

/** A screen with keys. Actions run in the background: the table and the next key never wait for one. */
export async function openDashboard(dashboardOptions: DashboardOptions, intervalMs: number): Promise<Screen> {
  const { ctx, options } = dashboardOptions;
  const colored = useColor({ color: options.color, env: ctx.env, isTTY: true });
  const dashboard = new Dashboard(dashboardOptions, intervalMs, colored ? await loadColor() : undefined);
  await dashboard.open();
  return dashboard;
}

class Dashboard implements Screen {
  readonly #options: DashboardOptions;
  readonly #color: Color | undefined;
  readonly #painter: Painter;
  readonly #actions: Actions;
  readonly #list = new MarkedList();
  readonly #messages = new Messages();
  readonly #intervalMs: number;
  #snapshot: Snapshot = { rows: [], lastLook: undefined, truncated: undefined };
  /** The status of the watch, such as a lost connection; empty for none. */
  #status = "";
  #page: TextPage | undefined;
  #question: { verb: Verb; ids: string[]; title: string } | undefined;
  /** The user wants to leave as soon as all actions have ended. */
  #leaving = false;
  #closed = false;
  /** Ends the wait before the next read. */
  #wake: () => void = () => {};
  /** When an action changed incidents that have not been read since. */
  #changedAt: Date | undefined;
  #releases: (() => void)[] = [];
  readonly left: Promise<void>;
  #leave: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(dashboardOptions: DashboardOptions, intervalMs: number, color: Color | undefined) {
    const { ctx, connected, options } = dashboardOptions;
    this.#options = dashboardOptions;
    this.#intervalMs = intervalMs;
    this.#color = color;
    this.#painter = new Painter(createCanvas(ctx.streams.out, { keys: true }), () => this.#lines());
    this.left = new Promise((resolve, reject) => {
      this.#leave = resolve;
      this.#fail = reject;
    });
    this.#actions = new Actions({
      connected,
      dryRun: options.dryRun === true,
      report: (text) => this.#report(text, true),
      onChange: (changed) => this.#onActionChange(changed),
    });
  }

  async open(): Promise<void> {
    const { streams } = this.#options.ctx;
    const keys = createKeyReader((key) => {
      this.#press(key);
      this.#redraw();
    });
    this.#releases.push(
      () => keys.close(),
      streams.out.onResize(() => this.#redraw()),
      await streams.in.takeKeys({
        onBytes: (bytes) => keys.read(bytes),
        onStop: () => {
          void this.#painter.pause();
        },
        onContinue: () => {
          this.#painter.resume();
          this.#redraw();
        },
      }),
    );
    await this.#painter.paint();
  }

  async draw(snapshot: Snapshot): Promise<void> {
    const { rows, lastLook, truncated } = snapshot;
    this.#snapshot = { rows, lastLook, truncated };
    this.#list.update(rows, this.#now());
    await this.#painter.paint();
  }

  async showStatus(text: string): Promise<void> {
    this.#status = text;
  }

  onWait(_: () => Promise<void>, wake: () => void): void {
    this.#wake = wake;
    const { lastLook = new Date(0) } = this.#snapshot;
    // A read that began before an action ended may not show its result.
    if (this.#changedAt !== undefined && lastLook < this.#changedAt) wake();
    this.#changedAt = undefined;
  }

  async close(rows: Incident[]): Promise<void> {
    const { ctx, printer } = this.#options;
    // After an interrupt, waits for the results of actions. After leaving by a key, does not.
    if (ctx.signal.aborted) await this.#actions.finished();
    this.#closed = true;
    this.#wake();
    for (const release of this.#releases.splice(0).reverse()) release();
    await this.#painter.pause();
    const { doing } = this.#actions;
    const messages = [...(doing === undefined ? [] : [`left before a response came: ${doing}; it may be done`])];
    messages.push(...this.#messages.outcomes(this.#now()), ...(this.#status === "" ? [] : [this.#status]));
    await leaveBehind(ctx.streams.out, printer, rows, messages.map(sanitizeCell));
  }

  #press(key: Key): void {
    this.#messages.dropRead(this.#now());
    const verb = verbs[key];
    if (this.#question !== undefined) this.#answer(this.#question, key);
    else if (verb !== undefined) this.#begin(verb);
    else if (key === "o") this.#runInBackground(this.#browse());
    else if (isMove(key)) (this.#page ?? this.#list).move(key);
    else if (this.#page === undefined) this.#pressOnTable(key);
    else if (["enter", "escape", "q", "?"].includes(key)) this.#page = undefined;
  }

  #pressOnTable(key: Key): void {
    const { marked } = this.#list;
    if (key === " ") this.#list.toggle();
    else if (key === "escape") this.#list.clear();
    else if (key === "?") this.#page = new TextPage("keys", keysText);
    else if (key === "enter" && marked !== undefined) this.#runInBackground(this.#show(marked.id));
    else if (key === "q") this.#quit();
  }

  /** Starts an action, asks for confirmation, or reports why it cannot start. */
  #begin(verb: Verb): void {
    const targets = this.#targets();
    const ids = targets.map(({ id }) => id);
    const [first] = targets;
    const refusal = this.#actions.refusal(verb);
    const onMark = this.#page === undefined && this.#list.selected === 0;
    const { yes, dryRun } = this.#options.options;
    if (refusal !== undefined) this.#report(refusal);
    else if (first === undefined) this.#report(`no incident to ${verb}`);
    else if (onMark && this.#list.hasSlipped(this.#now()))
      this.#report(`selection just moved to ${first.id}; press again to confirm`);
    // Only resolving asks: an acknowledgment can be taken back.
    else if (verb !== "resolve" || yes === true || dryRun === true) this.#runInBackground(this.#perform(verb, ids));
    else this.#question = { verb, ids, title: targets.length === 1 ? first.title : "" };
  }

  /** The incidents of an action: the one on the page, else those selected, else the marked one. */
  #targets(): { id: string; title: string }[] {
    if (this.#page === undefined) return this.#list.targets();
    const { id } = this.#page;
    const shown = this.#snapshot.rows.find((row) => row.id === id);
    return id === undefined ? [] : [{ id, title: shown?.title ?? "" }];
  }

  #answer({ verb, ids }: { verb: Verb; ids: string[] }, key: Key): void {
    this.#question = undefined;
    if (key === "y" || key === "Y") this.#runInBackground(this.#perform(verb, ids));
    else this.#report("nothing was changed");
  }

  async #perform(verb: Verb, ids: string[]): Promise<void> {
    if (this.#page === undefined) this.#list.clear();
    await this.#actions.perform(verb, ids);
    if (this.#page?.id !== undefined && ids.includes(this.#page.id)) await this.#show(this.#page.id);
  }

  #onActionChange(changed: boolean): void {
    this.#options.onActing(this.#actions.doing !== undefined);
    if (changed) {
      this.#changedAt = this.#now();
      this.#wake();
    }
    this.#redraw();
  }

  async #show(id: string): Promise<void> {
    const { connected, printer, options } = this.#options;
    const page = this.#page?.id === id ? this.#page : new TextPage(id, `reading ${id} …`, id);
    this.#page = page;
    this.#redraw();
    try {
      page.text = printer.describe(await showOne(connected, id), incidentDetailShape).trimEnd();
      page.heading = `${id}, as of ${printedTime(this.#now().toISOString(), options.tz)}`;
    } catch (error) {
      this.#report(messageOf(error));
      if (this.#page === page) this.#page = undefined;
    }
  }

  async #browse(): Promise<void> {
    const { ctx, connected, options } = this.#options;
    const { id } = this.#page ?? this.#list.marked ?? {};
    if (id === undefined) return;
    try {
      const { address } = await findPage(connected, id);
      if (options.dryRun === true) this.#report(`would open ${address}`);
      else this.#report((await browse(ctx, address)) ? `opened ${address}` : `no browser could be started; ${address}`);
    } catch (error) {
      this.#report(messageOf(error));
    }
  }

  #quit(): void {
    if (this.#leaving) this.#leave();
    this.#leaving = true;
    // The results of running actions are reported before the screen closes.
    this.#runInBackground(this.#actions.finished().then(() => this.#leave()));
  }

  /** Runs work in the background. A bug in it ends the program, as any other does. */
  #runInBackground(work: Promise<void>): void {
    work.then(
      () => this.#redraw(),
      (error: unknown) => {
        // Requests that were running when the user left fail with the connection.
        if (!this.#closed) this.#fail(error);
      },
    );
  }

  #report(text: string, isOutcome = false): void {
    this.#messages.add(text, this.#now(), isOutcome);
    this.#redraw();
  }

  #now(): Date {
    return this.#options.ctx.now();
  }

  #redraw(): void {
    this.#painter.paint().catch((error: unknown) => this.#fail(error));
  }

  #lines(): Promise<string[]> {
    const { printer, options } = this.#options;
    return drawView(this.#view(), { printer, tz: options.tz, color: this.#color });
  }

  #view(): View {
    const { columns, rows } = this.#options.ctx.streams.out;
    const question = this.#question;
    const { doing } = this.#actions;
    return {
      columns,
      rows,
      snapshot: this.#snapshot,
      intervalMs: this.#intervalMs,
      list: this.#list,
      page: this.#page,
      messages: [
        ...(doing === undefined ? [] : [`${doing} …${this.#leaving ? " q again leaves without waiting" : ""}`]),
        ...this.#messages.list(this.#now()),
      ],
      status: this.#status,
      question:
        question === undefined || question.title === ""
          ? question && { before: `${question.verb} `, title: "", after: `${nameIds(question.ids)}? y/N` }
          : { before: `${question.verb} "`, title: question.title, after: `" (${question.ids[0]})? y/N` },
    };
  }
}
