import type { Command } from "commander";
import { declare } from "../../cli/parser.ts";
import type { Context } from "../../context.ts";
import { list } from "./list.ts";
import { remove } from "./remove.ts";
import { set } from "./set.ts";
import { validate } from "./validate.ts";

/** Registers `onduty keys …`. */
export function addKeys(keys: Command, ctx: Context): void {
  for (const definition of [validate, set, list, remove]) declare(keys.command(definition.name), definition, ctx);
}
