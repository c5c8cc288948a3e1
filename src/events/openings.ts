import type { Context, Vendor } from "../context.ts";
import type { Event } from "../model/event.ts";
import type { Connection } from "../providers/provider.ts";
import { ClearKeys, keyName } from "./clear-keys.ts";

/** How long the list of known keys is used: a bulk must not look for a file with each event. */
const listMs = 1000;

/** The same vendor, which notes that keys are no longer clear when it sends what may open something. */
export function notingOpenings(ctx: Pick<Context, "stateDir" | "now">, vendor: Vendor<"events">): Vendor<"events"> {
  const keys = new ClearKeys(ctx);
  let known: { names: Promise<Set<string>>; untilMs: number } | undefined;
  const opening = async (name: string): Promise<void> => {
    const nowMs = process.uptime() * 1000;
    if (known === undefined || nowMs > known.untilMs) known = { names: keys.names(), untilMs: nowMs + listMs };
    if ((await known.names).has(name)) await keys.opening(name);
  };
  const { provider } = vendor;
  const deliver = async (connection: Connection, event: Event) => {
    if (event.action === "resolve") return provider.events.deliver(connection, event);
    const name = keyName(connection, event);
    await opening(name);
    const receipt = await provider.events.deliver(connection, event);
    await opening(name);
    return receipt;
  };
  return { ...vendor, provider: { ...provider, events: { ...provider.events, deliver } } };
}
