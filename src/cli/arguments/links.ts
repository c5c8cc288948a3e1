import { InvalidArgumentError } from "commander";
import type { Event } from "../../model/event.ts";

/** Collects `--link URL[=TEXT]`. */
export function collectLink(text: string, before: Event["links"] = []): Event["links"] {
  const link = splitLink(text.trim());
  let url: URL;
  try {
    url = new URL(link.href);
  } catch {
    throw new InvalidArgumentError("Expected a full URL, such as https://example.com/run/1=Run 1.");
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new InvalidArgumentError("Expected a full URL that begins with https:// or http://.");
  }
  return [...before, link];
}

/**
 * An address may hold `=` itself: each part of its query has one of its own, so there the text begins at the second.
 * `=` at the end, or several in a row, are padding of a value and belong to the address.
 */
function splitLink(text: string): Event["links"][number] {
  for (let at = text.indexOf("="); at !== -1; at = text.indexOf("=", at + 1)) {
    const [href, label] = [text.slice(0, at), text.slice(at + 1)];
    if (label === "" || label.startsWith("=")) continue;
    const inQuery = /[?#]/.test(href);
    if (!inQuery || /[?#&][^?#&=]*=[^?#&]*$/.test(href)) return { href, text: label };
  }
  return { href: text };
}
