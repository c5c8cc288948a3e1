import type { Context, GlobalOptions, Vendor } from "../context.ts";
import { browse, findPage } from "../incidents/open-page.ts";
import { nameIds } from "../incidents/outcome.ts";
import { incidentShape } from "../incidents/shape.ts";
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
import { type Look, leaveBehind, type Screen } from "./screen.ts";
import { MarkedList } from "./selection.ts";
import { drawView, type View } from "./view.ts";

export interface DashboardSetting {
  ctx: Context;
  connected: Vendor<"incidents">;
  printer: Printer;
  options: GlobalOptions;
  /** Told when an action begins and when it is over. */
  onActing(acting: boolean): void;
}

const verbs: Record<string, Verb> = { a: "acknowledge", u: "unacknowledge", r: "resolve" };

/** A screen whose table takes keys. Nothing that a key begins keeps the table or the next key waiting. */
export async function openDashboard(setting: DashboardSetting, intervalMs: number): Promise<Screen> {
  const { ctx, options } = setting;
  const colored = useColor({ color: options.color, env: ctx.env, isTTY: true });
  const dashboard = new Dashboard(setting, intervalMs, colored ? await loadColor() : undefined);
  await dashboard.open();
  return dashboard;
}

class Dashboard implements Screen {
  readonly #setting: DashboardSetting;
  readonly #color: Color | undefined;
  readonly #painter: Painter;
  readonly #actions: Actions;
  readonly #list = new MarkedList();
  readonly #messages = new Messages();
  readonly #intervalMs: number;
  #look: Look = { rows: [], lastLook: undefined, truncated: undefined };
  /** What the watching says, as long as it holds. */
  #said = "";
  #page: TextPage | undefined;
  #question: { verb: Verb; ids: string[]; title: string } | undefined;
  /** Somebody wants to leave as soon as all is done. */
  #leaving = false;
  #closed = false;
  /** Ends the waiting for the next look. */
  #wake: () => void = () => {};
  /** When something was changed that no look has been asked about since. */
  #changedAt: Date | undefined;
  #giveBack: (() => void)[] = [];
  readonly left: Promise<void>;
  #leave: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(setting: DashboardSetting, intervalMs: number, color: Color | undefined) {
    const { ctx, connected, options } = setting;
    this.#setting = setting;
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
      tell: (text) => this.#tell(text, true),
      onChange: (changed) => this.#acted(changed),
    });
  }

  async open(): Promise<void> {
    const { streams } = this.#setting.ctx;
    const keys = createKeyReader((key) => {
      this.#press(key);
      this.#redraw();
    });
    this.#giveBack.push(
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

  async draw(look: Look): Promise<void> {
    const { rows, lastLook, truncated } = look;
    this.#look = { rows, lastLook, truncated };
    this.#list.update(rows, this.#now());
    await this.#painter.paint();
  }

  async say(text: string): Promise<void> {
    this.#said = text;
  }

  onWait(_: () => Promise<void>, wake: () => void): void {
    this.#wake = wake;
    const { lastLook = new Date(0) } = this.#look;
    // What was under way when an action ended may not show it yet.
    if (this.#changedAt !== undefined && lastLook < this.#changedAt) wake();
    this.#changedAt = undefined;
  }

  async close(rows: Incident[]): Promise<void> {
    const { ctx, printer } = this.#setting;
    // What was interrupted says how far it came; who has left does not wait for it.
    if (ctx.signal.aborted) await this.#actions.settled();
    this.#closed = true;
    this.#wake();
    for (const giveBack of this.#giveBack.splice(0).reverse()) giveBack();
    await this.#painter.pause();
    const { doing } = this.#actions;
    const said = [...(doing === undefined ? [] : [`left before an answer came: ${doing}; it may be done`])];
    said.push(...this.#messages.outcomes(this.#now()), ...(this.#said === "" ? [] : [this.#said]));
    await leaveBehind(ctx.streams.out, printer, rows, said.map(sanitizeCell));
  }

  #press(key: Key): void {
    this.#messages.seen(this.#now());
    const verb = verbs[key];
    if (this.#question !== undefined) this.#answer(this.#question, key);
    else if (verb !== undefined) this.#begin(verb);
    else if (key === "o") this.#do(this.#browse());
    else if (isMove(key)) (this.#page ?? this.#list).move(key);
    else if (this.#page === undefined) this.#pressOnTable(key);
    else if (["enter", "escape", "q", "?"].includes(key)) this.#page = undefined;
  }

  #pressOnTable(key: Key): void {
    const { marked } = this.#list;
    if (key === " ") this.#list.toggle();
    else if (key === "escape") this.#list.clear();
    else if (key === "?") this.#page = new TextPage("keys", keysText);
    else if (key === "enter" && marked !== undefined) this.#do(this.#show(marked.id));
    else if (key === "q") this.#quit();
  }

  /** Does it, asks whether to, or says why not. */
  #begin(verb: Verb): void {
    const targets = this.#targets();
    const ids = targets.map(({ id }) => id);
    const [first] = targets;
    const refusal = this.#actions.refusal(verb);
    const onMark = this.#page === undefined && this.#list.selected === 0;
    const { yes, dryRun } = this.#setting.options;
    if (refusal !== undefined) this.#tell(refusal);
    else if (first === undefined) this.#tell(`no incident to ${verb}`);
    else if (onMark && this.#list.hasSlipped(this.#now()))
      this.#tell(`selection just moved to ${first.id}; press again to confirm`);
    // An acknowledgment can be taken back.
    else if (verb !== "resolve" || yes === true || dryRun === true) this.#do(this.#perform(verb, ids));
    else this.#question = { verb, ids, title: targets.length === 1 ? first.title : "" };
  }

  /** What an action is for: the incident that is shown, what is selected, or the marked one. */
  #targets(): { id: string; title: string }[] {
    if (this.#page === undefined) return this.#list.targets();
    const { id } = this.#page;
    const shown = this.#look.rows.find((row) => row.id === id);
    return id === undefined ? [] : [{ id, title: shown?.title ?? "" }];
  }

  #answer({ verb, ids }: { verb: Verb; ids: string[] }, key: Key): void {
    this.#question = undefined;
    if (key === "y" || key === "Y") this.#do(this.#perform(verb, ids));
    else this.#tell("nothing was changed");
  }

  async #perform(verb: Verb, ids: string[]): Promise<void> {
    if (this.#page === undefined) this.#list.clear();
    await this.#actions.perform(verb, ids);
    if (this.#page?.id !== undefined && ids.includes(this.#page.id)) await this.#show(this.#page.id);
  }

  #acted(changed: boolean): void {
    this.#setting.onActing(this.#actions.doing !== undefined);
    if (changed) {
      this.#changedAt = this.#now();
      this.#wake();
    }
    this.#redraw();
  }

  async #show(id: string): Promise<void> {
    const { connected, printer, options } = this.#setting;
    const page = this.#page?.id === id ? this.#page : new TextPage(id, `reading ${id} …`, id);
    this.#page = page;
    this.#redraw();
    try {
      const incident = await connected.provider.incidents.show(connected.connection, id);
      page.text = printer.describe(incident, incidentShape).trimEnd();
      page.heading = `${id}, as of ${printedTime(this.#now().toISOString(), options.tz)}`;
    } catch (error) {
      this.#tell(messageOf(error));
      if (this.#page === page) this.#page = undefined;
    }
  }

  async #browse(): Promise<void> {
    const { ctx, connected, options } = this.#setting;
    const { id } = this.#page ?? this.#list.marked ?? {};
    if (id === undefined) return;
    try {
      const { address } = await findPage(connected, id);
      if (options.dryRun === true) this.#tell(`would open ${address}`);
      else this.#tell((await browse(ctx, address)) ? `opened ${address}` : `no browser could be started; ${address}`);
    } catch (error) {
      this.#tell(messageOf(error));
    }
  }

  #quit(): void {
    if (this.#leaving) this.#leave();
    this.#leaving = true;
    // What was begun should be known before the screen is gone.
    this.#do(this.#actions.settled().then(() => this.#leave()));
  }

  /** Lets it go on by itself; a bug in it ends the program as any other. */
  #do(work: Promise<void>): void {
    work.then(
      () => this.#redraw(),
      (error: unknown) => {
        // What was under way when somebody left breaks with the connection.
        if (!this.#closed) this.#fail(error);
      },
    );
  }

  #tell(text: string, isOutcome = false): void {
    this.#messages.tell(text, this.#now(), isOutcome);
    this.#redraw();
  }

  #now(): Date {
    return this.#setting.ctx.now();
  }

  #redraw(): void {
    this.#painter.paint().catch((error: unknown) => this.#fail(error));
  }

  #lines(): Promise<string[]> {
    const { printer, options } = this.#setting;
    return drawView(this.#view(), { printer, tz: options.tz, color: this.#color });
  }

  #view(): View {
    const { columns, rows } = this.#setting.ctx.streams.out;
    const question = this.#question;
    const { doing } = this.#actions;
    return {
      columns,
      rows,
      look: this.#look,
      intervalMs: this.#intervalMs,
      list: this.#list,
      page: this.#page,
      messages: [
        ...(doing === undefined ? [] : [`${doing} …${this.#leaving ? " q again leaves without waiting" : ""}`]),
        ...this.#messages.list(this.#now()),
      ],
      said: this.#said,
      question:
        question === undefined || question.title === ""
          ? question && { before: `${question.verb} `, title: "", after: `${nameIds(question.ids)}? y/N` }
          : { before: `${question.verb} "`, title: question.title, after: `" (${question.ids[0]})? y/N` },
    };
  }
}
