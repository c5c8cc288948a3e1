import { cutText, stringWidth } from "../output/fit.ts";
import { sanitizeCell } from "../output/sanitize.ts";

export interface TypedLineOptions {
  /** What is asked: `comment on "Disk full" (inc_1): `. */
  label: string;
  /** Called for each change of the text. */
  onChange?(text: string): void;
  /** Called with the text for Enter. */
  onEnter(text: string): void;
  /** Called for Escape. */
  onCancel(): void;
}

/** A line of text that is being typed at the bottom of the screen. */
export class TypedLine {
  readonly #options: TypedLineOptions;
  #text: string;

  constructor(options: TypedLineOptions, text = "") {
    this.#options = options;
    this.#text = text;
  }

  add(text: string): void {
    this.#change(this.#text + text);
  }

  /** Takes a key that is no text. Returns whether the line is done. */
  press(key: string): boolean {
    if (key === "backspace") this.#change([...this.#text].slice(0, -1).join(""));
    else if (key === "clear") this.#change("");
    else if (key === "enter") this.#options.onEnter(this.#text.trim());
    else if (key === "escape") this.#options.onCancel();
    return key === "enter" || key === "escape";
  }

  /** Label and text with the end of the text in sight. */
  line(columns: number): string {
    const label = cutText(sanitizeCell(this.#options.label), Math.max(1, columns - 12));
    const room = Math.max(1, columns - stringWidth(label) - 1);
    const characters = [...sanitizeCell(this.#text)];
    while (stringWidth(characters.join("")) > room) characters.shift();
    return `${label}${characters.join("")}_`;
  }

  #change(text: string): void {
    this.#text = text;
    this.#options.onChange?.(text);
  }
}
