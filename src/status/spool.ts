import type { Context } from "../context.ts";
import { openSpool } from "../events/spooled.ts";
import { isCorrupt } from "../spool/spool.ts";
import type { SpoolStatus } from "./report.ts";

/** What is in the spool of this machine's user. A spool that cannot be read is a failure, not an empty one. */
export async function spoolStatus(ctx: Context): Promise<SpoolStatus> {
  const spool = openSpool(ctx);
  const [pending, dead] = await Promise.all([spool.list("pending"), spool.list("dead")]);
  const oldest = pending.find((entry) => !isCorrupt(entry));
  return {
    pending: pending.length,
    dead: dead.length,
    oldestAt: oldest !== undefined && !isCorrupt(oldest) ? oldest.createdAt : null,
  };
}
