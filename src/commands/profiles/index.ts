import type { Command } from "commander";
import { declare } from "../../cli/parser.ts";
import type { Context } from "../../context.ts";
import { add } from "./add.ts";
import { list } from "./list.ts";
import { remove } from "./remove.ts";
import { rename } from "./rename.ts";
import { show } from "./show.ts";
import { use } from "./use.ts";

/** Registers `onduty profiles …`. */
export function addProfiles(profiles: Command, ctx: Context): void {
  for (const definition of [add, list, use, show, remove, rename])
    declare(profiles.command(definition.name), definition, ctx);
}
