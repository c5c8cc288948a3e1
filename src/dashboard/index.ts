import type { Incident } from "../model/incident.ts";
import { Actions, type Target } from "./actions.ts";
import { createCanvas } from "./canvas.ts";
import type { DashboardOptions } from "./dashboard-options.ts";
import { notLiveLines, rowsOf, type Snapshot } from "./head.ts";
import { copyAddress, fillPage, openInBrowser } from "./incident-page.ts";
import { createKeyReader, isMove, type Key, type Move } from "./keyboard.ts";
import { Messages } from "./messages.ts";
import { NewRows } from "./new-rows.ts";
import { keysText, TextPage } from "./page.ts";
import { Painter } from "./painter.ts";
import { leaveBehind, type Screen } from "./screen.ts";
import { MarkedList } from "./selection.ts";
import { type Desk, type Question, startByKey } from "./start.ts";
import { TypedLine } from "./typed-line.ts";
import { drawView, type View } from "./view.ts";

/** A screen with keys. Actions run in the background: the table and the next key never wait for one. */
export async function openDashboard(options: DashboardOptions): Promise<Screen> {
  const dashboard = new Dashboard(options);
  await dashboard.open();
  return dashboard;
}

class Dashboard implements Screen {
  readonly #options: DashboardOptions;
  readonly #painter: Painter;
  readonly #actions: Actions;
  readonly #desk: Desk;
  readonly #list = new MarkedList();
  readonly #news = new NewRows();
  readonly #messages = new Messages();
  #snapshots: readonly Snapshot[] = [];
  #page: TextPage | undefined;
  #question: Question | undefined;
  #typed: TypedLine | undefined;
  /** The user wants to leave as soon as all actions have ended. */
  #leaving = false;
  #closed = false;
  /** For each profile: ends the wait before the next read. */
  readonly #wakes = new Map<string, () => void>();
  /** For each profile: when an action changed incidents that have not been read since. */
  readonly #changedAt = new Map<string, Date>();
  #releases: (() => void)[] = [];
  readonly left: Promise<void>;
  #leave: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(dashboardOptions: DashboardOptions) {
    const { ctx, profiles, vendorOf, options } = dashboardOptions;
    this.#options = dashboardOptions;
    this.#painter = new Painter(createCanvas(ctx.streams.out, { keys: true }), () => this.#lines());
    this.left = new Promise((resolve, reject) => {
      this.#leave = resolve;
      this.#fail = reject;
    });
    this.#actions = new Actions({
      vendorOf,
      several: profiles.length > 1,
      dryRun: options.dryRun === true,
      report: (text, failed) => {
        this.#messages.showOutcome(text, this.#now(), failed);
        this.#redraw();
      },
      onChange: (changed) => this.#onActionChange(changed),
    });
    this.#desk = {
      actions: this.#actions,
      vendorOf,
      options,
      targets: () => this.#targets(),
      noTargets: () => this.#whyNoTargets(),
      show: (text) => this.#show(text),
      ask: (question) => {
        this.#question = question;
      },
      type: (line) => {
        this.#typed = line;
      },
      perform: (key, targets) => this.#runInBackground(this.#perform(key, targets)),
      run: (work) => this.#runInBackground(work),
    };
  }

  async open(): Promise<void> {
    const { streams } = this.#options.ctx;
    const keys = createKeyReader({
      onKey: (key) => {
        this.#press(key);
        this.#redraw();
      },
      isTyping: () => this.#typed !== undefined,
      onText: (text) => {
        this.#messages.clear();
        this.#typed?.add(text);
        this.#redraw();
      },
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

  async draw(snapshots: readonly Snapshot[]): Promise<void> {
    this.#snapshots = snapshots;
    const isFilling = snapshots.some(({ lastLook, failure }) => lastLook === undefined && failure === undefined);
    this.#list.update(rowsOf(snapshots), isFilling);
    this.#news.update(snapshots);
    await this.tick();
  }

  async tick(): Promise<void> {
    if (!this.#closed) await this.#painter.paint();
  }

  onWait(profile: string, wake: () => void): void {
    this.#wakes.set(profile, wake);
    const { lastLook = new Date(0) } = this.#snapshots.find((one) => one.profile === profile) ?? {};
    const changedAt = this.#changedAt.get(profile);
    // A read that began before an action ended may not show its result.
    if (changedAt !== undefined && lastLook < changedAt) wake();
    this.#changedAt.delete(profile);
  }

  async close(): Promise<void> {
    const { ctx, printer } = this.#options;
    // After an interrupt, waits for the results of actions. After leaving by a key, does not.
    if (ctx.signal.aborted) await this.#actions.finished();
    this.#closed = true;
    this.#wakeAll();
    for (const release of this.#releases.splice(0).reverse()) release();
    await this.#painter.pause();
    const { doing } = this.#actions;
    const messages = [
      doing === undefined ? "" : `left before a response came: ${doing}; it may be done`,
      ...this.#messages.outcomes(this.#now()),
      ...notLiveLines(this.#snapshots, this.#headOptions()),
    ];
    await leaveBehind(ctx.streams.out, printer, this.#snapshots, messages);
  }

  #press(key: Key): void {
    this.#messages.clear();
    if (this.#typed !== undefined) this.#pressInLine(this.#typed, key);
    else if (this.#question !== undefined) this.#answer(this.#question, key);
    else if (!startByKey(key, this.#desk)) this.#pressElse(key);
  }

  #pressElse(key: Key): void {
    if (key === "o") this.#runInBackground(this.#atPage(openInBrowser));
    else if (key === "y") this.#runInBackground(this.#atPage(copyAddress));
    else if (isMove(key)) this.#move(key);
    else if (this.#page === undefined) this.#pressOnTable(key);
    else if (key === "/") this.#leavePageToFilter();
    else if (["enter", "escape", "q", "?"].includes(key)) this.#page = undefined;
    else this.#showUnknown(key);
  }

  #move(move: Move): void {
    this.#news.clear();
    (this.#page ?? this.#list).move(move);
  }

  #pressInLine(line: TypedLine, key: Key): void {
    if (line.press(key) && this.#typed === line) this.#typed = undefined;
  }

  #pressOnTable(key: Key): void {
    const { marked } = this.#list;
    if (key === " ") this.#list.toggle();
    else if (key === "escape") this.#clear();
    else if (key === "?") this.#page = new TextPage("keys", keysText);
    else if (key === "/") this.#typeFilter();
    else if (key === "enter" && marked !== undefined) this.#runInBackground(this.#showPage(targetOf(marked)));
    else if (key === "tab" && this.#options.profiles.length > 1) this.#showNextProfile();
    else if (key === "q") this.#quit();
    else if (key !== "enter") this.#showUnknown(key);
  }

  /** All profiles, then each alone, in their order. */
  #showNextProfile(): void {
    const { profiles } = this.#options;
    const { profile } = this.#list;
    this.#list.showOnly(profile === undefined ? profiles[0] : profiles[profiles.indexOf(profile) + 1]);
  }

  #showUnknown(key: Key): void {
    if (key !== "") this.#show(`"${key}" does nothing here; ? lists the keys`);
  }

  /** Escape: the selection first, then the words that hide rows. */
  #clear(): void {
    if (this.#list.selected > 0) this.#list.clear();
    else this.#list.narrowTo("");
  }

  /** A page has nothing to filter. The words are text all the same: their letters are keys of actions. */
  #leavePageToFilter(): void {
    this.#page = undefined;
    this.#typeFilter();
  }

  #typeFilter(): void {
    const list = this.#list;
    const line = {
      label: "/",
      onChange: (text: string) => list.narrowTo(text),
      onEnter: () => list.markFirst(),
      onCancel: () => list.narrowTo(""),
    };
    this.#typed = new TypedLine(line, list.filter);
  }

  #targets(): Target[] {
    if (this.#page === undefined) return this.#list.targets().map(targetOf);
    const { incident } = this.#page;
    return incident === undefined ? [] : [incident];
  }

  #whyNoTargets(): string {
    if (this.#page !== undefined || this.#list.rows.length === 0) return "";
    if (this.#list.isFilling) return ": not all profiles have responded yet; up or down marks one";
    return this.#list.isLost ? ": the marked one is gone; up or down marks another" : "";
  }

  #answer(question: Question, key: Key): void {
    this.#question = undefined;
    if (key === "y" || key === "Y") question.onYes();
    else this.#show("nothing was changed");
  }

  async #perform(...[key, targets]: Parameters<Desk["perform"]>): Promise<void> {
    if (this.#page === undefined) this.#list.clear();
    await this.#actions.perform(key, targets);
    const shown = this.#page?.incident;
    if (shown !== undefined && targets.some((target) => isSame(target, shown))) await this.#showPage(shown);
  }

  #onActionChange(changed: boolean): void {
    this.#options.onActing(this.#actions.doing !== undefined);
    if (changed) {
      for (const profile of this.#options.profiles) this.#changedAt.set(profile, this.#now());
      this.#wakeAll();
    }
    this.#redraw();
  }

  #wakeAll(): void {
    for (const wake of this.#wakes.values()) wake();
  }

  async #showPage(target: Target): Promise<void> {
    const { id } = target;
    const { incident } = this.#page ?? {};
    const isShown = incident !== undefined && isSame(incident, target);
    const page = isShown && this.#page !== undefined ? this.#page : new TextPage(id, `reading ${id} …`, target);
    this.#page = page;
    this.#redraw();
    const failure = await fillPage(page, target, this.#options);
    if (failure === undefined) return;
    this.#show(failure);
    if (this.#page === page) this.#page = undefined;
  }

  /** Does something with the address of the incident on the page, else of the marked one, and reports the result. */
  async #atPage(use: typeof openInBrowser): Promise<void> {
    const { marked } = this.#list;
    const onTable = marked === undefined ? undefined : targetOf(marked);
    const target = this.#page === undefined ? onTable : this.#page.incident;
    if (target !== undefined) this.#show(await use(target, this.#options));
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

  #show(text: string): void {
    this.#messages.show(text, this.#now());
    this.#redraw();
  }

  #now(): Date {
    return this.#options.ctx.now();
  }

  #redraw(): void {
    this.#painter.paint().catch((error: unknown) => this.#fail(error));
  }

  #headOptions() {
    const { intervalMs, options } = this.#options;
    return { now: this.#now(), intervalMs, tz: options.tz };
  }

  #lines(): Promise<string[]> {
    const { printer, options, color } = this.#options;
    return drawView(this.#view(), { printer, tz: options.tz, color });
  }

  #view(): View {
    const { columns, rows } = this.#options.ctx.streams.out;
    const { doing } = this.#actions;
    const message = this.#messages.shown(this.#now());
    return {
      columns,
      rows,
      ...this.#headOptions(),
      snapshots: this.#snapshots,
      list: this.#list,
      news: this.#news,
      page: this.#page,
      messages: [
        ...(doing === undefined ? [] : [`${doing} …${this.#leaving ? " q again leaves without waiting" : ""}`]),
        ...(message === undefined ? [] : [message]),
      ],
      question: this.#question,
      typed: this.#typed,
    };
  }
}

function targetOf({ id, title, profile }: Incident): Target {
  return { id, title, profile };
}

function isSame(a: Target, b: Target): boolean {
  return a.id === b.id && a.profile === b.profile;
}
