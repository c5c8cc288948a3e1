import type { ContentObject } from "../../model/content.ts";

/** An object as text for people: its title, then each field under its name. */
export function readable(object: ContentObject, title: string, updatedAt: string | null): string {
  const lines = [title, "=".repeat(Math.min(title.length, 72))];
  if (updatedAt !== null) lines.push(`updated ${updatedAt}`);
  for (const [name, value] of Object.entries(object)) {
    if (name === "id" || name === "internal" || (name === "title" && value === title)) continue;
    const text = toText(value).trim();
    if (text !== "") lines.push("", `${name}:`, text);
  }
  return lines.join("\n");
}

function toText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "string") return /<\/?[a-z][^>]*>/i.test(value) ? fromHtml(value) : value;
  if (Array.isArray(value)) return value.map((one) => `- ${toText(one).replaceAll("\n", "\n  ")}`).join("\n");
  if (typeof value !== "object") return String(value);
  const { blocks, dataUrl } = value as { blocks?: unknown; dataUrl?: unknown };
  if (Array.isArray(blocks)) return blocks.map((block) => fromBlock(block as Block | null)).join("\n\n");
  if (typeof dataUrl === "string") return dataUrl;
  return Object.entries(value)
    .map(([name, inner]) => `${name}: ${toText(inner)}`)
    .join("\n");
}

/** A block of the vendor's editor. */
interface Block {
  type?: string;
  data?: { text?: string; items?: unknown[]; code?: string };
}

function fromBlock(block: Block | null): string {
  const { text, items, code } = block?.data ?? {};
  if (typeof code === "string") return code;
  if (Array.isArray(items)) return items.map((item) => `- ${toText(itemText(item))}`).join("\n");
  return typeof text === "string" ? toText(text) : "";
}

function itemText(item: unknown): unknown {
  return typeof item === "object" && item !== null && "content" in item ? item.content : item;
}

const entities: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  hellip: "…",
  mdash: "—",
  ndash: "–",
};

/** The text of simple HTML, a block on a line of its own; what is no text is left out. */
function fromHtml(html: string): string {
  return html
    .replace(/<(script|style)\b.*?<\/\1\s*>/gis, "")
    .replace(/\s*\n\s*/g, " ")
    .replace(/<br\s*\/?>/gi, "\n")
    .replace(/<li\b[^>]*>/gi, "\n- ")
    .replace(/<\/?(p|div|h[1-6]|ul|ol|pre|table|tr|blockquote|section|article)\b[^>]*>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
      const code = decimal === undefined ? (hex === undefined ? undefined : Number.parseInt(hex, 16)) : Number(decimal);
      if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      return entities[name?.toLowerCase() ?? ""] ?? whole;
    })
    .replace(/[ \t]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
