import { type ConnectOptions, type Context, requireCapability, type Vendor } from "../context.ts";

/** Connects to a vendor that takes events. @throws {CliError} as `Context.connect`, and `usage` if the vendor takes no events */
export async function connectForEvents(ctx: Context, options: ConnectOptions): Promise<Vendor<"events">> {
  return requireCapability(await ctx.connect(options), "events");
}
