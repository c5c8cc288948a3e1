import type { Context, GlobalOptions, Vendor } from "../context.ts";
import type { IncidentStatus } from "../model/incident.ts";
import type { Printer } from "../output/printer.ts";

/** A kind of action on incidents, as messages and questions name it. */
export interface ActionKind {
  /** The command's own word: `ack`. */
  command: string;
  /** As in "could not acknowledge inc_1". */
  verb: string;
  /** Statuses it does something to, which filters match when none is given. */
  actsOn: readonly IncidentStatus[];
}

export interface ActTools {
  ctx: Context;
  vendor: Vendor<"incidents">;
  printer: Printer;
  options: GlobalOptions;
}
