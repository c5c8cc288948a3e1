import type { Context, GlobalOptions, Vendor } from "../context.ts";
import type { Printer } from "../output/printer.ts";
import type { Color } from "../output/streams.ts";

export interface DashboardOptions {
  ctx: Context;
  connected: Vendor<"incidents">;
  printer: Printer;
  options: GlobalOptions;
  intervalMs: number;
  /** Absent: no color. */
  color: Color | undefined;
  /** Called when an action begins and when none runs any more. */
  onActing(acting: boolean): void;
}
