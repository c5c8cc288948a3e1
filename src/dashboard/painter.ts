import type { Canvas } from "./canvas.ts";

/** Draws what is so when it draws: one drawing after the other, and no more of them than can be drawn. */
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

  /** Resolves when everything is drawn that was so when it was called, and perhaps more. */
  async paint(): Promise<void> {
    this.#stale = true;
    this.#drawing ??= this.#paint().finally(() => {
      this.#drawing = undefined;
    });
    await this.#drawing;
  }

  /** Gives the terminal back at once, and draws nothing until `resume`. */
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
