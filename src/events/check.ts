import { usageError } from "../errors.ts";
import { hasControl } from "../model/control-characters.ts";
import { lengthIn } from "../model/cut.ts";
import type { Event } from "../model/event.ts";
import type { EventLimits } from "../providers/provider.ts";

/**
 * Checks the key of an event before anything is written. What else is wrong with its texts is repaired instead: `repairEvent`.
 *
 * @throws {CliError} `usage` naming the limit and the length
 */
export function checkKey({ dedupKey }: Event, limits: EventLimits, vendor: string): void {
  if (dedupKey.trim() === "") throw usageError("the dedup key is empty");
  if (hasControl(dedupKey)) throw usageError("the dedup key has a control character in it");
  const length = lengthIn(dedupKey, limits.unit);
  if (length > limits.dedupKey)
    throw usageError(
      `the dedup key has ${length} characters, and ${vendor} takes ${limits.dedupKey}`,
      `shorten it to ${limits.dedupKey} characters`,
    );
}
