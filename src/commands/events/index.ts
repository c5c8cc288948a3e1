import type { Command } from "commander";
import { declare } from "../../cli/parser.ts";
import type { Context } from "../../context.ts";
import { ack } from "./ack.ts";
import { change } from "./change.ts";
import { resolve } from "./resolve.ts";
import { send } from "./send.ts";
import { trigger } from "./trigger.ts";

/** Registers `onduty events …`. */
export function addEvents(events: Command, ctx: Context): void {
  for (const definition of [trigger, ack, resolve, change, send])
    declare(events.command(definition.name), definition, ctx);
}
