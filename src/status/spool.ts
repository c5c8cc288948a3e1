import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { hasPlace } from "../events/no-place.ts";
import { onSpool } from "../events/on-spool.ts";
import { openSpool } from "../events/spooled.ts";
import { isCorrupt } from "../spool/spool.ts";
import type { SpoolStatus } from "./report.ts";

/** What is in the spool of this machine's user. A spool that cannot be read is unknown, not empty. */
export async function spoolStatus(ctx: Context): Promise<SpoolStatus> {
  if (!hasPlace(ctx)) return { pending: 0, dead: 0, oldestAt: null };
  try {
    return await onSpool(ctx, () => readSpool(ctx));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { pending: null, dead: null, oldestAt: null, error: error.message };
  }
}

async function readSpool(ctx: Context): Promise<SpoolStatus> {
  const spool = openSpool(ctx);
  const [pending, dead] = await Promise.all([spool.list("pending"), spool.list("dead")]);
  const oldest = pending.find((entry) => !isCorrupt(entry));
  return {
    pending: pending.length,
    dead: dead.length,
    oldestAt: oldest !== undefined && !isCorrupt(oldest) ? oldest.createdAt : null,
  };
}
