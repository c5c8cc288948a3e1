declare module "html-to-text" {
  /** A function that gives the text of HTML; elements are chosen by CSS selectors. */
  export function compile(options: {
    wordwrap: false | number;
    limits?: { maxDepth?: number };
    selectors?: { selector: string; format?: string; options?: Record<string, unknown> }[];
  }): (html: string) => string;
}
