import type { Command } from "commander";
import { declare } from "../../cli/parser.ts";
import type { Context } from "../../context.ts";
import { list } from "./list.ts";
import { show } from "./show.ts";

/** Registers `onduty schedules …`. */
export function addSchedules(group: Command, ctx: Context): void {
  for (const definition of [list, show]) declare(group.command(definition.name), definition, ctx);
}
