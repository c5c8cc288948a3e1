import { nameProfile } from "../model/command-line.ts";
import { isJsonAsked, type PrinterOptions } from "./options.ts";
import { sanitizeCell, sanitizeJson } from "./sanitize.ts";
import type { OutputStream } from "./streams.ts";

/** A line on stderr, unless `--quiet`. */
export async function notice(text: string, options: MessageOptions & Pick<PrinterOptions, "quiet">): Promise<void> {
  if (!options.quiet) await warn(text, options);
}

/** A command to be pasted: quotes keep what stands in them. */
const command = /\bonduty(?: (?:'[^']*'|[^\s;()'])+)+/g;

/** Stands for a blank in a command while lines are broken. */
const bound = "\ue000";

/** A message as the lines of a terminal: broken between words, and never inside a command, which would be pasted as two. */
export function wrapMessage(text: string, { isTTY, columns }: Pick<OutputStream, "isTTY" | "columns">): string {
  if (!isTTY || text.length <= columns || text.includes(bound)) return text;
  let rest = columns;
  const words = text.replace(command, (found) => found.replaceAll(" ", bound)).split(" ");
  const broken = words.map((word, index) => {
    const fits = index === 0 || rest > word.length;
    rest = (fits ? rest : columns) - word.length - (fits && index > 0 ? 1 : 0);
    return `${index === 0 ? "" : fits ? " " : "\n"}${word}`;
  });
  return broken.join("").replaceAll(bound, " ");
}

type MessageOptions = Pick<PrinterOptions, "streams" | "format" | "explicit" | "profile">;

/** A line on stderr, also with `--quiet`. */
export async function warn(text: string, options: MessageOptions): Promise<void> {
  const { err } = options.streams;
  const named = nameProfile(text, options.profile);
  await err.write(isJsonAsked(options) ? messageLine(named, true) : `${wrapMessage(sanitizeCell(named), err)}\n`);
}

/** A message as stderr gets it: where errors are JSON, `{"notice": TEXT}` or `{"warning": TEXT}`; else a line that is made safe. */
export function messageLine(text: string, asJson: boolean, kind: "notice" | "debug" = "notice"): string {
  if (!asJson) return `${sanitizeCell(text)}\n`;
  const [, warning] = /^warning: (.*)$/s.exec(text) ?? [];
  return `${sanitizeJson(JSON.stringify(warning === undefined ? { [kind]: text } : { warning }))}\n`;
}
