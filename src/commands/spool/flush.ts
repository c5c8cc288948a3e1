import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import { sleep } from "../../concurrency/sleep.ts";
import type { Connected, ConnectOptions, Context, GlobalOptions } from "../../context.ts";
import { CliError, ExitCode, Interrupted, unsupported } from "../../errors.ts";
import type { FlushReport } from "../../events/flush.ts";
import type { DryRequest } from "../../model/dry-request.ts";
import type { Printer } from "../../output/printer.ts";
import { type CorruptEntry, isCorrupt, type Spool, type SpoolEntry, shortId } from "../../spool/spool.ts";
import { onSpool } from "./on-spool.ts";

interface FlushOptions extends GlobalOptions {
  watch?: boolean;
}

/** Between two passes of `--watch`. */
const pauseMs = 5000;

/** A pass has no end of its own as long as events go through; only the waits of each are bounded. */
const passMs = 24 * 3_600_000;

export function addSpoolFlush(parent: Command, ctx: Context): void {
  const command = parent
    .command("flush")
    .description("Deliver what waits, of every profile")
    .option("--watch", "go on until interrupted, looking for new events every 5 seconds")
    .addHelpText(
      "after",
      `
Examples:
  onduty spool flush
  onduty spool flush --watch

Exit codes: 0 nothing waits any more, 1 some were refused, 2 usage, 8 some still wait, 130 interrupted
`,
    )
    .action((_, self: Command) => onSpool(ctx, flushSpool(ctx, self.optsWithGlobals<FlushOptions>())));
  declareTraits(command, { writes: true, prints: summaryShape });
}

interface FlushSummary {
  delivered: number;
  refused: number;
  waiting: number;
  corrupt: number;
}

const summaryShape = {
  columns: (["delivered", "refused", "waiting", "corrupt"] as const).map((name) => ({
    header: name.toUpperCase(),
    value: (row: FlushSummary) => String(row[name]),
  })),
  fields: ["delivered", "refused", "waiting", "corrupt"],
};

async function flushSpool(ctx: Context, options: FlushOptions): Promise<void> {
  const { openSpool } = await import("../../events/spooled.ts");
  const printer = ctx.printer(options);
  printer.check(summaryShape);
  const spool = openSpool(ctx);
  if (options.dryRun === true) return tryOut(ctx, spool, printer, options);
  const told = new Set<string>();
  const total: FlushSummary = { delivered: 0, refused: 0, waiting: 0, corrupt: 0 };
  do {
    const report = await printer.progress("delivering", pass(ctx, spool, printer, options, told));
    total.delivered += report.delivered;
    total.refused += report.refused;
    total.waiting = report.waiting;
    total.corrupt = report.corrupt.length;
    if (options.watch === true) await sleep(pauseMs, ctx.signal);
  } while (options.watch === true && !ctx.signal.aborted);

  if (printer.format === "table" && printer.isTTY) await printer.text(summaryLine(total));
  else await printer.object(total, summaryShape);
  if (ctx.signal.aborted) throw new Interrupted(ctx.signal);
  if (total.waiting > 0 || total.corrupt > 0) ctx.exitCode = ExitCode.pending;
  else if (total.refused > 0) ctx.exitCode = ExitCode.failure;
}

/** Goes through the spool once. */
async function pass(
  ctx: Context,
  spool: Spool,
  printer: Printer,
  options: FlushOptions,
  told: Set<string>,
): Promise<FlushReport> {
  const { flush } = await import("../../events/flush.ts");
  const { recoverSpool } = await import("../../events/spooled.ts");
  await recoverSpool(spool, printer);
  // As long as events go through, each may wait; where none does, all of them share the time for it.
  let lastMoved = ctx.now().getTime();
  const maxWaitLeft = (): number => options.maxWait - (ctx.now().getTime() - lastMoved);
  const connections = createConnections(ctx, { ...options, maxWaitLeft });
  const once = async (text: string): Promise<void> => {
    if (told.has(text)) return;
    told.add(text);
    await printer.warn(text);
  };
  const report = await flush(
    {
      spool,
      now: () => ctx.now(),
      deadline: ctx.now().getTime() + passMs,
      signal: ctx.signal,
      async send(entry) {
        const { provider, connection } = await connections.of(entry);
        if (provider.events === undefined) throw unsupported(provider.name, "events");
        return provider.events.deliver(connection, entry.event);
      },
      async onDelivery(delivery) {
        if (delivery.outcome === "delivered" || delivery.outcome === "refused") lastMoved = ctx.now().getTime();
        if (delivery.outcome === "delivered" || delivery.outcome === "gone" || delivery.outcome === "held") return;
        const { entry, error } = delivery;
        const verb = delivery.outcome === "refused" ? "refused" : "still waits";
        await once(
          `${shortId(entry.id)} ("${entry.event.dedupKey}", profile "${entry.profile}") ${verb}: ${error.message}`,
        );
      },
    },
    { includes: () => true, waitMs: options.maxWait },
  );
  if (report.busy) await once("another onduty process is delivering this spool");
  for (const entry of report.corrupt) await once(unreadable(spool, entry));
  return report;
}

