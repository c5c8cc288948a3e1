import type { Command } from "commander";
import { declare } from "../../cli/parser.ts";
import type { Context } from "../../context.ts";
import { ack } from "./ack.ts";
import { assign } from "./assign.ts";
import { comment } from "./comment.ts";
import { create } from "./create.ts";
import { list } from "./list.ts";
import { merge } from "./merge.ts";
import { open } from "./open.ts";
import { reopen } from "./reopen.ts";
import { resolve } from "./resolve.ts";
import { show } from "./show.ts";
import { snooze } from "./snooze.ts";
import { suppress } from "./suppress.ts";
import { timeline } from "./timeline.ts";
import { unack } from "./unack.ts";
import { update } from "./update.ts";
import { watch } from "./watch.ts";

const commands = [
  list,
  show,
  create,
  ack,
  unack,
  resolve,
  reopen,
  suppress,
  snooze,
  assign,
  update,
  comment,
  merge,
  timeline,
  open,
  watch,
];

/** Registers `onduty incidents …`. */
export function addIncidents(incidents: Command, ctx: Context): void {
  for (const definition of commands) declare(incidents.command(definition.name), definition, ctx);
}
