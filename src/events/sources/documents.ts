import { parseExactly } from "../../model/exact-json.ts";

/** One JSON value of the input with the line where it starts, or why it cannot be read. */
export type NumberedDocument = { line: number } & ({ value: unknown } | { problem: string });

/** The default of `maxLength`. Real documents are far smaller. */
const usualMaxLength = 10 * 1024 * 1024;

/** Maximum depth. Real documents are far flatter. It also limits how often a text is read again. */
const maxDepth = 64;

/** Signs that mean something in JSON, as UTF-16 units. */
const [newline, quote, comma, colon] = [10, 34, 44, 58];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];

/** What ends a string, or escapes the sign behind it. */
const stringMarks = /["\\\n]/g;

export interface SplitterOptions {
  /** The maximum length of a document, in UTF-16 units; default 10 MiB. */
  maxLength?: number;
  /**
   * Most documents are one line. Then each line that is one is taken at once, and one behind a broken document may be
   * indented; else what is indented there counts as a part of the broken one.
   */
  lines?: boolean;
  /** A list is a document too, in place of the objects in it. */
  keepsLists?: boolean;
}

/**
 * Cuts text that comes in pieces into the JSON objects that stand in it one after the other, on one line or many, alone or as
 * the items of lists. A broken document is reported once, with the line where it starts, and so are lines in a row that are
 * not JSON. Reading goes on at the next line that begins with `{` or `[`, so that an incomplete document does not spoil
 * those after it.
 */
export class DocumentSplitter {
  readonly #maxLength: number;
  readonly #lines: boolean;
  readonly #keepsLists: boolean;
  /** The line that is being read, from 1. */
  #line = 1;
  #state: "between" | "document" | "skipping" | "seeking" = "between";
  /** The lines before this one were not JSON, which was reported. */
  #reported = false;
  /** Lists that are open around the documents, and where the first begins. */
  #lists = 0;
  #listLine = 1;
  /** Behind a mistake in a list, its rest is no other mistake. */
  #hadList = false;
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

  constructor({ maxLength = usualMaxLength, lines = false, keepsLists = false }: SplitterOptions = {}) {
    this.#maxLength = maxLength;
    this.#lines = lines;
    this.#keepsLists = keepsLists;
  }

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
      const rest = this.#giveUp("it is incomplete", "", found);
      for (const one of this.push(rest)) found.push(one);
    }
    if (this.#lists > 0) found.push({ line: this.#listLine, problem: "the list is incomplete" });
    return found;
  }

  /** Skips text outside of documents; returns the rest. */
  #skip(text: string, found: NumberedDocument[]): string {
    for (let at = 0; at < text.length; at += 1) {
      if (this.#state === "seeking" && !this.#lineStarts) {
        at = text.indexOf("\n", at);
        if (at === -1) break;
      }
      const sign = text.charCodeAt(at);
      if (sign === newline) this.#endLine();
      else if (sign === openBrace || sign === openBracket) {
        this.#reported = false;
        if (sign === openBracket && !this.#keepsLists) {
          this.#openList();
          continue;
        }
        const end = this.#takeLine(text, at, found);
        if (end === undefined) {
          this.#begin();
          return text.slice(at);
        }
        at = end - 1;
      } else this.#readSign(sign, found);
    }
    return "";
  }

  /** Takes a document that is a line of its own; returns where it ends. */
  #takeLine(text: string, start: number, found: NumberedDocument[]): number | undefined {
    const end = this.#lines && this.#lineStarts ? text.indexOf("\n", start) : -1;
    if (end === -1 || end - start > this.#maxLength) return undefined;
    const value = parse(text.slice(start, end));
    if (value === undefined) return undefined;
    found.push({ line: this.#line, value });
    this.#state = "between";
    this.#lineStarts = false;
    return end;
  }

  #endLine(): void {
    this.#line += 1;
    this.#lineStarts = true;
    if (this.#state === "skipping") this.#state = "between";
  }

  #openList(): void {
    if (this.#lists === 0) this.#listLine = this.#line;
    this.#lists += 1;
    this.#state = "between";
    this.#lineStarts = false;
  }

  /** A sign that begins nothing. */
  #readSign(sign: number, found: NumberedDocument[]): void {
    const blank = isBlank(sign);
    if (!(blank && this.#lines)) this.#lineStarts = false;
    if (blank || this.#state !== "between") return;
    if ((sign === comma || sign === closeBracket) && (this.#lists > 0 || this.#hadList)) {
      if (sign === closeBracket && this.#lists > 0) this.#lists -= 1;
      return;
    }
    if (!this.#reported)
      found.push({ line: this.#line, problem: this.#lists > 0 ? "it is not a JSON object" : "it is not JSON" });
    this.#hadList ||= this.#lists > 0;
    this.#lists = 0;
    this.#reported = true;
    this.#state = "skipping";
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
    const max = this.#maxLength;
    if (length > max) return this.#giveUp(`it is longer than ${max / 1024 / 1024} MiB`, text, found);
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
      if (this.#inString) {
        at = this.#endOfString(text, at);
        // No text goes over the end of a line: its quote is missing.
        if (at === -1) return "broken";
        continue;
      }
      const sign = text.charCodeAt(at);
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

  /** Reads on in a string: where its quote stands, or where the piece ends; -1 where a line ends before. */
  #endOfString(text: string, start: number): number {
    stringMarks.lastIndex = this.#escaped ? behindEscaped(text, start) : start;
    this.#escaped = false;
    while (stringMarks.test(text)) {
      const at = stringMarks.lastIndex - 1;
      const sign = text.charCodeAt(at);
      if (sign === newline) return -1;
      if (sign === quote) {
        this.#inString = false;
        return at;
      }
      this.#escaped = at + 1 === text.length;
      stringMarks.lastIndex = behindEscaped(text, at + 1);
    }
    return text.length;
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

/** No backslash keeps a line from its end. */
const behindEscaped = (text: string, at: number): number => (text.charCodeAt(at) === newline ? at : at + 1);

/** White space, those of Unicode too, and the mark at the start of a file. */
const isBlank = (sign: number): boolean =>
  sign <= 127 ? sign === 32 || (sign >= 9 && sign <= 13) : /[\s\ufeff]/.test(String.fromCharCode(sign));

function parse(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return undefined;
  }
}
