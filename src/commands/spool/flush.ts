import { defineCommand } from "../../cli/command.ts";
import { checkSpoolProfiles } from "../../cli/families/spool-profiles.ts";
import { flag } from "../../cli/options.ts";
import { ExitCode, Interrupted } from "../../errors.ts";
import { Flusher, type FlushSummary, summaryLine, summaryShape } from "../../events/flusher.ts";
import { onSpool } from "../../events/on-spool.ts";
import { requestStream } from "../../output/dry-run.ts";
import { object, type ResultEnd } from "../../output/result.ts";

export const flush = defineCommand({
  name: "flush",
  summary: "Deliver what waits, of every profile or of those that are named",
  options: { watch: flag("go on until interrupted, looking for new events every 5 seconds") },
  profiles: "own",
  writes: true,
  ownDryRun: true,
  output: summaryShape,
  examples: ["onduty spool flush", "onduty spool flush --watch"],
  exitCodes: {
    ok: "nothing waits any more",
    failure: "some were refused",
    usage: "usage",
    pending: "some still wait",
    interrupted: "interrupted",
  },
  run: ({ ctx, options, printer, print }) =>
    onSpool(ctx, async () => {
      await checkSpoolProfiles(ctx, options);
      const flusher = new Flusher(ctx, printer, options);
      if (options.dryRun === true) {
        const end = (count: number): ResultEnd => (count === 0 ? { notices: ["nothing would be sent"] } : {});
        // Printed here, for the spool is read meanwhile.
        await print(requestStream(flusher.dryRun(), end));
        return;
      }
      const summary = await flusher.flush();
      return object(summary, { text: summaryLine(summary), ...endOf(summary, ctx.signal) });
    }),
});

function endOf({ refused, waiting, corrupt }: FlushSummary, signal: AbortSignal): ResultEnd {
  if (signal.aborted) return { failure: new Interrupted(signal) };
  if (waiting > 0 || corrupt > 0) return { exitCode: ExitCode.pending };
  return refused > 0 ? { exitCode: ExitCode.failure } : {};
}
