import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addKeysList } from "./list.ts";
import { addKeysRemove } from "./remove.ts";
import { addKeysSet } from "./set.ts";
import { addKeysValidate } from "./validate.ts";

/** Registers `onduty keys …`. */
export function addKeys(keys: Command, ctx: Context): void {
  addKeysValidate(keys, ctx);
  addKeysSet(keys, ctx);
  addKeysList(keys, ctx);
  addKeysRemove(keys, ctx);
}
