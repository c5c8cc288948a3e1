import { hostname } from "node:os";
import { within } from "../../concurrency/within.ts";
import type { Context } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { readerOf, readsInput, type System } from "./systems.ts";
import { type NotifyTarget, toEvent } from "./to-event.ts";
import type { Ordered } from "./turns.ts";

/** Maximum length of standard input, in bytes. */
const maxInputBytes = 1024 * 1024;

/** Maximum time in milliseconds for a system to write its notification. */
const maxInputMs = 5000;

/** The events of one notification, and what is to be reported of it. */
export interface NotifyEvents {
  events: Ordered[];
  /** Why there is no event. */
  skipped: string | undefined;
  warnings: readonly string[];
}

/**
 * Reads what a monitoring system gives the command that it calls. `maxMs` is the time for all of the command.
 *
 * @throws {CliError} `usage` when that is no notification
 */
export async function readNotification(
  ctx: Context,
  system: System,
  words: readonly string[],
  { maxMs, ...target }: NotifyTarget & { maxMs: number },
): Promise<NotifyEvents> {
  const read = await readerOf(system);
  const stdin = readsInput(system) ? await readInput(ctx, system, Math.min(maxInputMs, maxMs / 2)) : "";
  const { events, skipped, warnings = [] } = read({ env: ctx.env, words, stdin, machine: hostname() });
  const ordered = events.map((one) => ({ event: toEvent(system, one, target), order: one.order ?? [] }));
  return { events: ordered, skipped, warnings };
}

/** What came of standard input, all of it or as much as came in time: a writer that stays must not cost the event. */
async function readInput(ctx: Context, system: System, maxMs: number): Promise<string> {
  if (ctx.streams.in.isTTY)
    throw usageError(`${system} writes the notification to standard input, which is the terminal`);
  const chunks: Buffer[] = [];
  const reading = (async () => {
    let size = 0;
    for await (const chunk of ctx.streams.in) {
      chunks.push(Buffer.from(chunk));
      size += chunk.length;
      if (size > maxInputBytes) break;
    }
  })();
  await within(maxMs, reading, undefined);
  return Buffer.concat(chunks).subarray(0, maxInputBytes).toString("utf8");
}
