import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addEventsAck } from "./ack.ts";
import { addEventsChange } from "./change.ts";
import { addEventsResolve } from "./resolve.ts";
import { addEventsSend } from "./send.ts";
import { addEventsTrigger } from "./trigger.ts";

/** Registers `onduty events …`. */
export function addEvents(events: Command, ctx: Context): void {
  addEventsTrigger(events, ctx);
  addEventsAck(events, ctx);
  addEventsResolve(events, ctx);
  addEventsChange(events, ctx);
  addEventsSend(events, ctx);
}
