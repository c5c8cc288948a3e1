import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addIncidentsActions } from "./actions.ts";
import { addIncidentsComment } from "./comment.ts";
import { addIncidentsCreate } from "./create.ts";
import { addIncidentsList } from "./list.ts";
import { addIncidentsMerge } from "./merge.ts";
import { addIncidentsOpen } from "./open.ts";
import { addIncidentsShow } from "./show.ts";
import { addIncidentsTimeline } from "./timeline.ts";
import { addIncidentsWatch } from "./watch.ts";

/** Registers `onduty incidents …`. */
export function addIncidents(incidents: Command, ctx: Context): void {
  addIncidentsList(incidents, ctx);
  addIncidentsShow(incidents, ctx);
  addIncidentsCreate(incidents, ctx);
  addIncidentsActions(incidents, ctx);
  addIncidentsComment(incidents, ctx);
  addIncidentsMerge(incidents, ctx);
  addIncidentsTimeline(incidents, ctx);
  addIncidentsOpen(incidents, ctx);
  addIncidentsWatch(incidents, ctx);
}
