import type { Target } from "./actions.ts";
import type { Move } from "./keyboard.ts";

/** A text in place of the table, which may be longer than the screen. */
export class TextPage {
  heading: string;
  text: string;
  /** The incident on the page; undefined for a page of help. */
  readonly incident: Target | undefined;
  #top = 0;
  #height = 1;
  #lines = 1;

  constructor(heading: string, text: string, incident?: Target) {
    this.heading = heading;
    this.text = text;
    this.incident = incident;
  }

  move(move: Move): void {
    const page = Math.max(1, this.#height - 1);
    const steps = { up: -1, down: 1, pageup: -page, pagedown: page, home: -this.#lines, end: this.#lines };
    this.#top = Math.max(0, Math.min(this.#top + steps[move], this.#lines - this.#height));
  }

  /** The part of the text that fits into `height` lines. */
  window(height: number, wrap: (text: string) => string[]): string[] {
    const lines = wrap(this.text.replaceAll("\t", "    "));
    this.#lines = lines.length;
    this.#height = height;
    this.#top = Math.max(0, Math.min(this.#top, lines.length - height));
    return lines.slice(this.#top, this.#top + height);
  }
}

export const keysText = `up, down, k, j   move the mark; also Home, End, g, G, PageUp, PageDown
+                not a key: marks what the last update has brought
space            select; an action goes to all that are selected
tab              show the next profile alone, where several are watched
/                show only incidents with these words; esc shows all again
a                acknowledge
u                remove an acknowledgment
r                resolve, after y to confirm
s                snooze
t                assign to me
c                add a comment
enter            show the full incident
x                escalate to the next level, after y; not every vendor can
y                copy the address of its page to the clipboard of the terminal
o                open its page in the browser
esc              go back; clear the selection, then the words of /
q                quit; Ctrl-C too
`;
