import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addWebhooksListen } from "./listen.ts";
import { addWebhooksVerify } from "./verify.ts";

/** Registers `onduty webhooks …`. */
export function addWebhooks(webhooks: Command, ctx: Context): void {
  addWebhooksVerify(webhooks, ctx);
  addWebhooksListen(webhooks, ctx);
}
