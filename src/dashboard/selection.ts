import type { Incident } from "../model/incident.ts";
import type { Move } from "./keyboard.ts";

/** After the mark has moved by itself, a key pressed within this time may be for the previous incident. */
const reactionMs = 1000;

/** Rows with one marked and several selected. Mark and selection follow ids, not positions. */
export class MarkedList {
  rows: readonly Incident[] = [];
  #at = 0;
  #top = 0;
  #height = 1;
  #slippedAt = Number.NEGATIVE_INFINITY;
  readonly #selected = new Set<string>();

  /** Replaces the rows. The mark stays with its incident, or moves to the nearest one when that is gone. */
  update(rows: readonly Incident[], now: Date): void {
    const before = this.marked;
    const ids = new Set(rows.map(({ id }) => id));
    for (const id of this.#selected) if (!ids.has(id)) this.#selected.delete(id);
    const at = rows.findIndex(({ id }) => id === before?.id);
    if (before !== undefined && at === -1) this.#slippedAt = now.getTime();
    // Keeps the distance of the mark from the top of the screen.
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

  /** The incidents of an action: those selected, else the marked one. */
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

  /** The rows that fit into `height` lines, with the marked row among them. */
  window(height: number): { from: number; rows: Incident[] } {
    this.#height = height;
    const lowest = Math.max(0, this.rows.length - height);
    this.#top = Math.max(0, Math.min(Math.max(this.#top, this.#at - height + 1), this.#at, lowest));
    return { from: this.#top, rows: this.rows.slice(this.#top, this.#top + height) };
  }
}
