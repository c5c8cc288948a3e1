import type { Context } from "../../context.ts";
import { cannotRead } from "../../disk/input-file.ts";
import { usageError } from "../../errors.ts";
import { DocumentSplitter, type NumberedDocument, type SplitterOptions } from "./documents.ts";

/** The JSON documents of a file, or of standard input for `-`, in groups as they come. Any number of documents, in constant memory. */
export async function* readDocuments(
  ctx: Context,
  file: string,
  options: SplitterOptions,
): AsyncIterable<NumberedDocument[]> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  const splitter = new DocumentSplitter(options);
  for await (const chunk of await openInput(ctx, file)) {
    if (typeof chunk !== "string") decoder ??= decoderFor(chunk);
    const text = typeof chunk === "string" ? chunk : (decoder?.decode(chunk, { stream: true }) ?? "");
    const documents = splitter.push(text);
    if (documents.length > 0) yield documents;
  }
  const documents = [...splitter.push(decoder?.decode() ?? ""), ...splitter.end()];
  if (documents.length > 0) yield documents;
}

/** Invalid UTF-8 becomes a replacement character: an alert with one wrong letter is better than none. Windows PowerShell 5 writes UTF-16. */
function decoderFor([first, second]: Uint8Array): InstanceType<typeof TextDecoder> {
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le");
  return new TextDecoder(first === 0xfe && second === 0xff ? "utf-16be" : "utf-8");
}

/** Standard input for `-`, else the file. @throws {CliError} `usage` when it cannot be read */
async function openInput(ctx: Context, file: string): Promise<AsyncIterable<Uint8Array | string>> {
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
