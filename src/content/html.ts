import { convert } from "html-to-text";

/** Whether a text is HTML as an editor writes it. A placeholder such as `<pod>` in a command of a runbook does not make it so. */
export function isHtml(text: string): boolean {
  return /^\s*<(p|div|h[1-6]|ul|ol|table|pre|blockquote|section|article|figure|hr)[\s/>]/i.test(text);
}

const keepCase = { uppercase: false };

/** The text of HTML, a block on a line of its own, with the addresses of links; what is no text is left out. */
export function htmlText(html: string): string {
  const headings = ["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: keepCase }));
  return convert(html, {
    wordwrap: false,
    limits: { maxDepth: 100 },
    selectors: [
      ...headings,
      { selector: "a", options: { linkBrackets: ["(", ")"], hideLinkHrefIfSameAsText: true } },
      { selector: "img", options: { linkBrackets: ["(", ")"] } },
      { selector: "ul", options: { itemPrefix: "- " } },
      { selector: "table", format: "dataTable", options: { uppercaseHeaderCells: false } },
    ],
  }).replaceAll("\u00a0", " ");
}
