import type { Command } from "commander";
import { declareTraits } from "../cli/traits.ts";
import type { Connected, Context } from "../context.ts";
import { CliError } from "../errors.ts";
import type { CiMetadata } from "../events/ci.ts";
import { defaultSource, target } from "../events/defaults.ts";
import type { DeliveryOptions } from "../events/delivery-options.ts";
import type { EventFate } from "../events/outcome.ts";
import type { ChangeStatus, Event, Severity } from "../model/event.ts";
import type { Printer } from "../output/printer.ts";
import type { Ended } from "../run/child.ts";
import { addDeliveryOptions, parseSeverity } from "./events/options.ts";

interface RunOptions extends DeliveryOptions {
  dedupKey?: string;
  summary?: string;
  severity?: Severity;
  change?: boolean;
  environment?: string;
  version?: string;
  attachOutput?: boolean;
  service?: string;
  routingKey?: string;
}

/** Of the end of stderr, with `--attach-output`. */
const attachedLines = 20;
const attachedLength = 4000;

export function addRun(command: Command, ctx: Context): void {
  command
    .usage("[options] -- <command> [arguments...]")
    .argument("<command...>", "what to run, with its arguments")
    .option("--dedup-key <key>", "ties runs of one job together (default: from the CI job, else host and command line)")
    .option("--summary <text>", "what is wrong when it fails (default: the command's name and how it ended)")
    .option("--severity <level>", "critical, error, warning or info (default: error)", parseSeverity)
    .option("--change", "record a deploy from start to end instead")
    .option("--environment <name>", "of the deploy (default: of the CI job)")
    .option("--version <version>", "of the deploy")
    .option("--attach-output", `add the last ${attachedLines} lines of its stderr, which may hold secrets`);
  addDeliveryOptions(command)
    .addHelpText(
      "after",
      `
The command's input, output, signals and exit code are its own. Trouble with the vendor is told on stderr and changes none
of them. Its name is sent, its arguments are not. With --dry-run it runs all the same, and only what would be sent is not.

Examples:
  onduty run -- ./backup.sh --full
  onduty run --dedup-key nightly-backup --severity critical -- ./backup.sh
  onduty run --change --environment production --version 1.4.0 -- ./deploy.sh

Exit codes: those of the command; 126 not executable, 127 no such command, 128+n killed by signal n
`,
    )
    .action((words: string[], _, self: Command) => runCommand(ctx, words, self.optsWithGlobals<RunOptions>()));
  declareTraits(command, { writes: true });
}

async function runCommand(ctx: Context, words: string[], options: RunOptions): Promise<void> {
  // The child first: whatever else there is to do must not delay it.
  const { runChild } = await import("../run/child.ts");
  const running = runChild(ctx, words, { keepTail: options.attachOutput === true });
  const printer = ctx.printer({ ...options, output: "table", json: false });
  const reporter = new Reporter(ctx, printer, words, options);
  const started = options.change === true ? reporter.change("started") : Promise.resolve();
  const ended = await running;
  ctx.exitCode = ended.code;
  if (ended.problem !== null) await printer.warn(`cannot run "${words[0]}": ${ended.problem}`);
  await started;
  if (options.change !== true) return reporter.outcome(ended);
  await reporter.change(ended.code === 0 ? "succeeded" : ended.stopped ? "canceled" : "failed", ended);
}

/** Tells the vendor of a run; whatever goes wrong is told on stderr, and nothing is thrown. */
class Reporter {
  readonly #ctx: Context;
  readonly #printer: Printer;
  readonly #words: readonly string[];
  readonly #options: RunOptions;

  constructor(ctx: Context, printer: Printer, words: readonly string[], options: RunOptions) {
    this.#ctx = ctx;
    this.#printer = printer;
    this.#words = words;
    this.#options = options;
  }

  /** A trigger or a resolve. */
  async outcome(ended: Ended): Promise<void> {
    await this.#report(async (ci, connected) => {
      const { deriveDedupKey, requireDedupKey } = await import("../events/dedup-key.ts");
      const { summary, severity, dedupKey } = this.#options;
      const failed = ended.code !== 0;
      return {
        action: failed ? "trigger" : "resolve",
        summary: summary ?? `${this.#name} ${howItEnded(ended)}`,
        severity: failed ? (severity ?? "error") : "info",
        source: defaultSource(ci),
        dedupKey:
          dedupKey === undefined
            ? deriveDedupKey(ci, await hostName(), `${this.#name}~${await shortHash(this.#words)}`)
            : requireDedupKey(dedupKey),
        ...target(this.#options, connected.connection.profile),
        details: { ...(failed && ci !== null && { ci }), ...this.#details(ended) },
        links: failed && ci?.runUrl != null ? [{ href: ci.runUrl, text: "CI run" }] : [],
      };
    });
  }

