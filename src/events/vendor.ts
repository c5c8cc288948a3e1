import { type ConnectOptions, type Context, requireCapability, type Vendor } from "../context.ts";
import { notingOpenings } from "./openings.ts";

/** Connects to a vendor that takes events. @throws {CliError} as `Context.connect`, and `usage` if the vendor takes no events */
export async function connectForEvents(ctx: Context, options: ConnectOptions): Promise<Vendor<"events">> {
  const vendor = requireCapability(await ctx.connect(options), "events");
  return options.dryRun === true ? vendor : notingOpenings(ctx, vendor);
}
