/** One JSON value of the input with the line where it starts, or why it cannot be read. */
export type NumberedDocument = { line: number } & ({ value: unknown } | { problem: string });

/** The maximum length of a document, in UTF-16 units. Real ones are far smaller. */
const maxLength = 10 * 1024 * 1024;

/** Maximum depth. Real documents are far flatter. It also limits how often a text is read again. */
const maxDepth = 64;

/** Signs that mean something in JSON, as UTF-16 units. */
const [newline, quote, comma, colon, backslash] = [10, 34, 44, 58, 92];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];

/**
 * Cuts text that comes in pieces into the JSON objects and lists that stand in it one after the other, on one line or many.
 * A broken document is reported once, with the line where it starts. Reading goes on at the next line that begins with
 * `{` or `[`, so that an incomplete document does not spoil those after it.
 */
export class DocumentSplitter {
  /** The line that is being read, from 1. */
  #line = 1;
  #state: "between" | "document" | "skipping" | "seeking" = "between";
  /** Whether the line is empty up to here. */
  #lineStarts = true;
  /** The earlier pieces of the open document. */
  #parts: string[] = [];
  #length = 0;
  #startLine = 1;
  /** The brackets that are open. */
  #open: number[] = [];
  #inString = false;
  #escaped = false;
  /** The last sign that was not blank. */
  #last = 0;

  /** The documents that end in this piece. */
  push(piece: string): NumberedDocument[] {
    const found: NumberedDocument[] = [];
    let rest = piece;
    while (rest !== "") rest = this.#state === "document" ? this.#readOn(rest, found) : this.#skip(rest, found);
    return found;
  }

  /** The remaining documents, at the end of the input. */
  end(): NumberedDocument[] {
    const found: NumberedDocument[] = [];
    while (this.#state === "document") {
      const rest = this.#giveUp("it ends in the middle", "", found);
      for (const one of this.push(rest)) found.push(one);
    }
    return found;
  }

  /** Skips text outside of documents; returns the rest. */
  #skip(text: string, found: NumberedDocument[]): string {
    for (let at = 0; at < text.length; at += 1) {
      const sign = text[at] ?? "";
      if (sign === "\n") {
        this.#line += 1;
        this.#lineStarts = true;
        if (this.#state === "skipping") this.#state = "between";
        continue;
      }
      if ((sign === "{" || sign === "[") && (this.#state !== "seeking" || this.#lineStarts)) {
        this.#begin();
        return text.slice(at);
      }
      if (this.#state === "between" && !/[\s\ufeff]/.test(sign)) {
        found.push({ line: this.#line, problem: "it is not JSON" });
        this.#state = "skipping";
      }
      this.#lineStarts = false;
    }
    return "";
  }

  #begin(): void {
    this.#state = "document";
    this.#startLine = this.#line;
    this.#open = [];
    this.#inString = false;
    this.#escaped = false;
    this.#lineStarts = false;
  }

  /** Reads on in the open document; returns the text after it, or text that must be read again. */
  #readOn(text: string, found: NumberedDocument[]): string {
    const end = this.#scan(text);
    const length = this.#length + (typeof end === "number" ? end : text.length);
    if (end === "broken") return this.#giveUp("it is not JSON", text, found);
    if (length > maxLength) return this.#giveUp(`it is longer than ${maxLength / 1024 / 1024} MiB`, text, found);
    if (end === "open") {
      this.#parts.push(text);
      this.#length = length;
      return "";
    }
    const document = this.#take(text.slice(0, end));
    const value = parse(document);
    if (value === undefined && document.includes("\n"))
      return this.#giveUp("it is not JSON", document + text.slice(end), found);
    found.push({ line: this.#startLine, ...(value === undefined ? { problem: "it is not JSON" } : { value }) });
    return text.slice(end);
  }

  /** Reports the open document as broken, and returns it, to be searched for documents from its second line on. */
  #giveUp(problem: string, text: string, found: NumberedDocument[]): string {
    found.push({ line: this.#startLine, problem });
    const document = this.#take(text);
    this.#line = this.#startLine;
    this.#state = "seeking";
    this.#lineStarts = false;
    return document;
  }

  /** Reads on in the open document: where it ends, that it goes on, or that it is broken. */
  #scan(text: string): number | "open" | "broken" {
    for (let at = 0; at < text.length; at += 1) {
      const sign = text.charCodeAt(at);
      if (this.#inString) {
        // No text goes over the end of a line: its quote is missing.
        if (sign === newline) return "broken";
        if (this.#escaped) this.#escaped = false;
        else if (sign === backslash) this.#escaped = true;
        else if (sign === quote) this.#inString = false;
        continue;
      }
      if (sign === newline) this.#line += 1;
      if (sign <= 32) continue;
      if (sign === quote) this.#inString = true;
      else if (sign === openBrace || sign === openBracket) {
        // A bracket where no value can stand starts another document: this one was cut off.
        if (!this.#mayOpen() || this.#open.length === maxDepth) return "broken";
        this.#open.push(sign);
      } else if (sign === closeBrace || sign === closeBracket) {
        if (this.#open.pop() !== (sign === closeBrace ? openBrace : openBracket)) return "broken";
        if (this.#open.length === 0) return at + 1;
      }
      this.#last = sign;
    }
    return "open";
  }

  #mayOpen(): boolean {
    const around = this.#open.at(-1);
    if (around === openBrace) return this.#last === colon;
    return around === undefined || this.#last === openBracket || this.#last === comma;
  }

  /** The open document up to here; none is open any more. */
  #take(last: string): string {
    const document = this.#parts.length === 0 ? last : this.#parts.join("") + last;
    this.#parts = [];
    this.#length = 0;
    this.#state = "between";
    return document;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
