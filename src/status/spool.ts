import { join } from "node:path";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { hasPlace } from "../events/no-place.ts";
import { onSpool } from "../events/on-spool.ts";
import { hasEntries } from "../spool/depth.ts";
import type { SpoolStatus } from "./report.ts";

const empty: SpoolStatus = { pending: 0, dead: 0, oldestAt: null };

/** What is in the spool of this machine's user. A spool that cannot be read is unknown, not empty. */
export async function spoolStatus(ctx: Context): Promise<SpoolStatus> {
  if (!hasPlace(ctx)) return empty;
  try {
    return await onSpool(ctx, () => readSpool(ctx));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { pending: null, dead: null, oldestAt: null, error: error.message };
  }
}

async function readSpool(ctx: Context): Promise<SpoolStatus> {
  // Most spools are empty, which the names of their folders show.
  if (!hasEntries(join(ctx.stateDir, "spool"))) return empty;
  const { openSpool } = await import("../events/spooled.ts");
  const spool = openSpool(ctx);
  const [pending, dead, oldestAt] = await Promise.all([spool.count("pending"), spool.count("dead"), spool.oldestAt()]);
  return { pending, dead, oldestAt };
}
