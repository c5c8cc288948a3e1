import type { Context, Vendor } from "../../context.ts";
import { CliError } from "../../errors.ts";
import type { BulkItem } from "../bulk-outcome.ts";
import { defaultSource, target } from "../defaults.ts";
import type { Format } from "./format.ts";
import type { LineDefaults } from "./ndjson.ts";
import type { NumberedReading } from "./reading.ts";

export interface InputOptions {
  from?: Format;
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
  const [{ repairEvent }, { ciMetadata }] = await Promise.all([import("../repair.ts"), import("../ci.ts")]);
  const ci = await ciMetadata(ctx.env);
  const defaults = { source: defaultSource(ci), ci, ...target(options, connection.profile) };
  const { events, title } = provider;
  const repair = { limits: events.limits, title, fitsKeys: true };
  const input =
    options.from === undefined
      ? readEvents(ctx, file, defaults)
      : (await import("./read.ts")).readAlerts(ctx, file, options.from, defaults);
  for await (const readings of input) {
    const items: BulkItem[] = [];
    for (const reading of readings) {
      const { line } = reading;
      if ("event" in reading) {
        const { event, warnings } = repairEvent(reading.event, repair);
        for (const warning of [...(reading.warnings ?? []), ...warnings]) await listener.onWarning(line, warning);
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

/** One event in each line. */
async function* readEvents(ctx: Context, file: string, defaults: LineDefaults): AsyncIterable<NumberedReading[]> {
  const [{ readLines }, { parseLine }] = await Promise.all([import("./lines.ts"), import("./ndjson.ts")]);
  for await (const lines of readLines(ctx, file)) {
    yield lines.map((one): NumberedReading => {
      if ("problem" in one) return one;
      const { line } = one;
      try {
        return { line, event: parseLine(one.text, defaults) };
      } catch (error) {
        return { line, problem: messageOf(error) };
      }
    });
  }
}

/** @throws what is no error of the user */
function messageOf(error: unknown): string {
  if (!(error instanceof CliError)) throw error;
  return error.message;
}
