import { parseTime } from "../cli/arguments/point-in-time.ts";
import { defineCommand } from "../cli/command.ts";
import { text } from "../cli/options.ts";
import { askProfiles } from "../cli/several-profiles.ts";
import type { Context } from "../context.ts";
import { ExitCode, usageError } from "../errors.ts";
import { object } from "../output/result.ts";
import type { Shape } from "../output/shape.ts";
import { type Handoff, type HandoffPart, handoffFields, readHandoff, shiftBegan } from "../reports/handoff.ts";
import { handoffText } from "../reports/handoff-text.ts";

const handoffShape: Shape<Handoff> = { columns: [], fields: handoffFields };

const asks = { name: "handoff", needs: "incidents", profiles: "own" } as const;

/** Where the shift of the caller is not known. */
const defaultMs = 12 * 3_600_000;

export const handoff = defineCommand({
  ...asks,
  summary: "Report a shift for the one who takes over",
  options: { since: text("time", "first moment", { defaultNote: "the beginning of your shift, else 12h ago" }) },
  output: handoffShape,
  notes: `
What is still open, what was opened, acknowledged and resolved, changes, comments, who is on call and who is next. In a pipe and with
--output markdown it is Markdown. What was resolved is found for incidents of up to 14 days before.`,
  examples: ["onduty handoff", "onduty handoff --since 8h --output markdown > handoff.md", "onduty handoff --json"],
  exitCodes: { ok: "complete", usage: "usage", network: "no response", auth: "key", partial: "something is not known" },
  check(options, _, ctx) {
    const { format } = ctx.printer(options);
    if (format === "csv" || format === "tsv" || format === "ics")
      throw usageError(`a handoff has no rows and columns for --output ${format}`, "--output markdown");
    sinceOf(options, ctx);
  },
  async run({ ctx, options, printer }) {
    const until = ctx.now();
    const given = sinceOf(options, ctx);
    // One span for all profiles: the earliest of the caller's shifts.
    const asking = askProfiles(
      asks,
      ctx,
      options,
      async (connected, shifts: (Date | undefined)[]) => {
        const began = shifts.flatMap((time) => time?.getTime() ?? []);
        const since = given ?? new Date(began.length > 0 ? Math.min(...began) : until.getTime() - defaultMs);
        return { since, part: await readHandoff(connected, since, until) };
      },
      async (connected) => (given === undefined ? shiftBegan(connected) : undefined),
    );
    const { answers, failures, end } = await printer.progress("reading the shift", asking);
    const parts = answers.map(({ answer }) => answer.part);
    const join = <Row>(read: (part: HandoffPart) => readonly Row[]): Row[] => parts.flatMap(read);
    const changes = parts.flatMap((part) => (part.changes === null ? [] : [part.changes]));
    const since = answers[0]?.answer.since ?? until;
    const complete = end.exitCode === undefined && parts.every(({ missing }) => missing.length === 0);
    const report: Handoff = {
      since: since.toISOString(),
      until: until.toISOString(),
      open: join(({ open }) => open),
      opened: join(({ opened }) => opened),
      acknowledged: join(({ acknowledged }) => acknowledged),
      resolved: join(({ resolved }) => resolved),
      changes: changes.length === 0 ? null : changes.flat(),
      comments: join(({ comments }) => comments),
      oncall: parts.some(({ publishesOnCall }) => publishesOnCall)
        ? { now: join(({ oncall }) => oncall.now), next: join(({ oncall }) => oncall.next) }
        : null,
      complete,
      profiles: [
        ...answers.map(({ profile, provider, answer: { part } }) => ({
          profile,
          provider,
          error: part.missing.length === 0 ? null : part.missing.join("; "),
        })),
        // The report goes on to others, who do not see stderr.
        ...failures.map(({ profile, provider, answer }) => ({ profile, provider, error: answer })),
      ],
    };
    const { out } = ctx.streams;
    const unpublished = answers.filter(({ answer: { part } }) => !part.publishesOnCall);
    const canvas = { now: until, tz: options.tz, unpublished };
    return object(report, {
      notices: answers.flatMap(({ profile, answer: { part } }) =>
        part.notices.map((notice) => `${profile}: ${notice}`),
      ),
      warnings: end.warnings ?? [],
      exitCode: complete ? undefined : ExitCode.partial,
      drawn: () => handoffText(report, out.isTTY ? { ...canvas, width: out.columns } : canvas),
      markdown: () => handoffText(report, canvas),
    });
  },
});

/** @throws {CliError} `usage` on a time to come */
function sinceOf({ since, tz }: { since?: string; tz?: string }, ctx: Context): Date | undefined {
  if (since === undefined) return undefined;
  const time = parseTime(since, ctx.now(), tz);
  if (time >= ctx.now()) throw usageError(`--since ${since} is in the future`, "--since 8h");
  return time;
}