function unreadable({ dir }: Spool, { id, corrupt }: CorruptEntry): string {
  const name = shortId(id);
  return `cannot read ${name} of "${dir}/pending": ${corrupt}; to delete it: onduty spool purge ${name}`;
}

/** Prints what would be sent of what waits, oldest first; nothing is sent, and all of it goes on waiting. */
async function tryOut(ctx: Context, spool: Spool, printer: Printer, options: FlushOptions): Promise<void> {
  const { dryRunShape, dryRunText } = await import("../../output/dry-run.ts");
  const connections = createConnections(ctx, options);
  async function* requests(): AsyncIterable<DryRequest[]> {
    for (const entry of await spool.list("pending")) {
      if (isCorrupt(entry)) await printer.warn(unreadable(spool, entry));
      else yield await requestsOf(entry);
    }
  }
  async function requestsOf(entry: SpoolEntry): Promise<DryRequest[]> {
    let made: DryRequest[] = [];
    try {
      const { provider, connection, dryRequests } = await connections.of(entry);
      made = dryRequests;
      await provider.events?.deliver(connection, entry.event);
    } catch (error) {
      // What goes wrong behind a write that was not sent comes of that.
      if (!(error instanceof CliError)) throw error;
      if (made.length === 0) await printer.warn(`${shortId(entry.id)} would not be sent: ${error.message}`);
    }
    return made.splice(0);
  }
  const count = await printer.stream(requests(), dryRunShape, dryRunText);
  if (count === 0) await printer.notice("nothing would be sent");
}

/** A connection for each profile, made once; an entry goes only where it was meant to go. */
function createConnections(ctx: Context, options: ConnectOptions): { of(entry: SpoolEntry): Promise<Connected> } {
  const made = new Map<string, Promise<Connected>>();
  return {
    async of(entry) {
      const { profile: name, provider, baseUrl } = entry;
      const connected = made.get(name) ?? connectTo(ctx, options, name);
      made.set(name, connected);
      const { profile } = (await connected).connection;
      if (profile.provider === provider && profile.baseUrl === baseUrl) return connected;
      const now = `${profile.provider} at ${profile.baseUrl}`;
      throw new CliError("usage", `it was meant for ${provider} at ${baseUrl}, and profile "${name}" is ${now}`);
    },
  };
}

/** The environment's profile is called `env`, and is not one that can be named. */
async function connectTo(ctx: Context, options: ConnectOptions, name: string): Promise<Connected> {
  if (name === "env" && !ctx.env.ONDUTY_PROVIDER && !(await ctx.config.load()).profiles.has("env"))
    throw new CliError(
      "usage",
      "it was sent with ONDUTY_PROVIDER and a key in the environment, which are not there now",
    );
  if (name === "env" && ctx.env.ONDUTY_PROVIDER !== undefined) {
    const { profile: _, ...unnamed } = options;
    const connected = await ctx.connect(unnamed);
    if (connected.connection.profile.name === "env") return connected;
  }
  return ctx.connect({ ...options, profile: name });
}

function summaryLine({ delivered, refused, waiting, corrupt }: FlushSummary): string {
  if (delivered + refused + waiting + corrupt === 0) return "Nothing waits.";
  const parts = [`delivered ${delivered}`, `refused ${refused}`, `still waiting ${waiting}`];
  return corrupt === 0 ? parts.join(", ") : [...parts, `unreadable ${corrupt}`].join(", ");
}
