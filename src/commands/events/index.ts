import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addEventsAck } from "./ack.ts";
import { addEventsResolve } from "./resolve.ts";
import { addEventsTrigger } from "./trigger.ts";

/** Registers `onduty events …`. */
export function addEvents(program: Command, ctx: Context): void {
  const events = program.command("events").alias("event").description("Trigger, acknowledge and resolve by dedup key");
  addEventsTrigger(events, ctx);
  addEventsAck(events, ctx);
  addEventsResolve(events, ctx);
}
