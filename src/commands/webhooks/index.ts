import type { Command } from "commander";
import { declare } from "../../cli/parser.ts";
import type { Context } from "../../context.ts";
import { listen } from "./listen.ts";
import { verify } from "./verify.ts";

const commands = [verify, listen];

/** Registers `onduty webhooks …`. */
export function addWebhooks(webhooks: Command, ctx: Context): void {
  for (const definition of commands) declare(webhooks.command(definition.name), definition, ctx);
}
