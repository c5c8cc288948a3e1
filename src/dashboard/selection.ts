import type { Incident } from "../model/incident.ts";
import type { Move } from "./keyboard.ts";
import { narrow } from "./quick-filter.ts";

/** What distinguishes an incident from all others: two vendors may use the same ids. */
export function keyOf({ profile, id }: Incident): string {
  return `${profile} ${id}`;
}

/** Rows with one marked and several selected. Mark and selection follow incidents, not positions. */
export class MarkedList {
  /** Those that have the words of the filter. */
  rows: readonly Incident[] = [];
  /** The words that a person narrows the rows down to; empty for all. */
  filter = "";
  /** The only profile whose rows are shown; undefined for all. */
  profile: string | undefined;
  #all: readonly Incident[] = [];
  /** The place of the mark, or where it was before its incident went. */
  #at = 0;
  #top = 0;
  #height = 1;
  /** The marked incident went: a key for it must not hit the next one, so nothing is marked until the mark is moved. */
  #isLost = false;
  /** Rows of a profile may still come in above: nothing is marked until then, or until a person moves. */
  #isFilling = true;
  readonly #selected = new Set<string>();

  /**
   * Replaces the rows. The mark stays with its incident, and goes away with it.
   *
   * @param isFilling not all profiles have answered for the first time
   */
  update(all: readonly Incident[], isFilling = false): void {
    const before = this.marked;
    if (this.#isFilling) this.#at = 0;
    if (!isFilling) this.#isFilling = false;
    this.#all = all;
    const own = this.profile === undefined ? all : all.filter(({ profile }) => profile === this.profile);
    const rows = narrow(own, this.filter);
    const keys = new Set(rows.map(keyOf));
    for (const key of this.#selected) if (!keys.has(key)) this.#selected.delete(key);
    const at = before === undefined ? -1 : rows.findIndex((row) => keyOf(row) === keyOf(before));
    if (before !== undefined && at === -1) this.#isLost = true;
    // Keeps the distance of the mark from the top of the screen.
    if (at !== -1) this.#top += at - this.#at;
    this.rows = rows;
    this.#at = Math.max(0, at === -1 ? Math.min(this.#at, rows.length - 1) : at);
  }

  /** Shows only the rows with these words. */
  narrowTo(filter: string): void {
    this.filter = filter.trim();
    this.update(this.#all);
    // What a person asks to see again needs no new mark.
    if (this.filter === "") this.markFirst();
  }

  /** Shows only the rows of a profile, or those of all. A person has asked for them, so one of them is marked. */
  showOnly(profile: string | undefined): void {
    this.profile = profile;
    this.update(this.#all);
    this.markFirst();
  }

  get marked(): Incident | undefined {
    return this.#isLost || this.#isFilling ? undefined : this.rows[this.#at];
  }

  /** Whether the marked incident went, and the mark was not moved since. */
  get isLost(): boolean {
    return this.#isLost;
  }

  get selected(): number {
    return this.#selected.size;
  }

  isSelected(incident: Incident): boolean {
    return this.#selected.has(keyOf(incident));
  }

  /** The incidents of an action: those selected, else the marked one. */
  targets(): Incident[] {
    if (this.selected > 0) return this.rows.filter((row) => this.isSelected(row));
    return this.marked === undefined ? [] : [this.marked];
  }

  /** Whether nothing is marked since rows of a profile may still come in. */
  get isFilling(): boolean {
    return this.#isFilling;
  }

  move(move: Move): void {
    const page = Math.max(1, this.#height - 1);
    // What stood below the lost incident is in its place now.
    const down = this.#isLost || this.#isFilling ? 0 : 1;
    const steps = { up: -1, down, pageup: -page, pagedown: page, home: -this.rows.length, end: this.rows.length };
    this.#at = Math.max(0, Math.min(this.#at + steps[move], this.rows.length - 1));
    this.#isLost = false;
    this.#isFilling = false;
  }

  /** Marks the first row, where nothing is marked: for rows that a person has just asked for. */
  markFirst(): void {
    if (this.#isLost) this.move("home");
  }

  toggle(): void {
    if (this.marked === undefined) return;
    const key = keyOf(this.marked);
    if (!this.#selected.delete(key)) this.#selected.add(key);
  }

  clear(): void {
    this.#selected.clear();
  }

  /** The rows that fit into `height` lines, with the marked row among them. */
  window(height: number): { from: number; rows: Incident[] } {
    this.#height = height;
    const lowest = Math.max(0, this.rows.length - height);
    this.#top = Math.max(0, Math.min(Math.max(this.#top, this.#at - height + 1), this.#at, lowest));
    return { from: this.#top, rows: this.rows.slice(this.#top, this.#top + height) };
  }
}
