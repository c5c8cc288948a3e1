declare module "html-to-text" {
  /** The text of HTML; elements are chosen by CSS selectors. */
  export function convert(
    html: string,
    options: {
      wordwrap: false | number;
      limits?: { maxDepth?: number };
      selectors?: { selector: string; format?: string; options?: Record<string, unknown> }[];
    },
  ): string;
}
