import type { Context, GlobalOptions, Vendor } from "../../context.ts";
import { unsupported, usageError } from "../../errors.ts";
import type { Event } from "../../model/event.ts";
import type { OpenAlert } from "../../model/incident.ts";
import { count } from "../../model/text.ts";
import { defaultSource, target } from "../defaults.ts";
import { toEvent } from "../sources/alert.ts";
import { type ListedAlerts, readListed } from "./alertmanager.ts";
import { compare, type Difference, type OpenAlerts } from "./compare.ts";
import { askAlertmanager, type Listed, readListedFile, type SourceOptions } from "./source.ts";

export interface ReconcileOptions extends SourceOptions, Pick<GlobalOptions, "quiet"> {
  keyPrefix: string;
  receiver: string | undefined;
  /** A list without alerts is believed. */
  allowEmpty: boolean;
  service?: string;
  routingKey?: string;
}

/** The events that make open what fires and resolve what is over, and the notices about it. */
export interface Plan {
  events: Event[];
  notices: string[];
  warnings: string[];
  /** Something stays as it is because it is not known whether it is over. */
  partial: boolean;
}

/**
 * Compares what fires in Alertmanager with what is open under its keys.
 *
 * @throws {CliError} when one of both cannot be listed at all, and `usage` when the list is empty or of several receivers
 */
export async function planReconcile(ctx: Context, vendor: Vendor<"events">, options: ReconcileOptions): Promise<Plan> {
  const { url, file, keyPrefix, receiver } = options;
  let listed: Listed;
  let open: OpenAlerts;
  // What fires is asked last: what is opened in between fires, and must not look as if it were over.
  if (url !== undefined) {
    open = await listOpen(vendor);
    listed = await askAlertmanager(ctx, url, options);
  } else {
    listed = await readListedFile(ctx, file);
    open = await listOpen(vendor);
  }
  const list = readListed(listed.body, { keyPrefix, receiver, now: ctx.now() });
  checkList(list, options);
  const { service } = target(options, vendor.connection.profile);
  const found = compare(list, open, { ownKeys: `${keyPrefix}alertmanager:`, service, listedAt: listed.at });
  const plan = toPlan(found, list, open, eventsOf(found, vendor, options));
  if (receiver !== undefined && list.count > 0 && !list.receivers.has(receiver))
    plan.warnings.push(`no alert that fires goes to the receiver "${receiver}"`);
  return plan;
}

async function listOpen({ provider, connection }: Vendor<"events">): Promise<OpenAlerts> {
  const { openAlerts } = provider.events;
  if (openAlerts === undefined) throw unsupported(provider.name, "list of what is open under dedup keys");
  const found: OpenAlerts = { rows: [], truncated: undefined };
  for await (const { rows, truncated } of openAlerts(connection)) {
    found.rows.push(...rows);
    found.truncated ??= truncated;
  }
  return found;
}

/** Refuses a list from which nothing follows. */
function checkList(list: ListedAlerts, { allowEmpty, receiver }: ReconcileOptions): void {
  if (list.count === 0 && !allowEmpty)
    throw usageError(
      "Alertmanager lists no alerts: that nothing fires is not certain, so nothing is resolved",
      "--allow-empty, when you know that nothing fires",
    );
  if (receiver === undefined && list.receivers.size > 1)
    throw usageError(
      `the alerts go to several receivers: ${[...list.receivers].sort().slice(0, 10).join(", ")}`,
      "--receiver NAME names the one that sends to onduty",
    );
}

function eventsOf(found: Difference, vendor: Vendor<"events">, options: ReconcileOptions): Event[] {
  const where = target(options, vendor.connection.profile);
  const defaults = { source: defaultSource(null), ci: null, ...where };
  return [
    ...found.triggers.map((alert) => toEvent(alert, defaults)),
    ...found.resolves.map((alert) => resolveEvent(alert, where)),
  ];
}

function resolveEvent({ dedupKey, title }: OpenAlert, where: Pick<Event, "service" | "routingKey">): Event {
  return {
    action: "resolve",
    summary: title ?? dedupKey,
    severity: "info",
    source: defaultSource(null),
    dedupKey,
    ...where,
    details: {},
    links: [],
    note: "fires no more in Alertmanager",
  };
}

function toPlan(found: Difference, list: ListedAlerts, open: OpenAlerts, events: Event[]): Plan {
  const { triggers, resolves, same, kept } = found;
  const notices = [
    `${count(list.firing.size, "alert")} firing: ${same} open already, ${triggers.length} to trigger`,
    `${resolves.length} open and firing no more: to resolve`,
    ...(list.suppressed > 0 ? [`${list.suppressed} silenced or inhibited: left unchanged`] : []),
  ];
  const warnings: string[] = [];
  if (open.truncated !== undefined)
    warnings.push(`the list of open incidents is not complete: ${open.truncated}; nothing is resolved`);
  if (list.unreadable.length > 0)
    warnings.push(`${list.unreadable.slice(0, 5).join(", ")} cannot be read; nothing is resolved`);
  if (list.ended > 0)
    warnings.push(`${count(list.ended, "alert")} ended before now, so the list is old: left unchanged`);
  for (const { alert, why } of kept) warnings.push(`"${alert.dedupKey}" stays open: ${why}`);
  const partial = open.truncated !== undefined || list.unreadable.length > 0 || kept.length > 0 || list.ended > 0;
  return { events, notices, warnings, partial };
}
