import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addFollowUp } from "./follow-up.ts";

export function addEventsResolve(parent: Command, ctx: Context): void {
  addFollowUp(parent, ctx, {
    name: "resolve",
    action: "resolve",
    description: "Say that the problem is over, by dedup key",
  });
}
