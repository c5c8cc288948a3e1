import type { Context, Vendor } from "../../context.ts";
import { CliError } from "../../errors.ts";
import type { Event } from "../../model/event.ts";
import { fitKey } from "../../model/fit-key.ts";
import type { BulkItem } from "../bulk-outcome.ts";
import { defaultSource, target } from "../defaults.ts";
import type { Format } from "./format.ts";
import type { LineDefaults } from "./parts.ts";
import type { Reader } from "./reader.ts";
import type { ItemReading, NumberedReading } from "./reading.ts";

export interface InputOptions {
  from?: Format;
  /** A jq expression that makes events of any JSON. */
  map?: string;
  /** Stands before each key: it distinguishes senders whose keys are alike. */
  keyPrefix?: string;
  service?: string;
  routingKey?: string;
}

/** Receives what is not an event. */
export interface InputListener {
  onBad(line: number, message: string): Promise<void>;
  onSkipped(line: number, message: string): Promise<void>;
  onWarning(line: number, message: string): Promise<void>;
  /** Resolves when there is room for more. */
  room(): Promise<void>;
}

/** The events of the input. It is not read faster than there is `room` for what comes of it. */
export async function* readItems(
  ctx: Context,
  file: string,
  { provider, connection }: Vendor<"events">,
  options: InputOptions,
  listener: InputListener,
): AsyncIterable<BulkItem[]> {
  const [{ repairEvent }, { readOrigin }] = await Promise.all([import("../repair.ts"), import("../origin.ts")]);
  const { ci, place } = await readOrigin(ctx.env);
  const defaults = { source: defaultSource(ci), ci, place, ...target(options, connection.profile) };
  const { events, title } = provider;
  const repair = { limits: events.limits, title, fitsKeys: true };
  const { keyPrefix = "" } = options;
  const remarked = new Set<string>();
  // A document of a monitoring system may hold many alerts.
  const alone = options.from === undefined && options.map === undefined;
  for await (const readings of readItemsOf(ctx, file, options, defaults)) {
    const items: BulkItem[] = [];
    for (const reading of readings) {
      const { line } = reading;
      if ("event" in reading) {
        const { event, warnings } = repairEvent(withPrefix(reading.event, keyPrefix), repair);
        for (const remark of reading.remarks ?? []) {
          if (!remarked.has(remark)) await listener.onWarning(line, remark);
          remarked.add(remark);
        }
        for (const warning of [...(reading.warnings ?? []), ...warnings])
          await listener.onWarning(line, alone ? warning : `"${event.dedupKey}": ${warning}`);
        try {
          events.check(connection, event);
          items.push({ line, event });
        } catch (error) {
          await listener.onBad(line, messageOf(error));
        }
      } else if ("problem" in reading) await listener.onBad(line, reading.problem);
      else if ("skipped" in reading) await listener.onSkipped(line, reading.skipped);
      else await listener.onWarning(line, reading.warning);
    }
    await listener.room();
    if (items.length > 0) yield items;
  }
}

function withPrefix(event: Event, keyPrefix: string): Event {
  if (keyPrefix === "") return event;
  const { dedupKey, change } = event;
  const target = change?.target === undefined ? {} : { target: fitKey(keyPrefix + change.target) };
  return {
    ...event,
    dedupKey: keyPrefix + dedupKey,
    ...(change !== undefined && { change: { ...change, ...target } }),
  };
}

/** What stands in the documents of the input, in groups as they come. */
async function* readItemsOf(
  ctx: Context,
  file: string,
  options: InputOptions,
  defaults: LineDefaults,
): AsyncIterable<NumberedReading[]> {
  const [{ readDocuments }, { readerOf }] = await Promise.all([import("./open-input.ts"), import("./reader.ts")]);
  const reader = await readerOf(options, defaults);
  for await (const documents of readDocuments(ctx, file, reader.splits)) {
    const readings: NumberedReading[] = [];
    for (const document of documents) {
      const { line } = document;
      if ("problem" in document) readings.push(document);
      else for (const one of await readOne(reader, document.value)) readings.push({ line, ...one });
    }
    yield readings;
  }
}

async function readOne(reader: Reader, value: unknown): Promise<ItemReading[]> {
  try {
    return await reader.read(value);
  } catch (error) {
    return [{ problem: messageOf(error) }];
  }
}

/** @throws what is no error of the user */
function messageOf(error: unknown): string {
  if (!(error instanceof CliError)) throw error;
  return error.message;
}
