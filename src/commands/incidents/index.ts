import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addIncidentsAction } from "./act.ts";
import { addIncidentsList } from "./list.ts";
import { addIncidentsShow } from "./show.ts";

/** Registers `onduty incidents …`. */
export function addIncidents(incidents: Command, ctx: Context): void {
  addIncidentsList(incidents, ctx);
  addIncidentsShow(incidents, ctx);
  addIncidentsAction(incidents, ctx, { name: "ack", alias: "acknowledge", verb: "acknowledge" });
  addIncidentsAction(incidents, ctx, { name: "resolve", verb: "resolve" });
}
