import type { Command } from "commander";
import { declare } from "../../cli/parser.ts";
import type { Context } from "../../context.ts";
import { flush } from "./flush.ts";
import { list } from "./list.ts";
import { purge } from "./purge.ts";
import { retry } from "./retry.ts";
import { show } from "./show.ts";

/** Registers `onduty spool …`. */
export function addSpool(spool: Command, ctx: Context): void {
  for (const definition of [list, show, flush, retry, purge]) declare(spool.command(definition.name), definition, ctx);
}
