import { characterEntitiesHtml4 } from "character-entities-html4";
import { compile } from "html-to-text";

/** Whether a text is HTML as an editor writes it. A placeholder such as `<pod>` in a command of a runbook does not make it so. */
export function isHtml(text: string): boolean {
  return /^\s*<(p|div|h[1-6]|ul|ol|table|pre|blockquote|section|article|figure|hr)[\s/>]/i.test(text);
}

/** HTML without the names of characters, but for those that would make markup: `&eacute;` is `é`. The parser of the bundle knows no others. */
function withCharacters(html: string): string {
  return html.replaceAll(/&(?!amp;|lt;|gt;|quot;)(\w+);/g, (text, name: string) =>
    Object.hasOwn(characterEntitiesHtml4, name) ? (characterEntitiesHtml4[name] ?? text) : text,
  );
}

const keepCase = { uppercase: false };

/** From HTML to text by html-to-text, whose rules for elements are made once: a list has many texts. */
function converter(): (html: string) => string {
  const headings = ["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: keepCase }));
  return compile({
    wordwrap: false,
    limits: { maxDepth: 100 },
    selectors: [
      ...headings,
      { selector: "a", options: { linkBrackets: ["(", ")"], hideLinkHrefIfSameAsText: true } },
      { selector: "img", options: { linkBrackets: ["(", ")"] } },
      { selector: "ul", options: { itemPrefix: "- " } },
      { selector: "table", format: "dataTable", options: { uppercaseHeaderCells: false } },
    ],
  });
}

let convert: ReturnType<typeof converter> | undefined;

/** The text of HTML, a block on a line of its own, with the addresses of links; what is no text is left out. */
export function htmlText(html: string): string {
  convert ??= converter();
  return convert(withCharacters(html)).replaceAll("\u00a0", " ");
}
