import { nameProfile } from "../model/command-line.ts";
import { isJsonAsked, type PrinterOptions } from "./options.ts";
import { sanitizeCell, sanitizeJson } from "./sanitize.ts";

/** A line on stderr, unless `--quiet`. */
export async function notice(text: string, options: MessageOptions & Pick<PrinterOptions, "quiet">): Promise<void> {
  if (!options.quiet) await warn(text, options);
}

type MessageOptions = Pick<PrinterOptions, "streams" | "format" | "explicit" | "profile">;

/** A line on stderr, also with `--quiet`. */
export async function warn(text: string, options: MessageOptions): Promise<void> {
  await options.streams.err.write(messageLine(nameProfile(text, options.profile), isJsonAsked(options)));
}

/** A message as stderr gets it: where errors are JSON, `{"notice": TEXT}` or `{"warning": TEXT}`; else a line that is made safe. */
export function messageLine(text: string, asJson: boolean, kind: "notice" | "debug" = "notice"): string {
  if (!asJson) return `${sanitizeCell(text)}\n`;
  const [, warning] = /^warning: (.*)$/s.exec(text) ?? [];
  return `${sanitizeJson(JSON.stringify(warning === undefined ? { [kind]: text } : { warning }))}\n`;
}
