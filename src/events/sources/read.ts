import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { asObject } from "../../model/object.ts";
import { type AlertParser, toEvent } from "./alert.ts";
import { DocumentSplitter, type NumberedDocument } from "./documents.ts";

import { type Format, parserOf } from "./format.ts";
import { openInput } from "./lines.ts";
import type { LineDefaults } from "./ndjson.ts";
import type { NumberedReading } from "./reading.ts";

/** The alerts of JSON documents in a file, or on standard input for `-`, in groups as they come. Any number of documents, in constant memory. */
export async function* readAlerts(
  ctx: Context,
  file: string,
  format: Format,
  defaults: LineDefaults,
): AsyncIterable<NumberedReading[]> {
  const parser = await parserOf(format);
  const decoder = new TextDecoder("utf-8");
  const splitter = new DocumentSplitter();
  const read = (documents: NumberedDocument[]): NumberedReading[] =>
    documents.flatMap((one) => readDocument(one, parser, defaults));
  for await (const chunk of await openInput(ctx, file)) {
    const readings = read(splitter.push(typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true })));
    if (readings.length > 0) yield readings;
  }
  const readings = read([...splitter.push(decoder.decode()), ...splitter.end()]);
  if (readings.length > 0) yield readings;
}

function readDocument(document: NumberedDocument, parser: AlertParser, defaults: LineDefaults): NumberedReading[] {
  const { line } = document;
  if ("problem" in document) return [document];
  const fields = asObject(document.value);
  if (fields === undefined)
    return [{ line, problem: "it is a list: write what is in it one after the other, as jq '.[]' does" }];
  try {
    return parser(fields).map((reading) =>
      "alert" in reading ? { line, event: toEvent(reading.alert, defaults) } : { line, ...reading },
    );
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [{ line, problem: error.message }];
  }
}
