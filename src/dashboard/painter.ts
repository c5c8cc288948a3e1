import type { Canvas } from "./canvas.ts";

/** Draws the current state, one drawing after the other. Requests during a drawing are combined into the next. */
export class Painter {
  readonly #canvas: Canvas;
  readonly #lines: () => Promise<string[]>;
  #drawing: Promise<void> | undefined;
  #stale = false;
  #paused = false;

  constructor(canvas: Canvas, lines: () => Promise<string[]>) {
    this.#canvas = canvas;
    this.#lines = lines;
  }

  /** Resolves when the state at the time of the call, or a later one, is drawn. */
  async paint(): Promise<void> {
    this.#stale = true;
    this.#drawing ??= this.#paint().finally(() => {
      this.#drawing = undefined;
    });
    await this.#drawing;
  }

  /** Restores the terminal at once, and draws nothing until `resume`. */
  pause(): Promise<void> {
    this.#paused = true;
    return this.#canvas.leave();
  }

  resume(): void {
    this.#paused = false;
  }

  async #paint(): Promise<void> {
    while (this.#stale) {
      this.#stale = false;
      const lines = await this.#lines();
      if (this.#paused) return;
      await this.#canvas.paint(lines);
    }
  }
}
