import type { Connected, ConnectOptions, Context, Vendor } from "../context.ts";
import { unsupported } from "../errors.ts";

/** Connects to a vendor that takes events. @throws {CliError} as `Context.connect`, and `usage` when it takes none */
export async function connectForEvents(ctx: Context, options: ConnectOptions): Promise<Vendor<"events">> {
  const connected = await ctx.connect(options);
  if (!takesEvents(connected)) throw unsupported(connected.provider.name, "events");
  return connected;
}

function takesEvents(connected: Connected): connected is Vendor<"events"> {
  return connected.provider.events !== undefined;
}
