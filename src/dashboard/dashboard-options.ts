import type { Context, GlobalOptions } from "../context.ts";
import type { Printer } from "../output/printer.ts";
import type { Color } from "../output/streams.ts";
import type { VendorOf } from "./actions.ts";

export interface DashboardOptions {
  ctx: Context;
  /** The profiles that are watched. */
  profiles: readonly string[];
  vendorOf: VendorOf;
  printer: Printer;
  options: GlobalOptions;
  intervalMs: number;
  /** Absent: no color. */
  color: Color | undefined;
  /** Called when an action begins and when none runs any more. */
  onActing(acting: boolean): void;
}