  /** One step of a deploy. */
  async change(status: ChangeStatus, ended?: Ended): Promise<void> {
    await this.#report(async (ci, connected) => {
      const { changeEvent } = await import("../events/new-event.ts");
      const { summary, dedupKey: changeKey, environment, version } = this.#options;
      const event = changeEvent(ci, {
        status,
        summary,
        ...(changeKey !== undefined && { changeKey }),
        ...(environment !== undefined && { environment }),
        ...(version !== undefined && { version }),
        ...target(this.#options, connected.connection.profile),
      });
      return ended === undefined ? event : { ...event, details: { ...event.details, ...this.#details(ended) } };
    });
  }

  async #report(makeEvent: (ci: CiMetadata | null, connected: Connected) => Promise<Event>): Promise<void> {
    try {
      const [{ ciMetadata }, delivery, { connectForEvents }] = await Promise.all([
        import("../events/ci.ts"),
        import("../events/deliver.ts"),
        import("../events/vendor.ts"),
      ]);
      const connected = await connectForEvents(this.#ctx, this.#options);
      // Keys are known, and masked, once they were read; the output may repeat them.
      if (this.#options.attachOutput === true)
        for (const kind of connected.connection.keys) await connected.connection.http(kind);
      const event = await makeEvent(await ciMetadata(this.#ctx.env), connected);
      delivery.checkEvents(connected, [event]);
      if (this.#options.dryRun === true) return await this.#dryRun(connected, event);
      const job = { ctx: this.#ctx, vendor: connected, printer: this.#printer, options: this.#options };
      await delivery.settleEvents(job, [event], (fates) => this.#tell(fates, connected));
    } catch (error) {
      const hint = error instanceof CliError && error.hint !== undefined ? `\nhint: ${error.hint}` : "";
      await this.#printer.warn(
        `could not report the run: ${error instanceof Error ? error.message : String(error)}${hint}`,
      );
    }
  }

  async #tell(fates: EventFate[], { provider }: Connected): Promise<void> {
    const { outcomeLine, safeAs } = await import("../events/outcome.ts");
    for (const { row } of fates) {
      const reason = row.message ?? "no answer";
      // A resolve with nothing open is how most runs end.
      if (row.delivery === "delivered") await this.#printer.notice(`${provider.title}: ${outcomeLine(row)}`);
      else if (row.delivery === "refused")
        await this.#printer.warn(`${provider.title} refused to be told of the run: ${reason}`);
      else await this.#printer.warn(`${provider.title} is not told of the run yet: ${reason}\n${safeAs(row.spoolId)}`);
    }
  }

  /** On stderr: stdout is the child's. */
  async #dryRun({ provider, connection, dryRequests }: Connected, event: Event): Promise<void> {
    const { dryRunText } = await import("../output/dry-run.ts");
    await provider.events?.deliver(connection, event);
    for (const request of dryRequests.splice(0)) await this.#printer.warn(dryRunText(request));
  }

  #details({ code, signal, problem, durationMs, tail }: Ended): Record<string, unknown> {
    const output = tail === "" ? null : lastLines(tail, (plain) => this.#ctx.redact(plain));
    return {
      command: this.#name,
      exitCode: code,
      ...(signal !== null && { signal }),
      ...(problem !== null && { problem }),
      durationSeconds: Math.round(durationMs / 100) / 10,
      ...(output !== null && { output }),
    };
  }

  get #name(): string {
    const name = this.#words[0]?.replace(/^.*[/\\]/, "").replace(/[\u0000-\u001f\u007f-\u009f]/g, "");
    return (name || "command").slice(0, 100);
  }
}

function howItEnded({ code, signal, problem }: Ended): string {
  if (problem !== null) return `could not be started: ${problem}`;
  if (signal !== null) return `was killed by ${signal}`;
  return code === 0 ? "passed" : `failed with exit code ${code}`;
}

/** The last lines of a program's output, colours and other controls left out, and keys masked while they are whole. */
function lastLines(text: string, mask: (text: string) => string): string {
  const plain = text
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "")
    .trimEnd();
  return mask(plain).split("\n").slice(-attachedLines).join("\n").slice(-attachedLength);
}

async function hostName(): Promise<string> {
  const { hostname } = await import("node:os");
  return hostname();
}

/** Tells command lines apart without sending them. */
async function shortHash(words: readonly string[]): Promise<string> {
  const { createHash } = await import("node:crypto");
  return createHash("sha256").update(JSON.stringify(words)).digest("hex").slice(0, 12);
}
