import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addSpoolFlush } from "./flush.ts";
import { addSpoolList } from "./list.ts";
import { addSpoolPurge } from "./purge.ts";
import { addSpoolRetry } from "./retry.ts";
import { addSpoolShow } from "./show.ts";

/** Registers `onduty spool …`. */
export function addSpool(spool: Command, ctx: Context): void {
  addSpoolList(spool, ctx);
  addSpoolShow(spool, ctx);
  addSpoolFlush(spool, ctx);
  addSpoolRetry(spool, ctx);
  addSpoolPurge(spool, ctx);
}
