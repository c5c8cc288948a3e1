import type { Vendor } from "../context.ts";
import { count } from "../model/text.ts";
import type { Printer } from "../output/printer.ts";
import { isCorrupt, type Spool, type SpoolEntry, shortId } from "../spool/spool.ts";
import { type DeliveryTools, type FlushReport, flush } from "./flush.ts";
import { warningOfSilenced } from "./silenced.ts";
import { recoverSpool } from "./spooled.ts";

/* Delivers earlier events from the spool, once the new event has had its turn. */

function waitsFor({ connection }: Pick<Vendor<"events">, "connection">): (entry: SpoolEntry) => boolean {
  const { name, provider, baseUrl } = connection.profile;
  return (entry) => entry.profile === name && entry.provider === provider && entry.baseUrl === baseUrl;
}

/**
 * Delivers what waits of this profile, and reports it together with what was done already. Undefined when it could not be tried.
 */
export async function deliverBacklog(
  printer: Printer,
  tools: DeliveryTools,
  vendor: Vendor<"events">,
  { delivered, refused }: Pick<FlushReport, "delivered" | "refused"> = { delivered: 0, refused: 0 },
): Promise<FlushReport | undefined> {
  const includes = waitsFor(vendor);
  let failed = `the spool "${tools.spool.dir}" cannot be read, so earlier events may wait in it`;
  try {
    let report: FlushReport = { delivered: 0, refused: 0, waiting: 0, corrupt: [], busy: false };
    const isEmpty = await tools.spool.isEmpty();
    failed = "earlier events in the spool could not be delivered";
    if (!isEmpty) {
      await recoverSpool(tools.spool, printer);
      const warning = warningOfSilenced(tools, printer);
      report = await printer.progress("delivering earlier events", flush(warning, { includes, waitMs: 0 }));
    }
    await reportBacklog(printer, {
      ...report,
      delivered: delivered + report.delivered,
      refused: refused + report.refused,
    });
    return report;
  } catch (error) {
    // The command's own event is done with; trouble with older ones is reported and keeps nothing back.
    const reason = error instanceof Error ? error.message : String(error);
    await printer.warn(`${failed}: ${reason}`);
    return undefined;
  }
}

const earlier = "earlier event";

export async function reportBacklog(
  printer: Printer,
  { delivered, refused, waiting, busy }: FlushReport,
): Promise<void> {
  if (delivered > 0) await printer.notice(`delivered ${count(delivered, earlier)} from the spool as well`);
  if (refused > 0)
    await printer.warn(`${count(refused, earlier)} from the spool refused; see: onduty spool list --dead`);
  if (waiting > 0 && !busy)
    await printer.notice(`${count(waiting, earlier)} still in the spool; deliver with: onduty spool flush`);
}

/** Reports what still waits under a key of which a later event went out directly: when it arrives, it is out of date. */
export async function reportOvertaken(printer: Printer, spool: Spool, streams: ReadonlySet<string>): Promise<void> {
  for (const stream of streams) {
    const [id] = await spool.pendingOf(stream).catch(() => []);
    const entry = id === undefined ? undefined : await spool.read("pending", id).catch(() => undefined);
    if (entry === undefined || isCorrupt(entry)) continue;
    const name = shortId(entry.id);
    await printer.warn(
      `an earlier event of "${entry.event.dedupKey}" still waits in the spool and will arrive after this one; to delete it: onduty spool purge ${name}`,
    );
  }
}
