import type { Context, Vendor } from "../context.ts";
import type { Event, EventReceipt } from "../model/event.ts";
import type { Connection } from "../providers/provider.ts";
import { ClearKeys, keyName } from "./clear-keys.ts";

/** How long the list of known keys is used: a bulk must not look for a file with each event. */
const listMs = 1000;

/** Providers that note already. */
const noting = new WeakSet<object>();

type Deliver = (connection: Connection, event: Event) => Promise<EventReceipt>;

/**
 * The same vendor, which notes that keys are no longer clear when it sends what may open something. A deploy that succeeds leaves out
 * the resolve of a failure when the last one to its target has succeeded, too.
 */
export function notingOpenings(ctx: Pick<Context, "stateDir" | "now">, vendor: Vendor<"events">): Vendor<"events"> {
  const { provider } = vendor;
  if (noting.has(provider)) return vendor;
  const { events } = provider;
  const keys = new ClearKeys(ctx);
  const openings = new Openings(keys);
  const deliver: Deliver = async (connection, event) => {
    if (!mayOpen(event)) return events.deliver(connection, event);
    const name = (): string => keyName(connection, event);
    if (openings.hasSome()) await openings.note(name());
    const receipt = await events.deliver(connection, event);
    if (openings.hasSome()) await openings.note(name());
    return receipt;
  };
  // Where a resolve that finds nothing open does harm, a deploy is made of alerts.
  const delivering = events.isOpen === undefined ? deliver : deliveringDeploys(keys, deliver);
  const notingProvider = { ...provider, events: { ...events, deliver: delivering } };
  noting.add(notingProvider);
  return { ...vendor, provider: notingProvider };
}

/** Of a deploy only the failure opens something that stays. */
function mayOpen({ action, change }: Event): boolean {
  return action === "change" ? change?.status === "failed" : action !== "resolve";
}

/** Keeps in mind whether the last deploy to a target has failed. */
function deliveringDeploys(keys: ClearKeys, deliver: Deliver): Deliver {
  return async (connection, event) => {
    const { change } = event;
    if (change === undefined || (change.status !== "succeeded" && change.status !== "failed"))
      return deliver(connection, event);
    const name = keyName(connection, event);
    if (change.status === "failed") {
      await keys.opening(name, { always: true });
      const receipt = await deliver(connection, event);
      await keys.opening(name, { always: true });
      return receipt;
    }
    const before = await keys.read(name);
    // The last deploy of a CI job may have been on another machine.
    const isClear = before.isClear && event.details.ci === undefined;
    const known = isClear ? { ...event, change: { ...change, nothingFailed: true as const } } : event;
    const receipt = await deliver(connection, known);
    if (!isClear) await keys.cleared(name, before);
    return receipt;
  };
}

class Openings {
  readonly #keys: ClearKeys;
  #known: { names: ReadonlySet<string>; untilMs: number } | undefined;

  constructor(keys: ClearKeys) {
    this.#keys = keys;
  }

  /** Whether anything is known of any key. */
  hasSome(): boolean {
    const nowMs = process.uptime() * 1000;
    if (this.#known === undefined || nowMs > this.#known.untilMs)
      this.#known = { names: this.#keys.names(), untilMs: nowMs + listMs };
    return this.#known.names.size > 0;
  }

  async note(name: string): Promise<void> {
    if (this.#known?.names.has(name) === true) await this.#keys.opening(name);
  }
}
