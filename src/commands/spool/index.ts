import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addSpoolFlush } from "./flush.ts";
import { addSpoolList } from "./list.ts";
import { addSpoolPurge } from "./purge.ts";
import { addSpoolRetry } from "./retry.ts";
import { addSpoolShow } from "./show.ts";

/** Registers `onduty spool …`. */
export function addSpool(program: Command, ctx: Context): void {
  const spool = program.command("spool").description("Events on disk that are not delivered yet, or were refused");
  addSpoolList(spool, ctx);
  addSpoolShow(spool, ctx);
  addSpoolFlush(spool, ctx);
  addSpoolRetry(spool, ctx);
  addSpoolPurge(spool, ctx);
}
