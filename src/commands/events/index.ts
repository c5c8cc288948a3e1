import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addEventsAck } from "./ack.ts";
import { addDeploy, addEventsChange } from "./change.ts";
import { addEventsResolve } from "./resolve.ts";
import { addEventsSend } from "./send.ts";
import { addEventsTrigger } from "./trigger.ts";

/** Registers `onduty events …`. */
export function addEvents(program: Command, ctx: Context): void {
  const events = program.command("events").alias("event").description("Send alert and deploy events");
  addEventsTrigger(events, ctx);
  addEventsAck(events, ctx);
  addEventsResolve(events, ctx);
  addEventsChange(events, ctx);
  addEventsSend(events, ctx);
  addDeploy(program, ctx);
}
