import type { Context } from "../../context.ts";
import { cannotRead } from "../../disk/input-file.ts";
import { usageError } from "../../errors.ts";

/** Maximum length of a line, in UTF-16 units. A longer line is not an event. */
const maxLineLength = 1024 * 1024;

/** One line of the input, or why it cannot be read. */
export type NumberedLine = { line: number } & ({ text: string } | { problem: string });

/** The lines of a file, or of standard input for `-`, in groups as they come; empty ones are left out. Any length, in constant memory. */
export async function* readLines(ctx: Context, file: string): AsyncIterable<NumberedLine[]> {
  // Invalid UTF-8 becomes a replacement character: an alert with one wrong letter is better than none.
  const decoder = new TextDecoder("utf-8");
  let rest = "";
  let line = 0;
  let skipping = false;
  function* cut(text: string, last: boolean): Iterable<NumberedLine> {
    const parts = (rest + text).split("\n");
    rest = last ? "" : (parts.pop() ?? "");
    for (const part of parts) {
      line += 1;
      if (skipping) skipping = false;
      else if (part.length > maxLineLength) yield tooLong(line);
      else if (part.trim() !== "") yield { line, text: part };
    }
    if (rest.length > maxLineLength) {
      if (!skipping) yield tooLong(line + 1);
      skipping = true;
      rest = "";
    }
  }
  for await (const chunk of await openInput(ctx, file)) {
    const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    const lines = [...cut(text, false)];
    if (lines.length > 0) yield lines;
  }
  const lines = [...cut(decoder.decode(), true)];
  if (lines.length > 0) yield lines;
}

function tooLong(line: number): NumberedLine {
  return { line, problem: `it is longer than ${maxLineLength / 1024 / 1024} MiB` };
}

/** Standard input for `-`, else the file. @throws {CliError} `usage` when it cannot be read */
export async function openInput(ctx: Context, file: string): Promise<AsyncIterable<Uint8Array | string>> {
  if (file === "-") return ctx.streams.in;
  const { open } = await import("node:fs/promises");
  try {
    const handle = await open(file, "r");
    if (!(await handle.stat()).isDirectory())
      return handle.createReadStream({ signal: ctx.signal, highWaterMark: 64 * 1024 });
    await handle.close();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw cannotRead(file, error, "onduty events send FILE, or - for standard input");
  }
  throw usageError(`"${file}" is a folder`, "onduty events send FILE");
}
