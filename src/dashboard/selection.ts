import type { Incident } from "../model/incident.ts";
import type { Move } from "./keyboard.ts";

/** For so long after a mark has moved by itself, a key may still have been meant for where it was. */
const reactionMs = 1000;

/** Rows with a mark on one of them, several selected, and a part that fits the screen. All of it is held by id, not by place. */
export class MarkedList {
  rows: readonly Incident[] = [];
  #at = 0;
  #top = 0;
  #height = 1;
  #slippedAt = Number.NEGATIVE_INFINITY;
  readonly #selected = new Set<string>();

  /** Takes the rows of another look: the mark stays with its incident, or goes to the nearest when that is gone. */
  update(rows: readonly Incident[], now: Date): void {
    const before = this.marked;
    const ids = new Set(rows.map(({ id }) => id));
    for (const id of this.#selected) if (!ids.has(id)) this.#selected.delete(id);
    const at = rows.findIndex(({ id }) => id === before?.id);
    if (before !== undefined && at === -1) this.#slippedAt = now.getTime();
    // As far from the top of the screen as it was.
    if (at !== -1) this.#top += at - this.#at;
    this.rows = rows;
    this.#at = Math.max(0, at === -1 ? Math.min(this.#at, rows.length - 1) : at);
  }

  get marked(): Incident | undefined {
    return this.rows[this.#at];
  }

  get selected(): number {
    return this.#selected.size;
  }

  isSelected(incident: Incident): boolean {
    return this.#selected.has(incident.id);
  }

  /** What an action is for: all that are selected, else the marked one. */
  targets(): Incident[] {
    if (this.selected > 0) return this.rows.filter((row) => this.isSelected(row));
    return this.marked === undefined ? [] : [this.marked];
  }

  /** Whether selection just moved to another incident by itself. */
  hasSlipped(now: Date): boolean {
    return now.getTime() - this.#slippedAt < reactionMs;
  }

  move(move: Move): void {
    const page = Math.max(1, this.#height - 1);
    const steps = { up: -1, down: 1, pageup: -page, pagedown: page, home: -this.rows.length, end: this.rows.length };
    this.#at = Math.max(0, Math.min(this.#at + steps[move], this.rows.length - 1));
    this.#slippedAt = Number.NEGATIVE_INFINITY;
  }

  toggle(): void {
    if (this.marked === undefined) return;
    const { id } = this.marked;
    if (!this.#selected.delete(id)) this.#selected.add(id);
  }

  clear(): void {
    this.#selected.clear();
  }

  /** The part that fits into so many lines, the marked row in it. */
  window(height: number): { from: number; rows: Incident[] } {
    this.#height = height;
    const lowest = Math.max(0, this.rows.length - height);
    this.#top = Math.max(0, Math.min(Math.max(this.#top, this.#at - height + 1), this.#at, lowest));
    return { from: this.#top, rows: this.rows.slice(this.#top, this.#top + height) };
  }
}
