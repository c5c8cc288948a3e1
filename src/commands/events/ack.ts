import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addFollowUp } from "./follow-up.ts";

export function addEventsAck(parent: Command, ctx: Context): void {
  addFollowUp(parent, ctx, {
    name: "ack",
    alias: "acknowledge",
    action: "acknowledge",
    description: "Say that somebody is on it, by dedup key",
  });
}
