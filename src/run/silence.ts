import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import type { DeliveryOptions } from "../events/delivery-options.ts";
import { forProfile } from "../model/command-line.ts";
import type { Printer } from "../output/printer.ts";
import { removeSilence, silenceDeploy } from "../silences/deploy.ts";

/** The silence of a run. Its trouble is printed on stderr, and changes nothing of the run. */
export interface RunSilence {
  /** Ends it, once it is known whether there is one. `soon` is over when that is `done`, or takes longer than a report may wait. */
  end(): { done: Promise<void>; soon: Promise<void> };
}

/** Silences the service while a command runs. The silence has an end of its own: it stays no longer when this process is killed. */
export function silenceRun(
  ctx: Context,
  printer: Printer,
  options: DeliveryOptions & { silence: number; dryRun?: boolean },
): RunSilence {
  const { silence: forMs, service } = options;
  const began = begin();
  return {
    end() {
      const done = end();
      return { done, soon: Promise.race([done, patience()]) };
    },
  };

  async function end(): Promise<void> {
    const added = await began;
    if (added === undefined || added.id.endsWith(":")) return;
    try {
      await removeSilence(added.connected, added.id);
    } catch (error) {
      await printer.warn(`the silence goes on until ${added.until}: ${messageOf(error)}`);
      const remove = forProfile(`onduty silences remove ${added.id}`, added.connected.connection.profile);
      await printer.warn(`hint: ${remove}`);
    }
  }

  async function begin() {
    try {
      const connected = await ctx.connect(options);
      const key = `run ${process.pid} ${ctx.now().toISOString()}`;
      const { id, until } = await silenceDeploy(connected, { service, changeKey: key, forMs });
      return { connected, id, until };
    } catch (error) {
      await printer.warn(`could not silence the service: ${messageOf(error)}`);
      return undefined;
    }
  }
}

/** How long a report waits for the end of the silence, in milliseconds. */
const patienceMs = 5000;

function patience(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, patienceMs).unref());
}

function messageOf(error: unknown): string {
  if (error instanceof CliError) return error.message;
  return error instanceof Error ? error.message : String(error);
}
