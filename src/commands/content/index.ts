import type { Command } from "commander";
import { declare } from "../../cli/parser.ts";
import type { Context } from "../../context.ts";
import { list } from "./list.ts";
import { show } from "./show.ts";
import { types } from "./types.ts";

const commands = [types, list, show];

/** Registers `onduty content …`. */
export function addContent(content: Command, ctx: Context): void {
  for (const definition of commands) declare(content.command(definition.name), definition, ctx);
}
