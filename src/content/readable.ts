import type { ContentObject } from "../model/content.ts";
import { htmlText, isHtml } from "./html.ts";

/** An object as text for people: its title, then each field under its name. */
export function readable(object: ContentObject, title: string, updatedAt: string | null): string {
  const lines = [title, "=".repeat(Math.min(title.length, 72))];
  if (updatedAt !== null) lines.push(`updated ${updatedAt}`);
  for (const [name, value] of fieldsOf(object)) {
    if (name === "title" && value === title) continue;
    const text = toText(value).replace(/^(\s*\n)+|\s+$/g, "");
    if (text !== "") lines.push("", `${name}:`, text);
  }
  return lines.join("\n");
}

/** The fields that an author has written, without the vendor's own. */
function fieldsOf(object: object): [string, unknown][] {
  return Object.entries(object).filter(([name]) => name !== "id" && name !== "internal");
}

function toText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "string") return isHtml(value) ? htmlText(value) : value;
  if (Array.isArray(value)) return toItems(value.map(toText));
  if (typeof value !== "object") return String(value);
  const { blocks, dataUrl } = value as { blocks?: unknown; dataUrl?: unknown };
  if (Array.isArray(blocks)) return blocks.map((block) => fromBlock(block as Block | null)).join("\n\n");
  // An object that this one refers to: its address, or with --hydrate its own fields.
  if (typeof dataUrl === "string") return dataUrl;
  return fieldsOf(value)
    .flatMap(([name, inner]) => {
      const text = toText(inner);
      return text === "" ? [] : [`${name}: ${text.includes("\n") ? indent(`\n${text}`) : text}`];
    })
    .join("\n");
}

function toItems(texts: string[], ordered = false): string {
  return texts.map((text, at) => `${ordered ? `${at + 1}.` : "-"} ${indent(text)}`).join("\n");
}

function indent(text: string): string {
  return text.replaceAll("\n", "\n  ");
}

/** A block of the vendor's editor, which is Editor.js. */
interface Block {
  type?: string;
  data?: {
    text?: string;
    level?: number;
    style?: string;
    items?: unknown[];
    content?: unknown;
    code?: string;
    title?: string;
    message?: string;
    caption?: string;
    url?: string;
    source?: string;
    html?: string;
    file?: { url?: string };
  } | null;
}

function fromBlock(block: Block | null): string {
  const data = block?.data ?? {};
  if (typeof data.code === "string") return data.code;
  if (Array.isArray(data.items)) return listText(data.items, data.style === "ordered");
  if (Array.isArray(data.content)) return tableText(data.content);
  if (block?.type === "header") return `${"#".repeat(Math.min(Math.max(data.level ?? 2, 1), 6))} ${inline(data.text)}`;
  const texts = [data.title, data.message, data.text, data.html, data.caption].map(inline);
  const address = data.url ?? data.source ?? data.file?.url;
  return [...texts, typeof address === "string" ? address : ""].filter((text) => text !== "").join("\n");
}

/** Texts of blocks are always HTML, of a line or a few. */
function inline(text: unknown): string {
  return typeof text === "string" ? htmlText(text) : "";
}

/** Items are texts, or `{content, items}`, or `{text, checked}`. */
function listText(items: unknown[], ordered: boolean): string {
  const texts = items.map((item) => {
    if (typeof item !== "object" || item === null) return inline(item);
    const { content, text, checked, items: inner } = item as Record<string, unknown>;
    const own = inline(content ?? text);
    const line = typeof checked === "boolean" ? `[${checked ? "x" : " "}] ${own}` : own;
    return Array.isArray(inner) && inner.length > 0 ? `${line}\n${listText(inner, ordered)}` : line;
  });
  return toItems(texts, ordered);
}

function tableText(rows: unknown[]): string {
  return rows.map((row) => (Array.isArray(row) ? row.map(inline).join(" | ") : inline(row))).join("\n");
}
