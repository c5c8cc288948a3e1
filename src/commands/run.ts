import { defineCommand } from "../cli/command.ts";
import { deliveryOptions } from "../cli/families/event-delivery.ts";
import { severityOption } from "../cli/families/event-fields.ts";
import { readLength } from "../cli/families/shifts.ts";
import { choice, flag, programs, text, value, words } from "../cli/options.ts";
import { onCancelWords } from "../run/on-cancel.ts";

export const run = defineCommand({
  name: "run",
  summary: "Run a command; trigger when it fails, resolve when it passes again",
  usage: "[options] -- <command> [arguments...]",
  arguments: { words: words("command", "what to run, with its arguments", { completes: programs }) },
  options: {
    dedupKey: text("key", "ties runs of one job together", {
      defaultNote: "from the CI job, else host and command line",
    }),
    summary: text("text", "what is wrong when it fails", { defaultNote: "the command's name and how it ended" }),
    severity: severityOption,
    change: flag("record a deploy from start to end instead"),
    environment: text("name", "of the deploy", { defaultNote: "of the CI job" }),
    version: text("version", "of the deploy"),
    onCancel: choice("what", "what SIGINT or SIGTERM does: nothing, or trigger as for a failure", onCancelWords, {
      defaultWord: "nothing",
    }),
    silence: value("duration", "silence all alerts of the service while it runs, for at most this long", readLength),
    attachOutput: flag("add the last 20 lines of its stderr, which may hold secrets"),
    ...deliveryOptions,
  },
  writes: true,
  ownDryRun: true,
  notes: `
The command keeps its input, output, signals and exit code. A failure of the vendor is reported on stderr and changes none of
them. Reports end within one --max-wait and one --timeout after the command. Its name is sent, its arguments are not. A run
that is interrupted opens and resolves nothing; with --change the deploy is canceled. With --dry-run the command runs, and
nothing is sent.
A command that passes sends no resolve when nothing is open: its last run on this machine passed within the hour, or the vendor
shows it.

With --silence the alerts of the service page nobody until the command ends, or until that time is over, also when
the run is killed. It needs an API key, and a vendor with silences.

Where a service does not show which leg of a matrix it runs, as on GitHub Actions, ONDUTY_JOB names it.`,
  examples: [
    "onduty run -- ./backup.sh --full",
    "onduty run --dedup-key nightly-backup --severity critical -- ./backup.sh",
    "onduty run --change --environment production --version 1.4.0 -- ./deploy.sh",
  ],
  exitCodes: {},
  foreignExitCodes: [
    { code: null, when: "those of the command" },
    { code: 126, when: "not executable" },
    { code: 127, when: "no such command" },
    { code: null, when: "128+n killed by signal n" },
  ],
  async run({ ctx, args, options }) {
    // Start the child first: other work must not delay it.
    const { runChild } = await import("../run/child.ts");
    const running = runChild(ctx, args.words, { keepTail: options.attachOutput === true });
    const printer = ctx.printer({ ...options, output: "table", json: false });
    const { Reporter } = await import("../run/reporter.ts");
    const reporter = new Reporter(ctx, printer, args.words, options);
    const { silence: forMs } = options;
    const silence =
      forMs === undefined
        ? undefined
        : (await import("../run/silence.ts")).silenceRun(ctx, printer, { ...options, silence: forMs });
    let added = Promise.resolve();
    let started = Promise.resolve();
    if (options.change === true)
      added = new Promise((resolve) => {
        started = reporter.started(resolve);
      });
    const ended = await running;
    ctx.exitCode = ended.code;
    reporter.commandEnded();
    if (ended.problem !== null) await printer.warn(`cannot run "${args.words[0]}": ${ended.problem}`);
    const reported = async (): Promise<void> => {
      if (options.change !== true) return reporter.outcome(ended);
      // The end is on disk while the start may still be under way.
      await added;
      await Promise.all([started, reporter.ended(ended)]);
    };
    const ending = silence?.end();
    // An alert that comes while the service is silenced notifies nobody.
    await ending?.soon;
    await Promise.all([reported(), ending?.done]);
  },
});
