import { defineCommand } from "../cli/command.ts";
import { readMe } from "../cli/families/me.ts";
import { statusProfiles } from "../cli/families/status-profiles.ts";
import { flag } from "../cli/options.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { CliError, ExitCode, usageError } from "../errors.ts";
import { loadColor, useColor } from "../output/color.ts";
import { object, text } from "../output/result.ts";
import type { Shape } from "../output/shape.ts";
import {
  type Asked,
  askStatus,
  isAnyOpen,
  type SpoolStatus,
  type StatusReport,
  statusFields,
} from "../status/report.ts";
import { spoolStatus } from "../status/spool.ts";
import { statusText } from "../status/text.ts";

const statusShape: Shape<StatusReport> = { columns: [], fields: statusFields };

export const status = defineCommand({
  name: "status",
  summary: "Show what is open, who is on call and what waits in the spool, of all profiles",
  options: { exitStatus: flag("exit 9 when something is open and not acknowledged") },
  asks: true,
  profiles: "own",
  // Who looks at a status wants it now: what does not respond is not known.
  defaults: { maxWait: 5000 },
  output: statusShape,
  notes: `
Without --profile: the profile of the environment or of ONDUTY_PROFILE where one is set, else every stored profile whose
vendor has incidents. Profiles are asked side by side. NOT KNOWN is printed for one that failed: it is not the same
as nothing open. Where the vendor has silences, those of the profile's service that are in effect are shown.`,
  examples: ["onduty status", "onduty status -p prod,eu --json", "onduty status --exit-status || page-somebody"],
  exitCodes: {
    ok: "everything is known",
    usage: "usage",
    failure: "every profile failed: vendor",
    network: "every profile failed: no response",
    auth: "every profile failed: key",
    rateLimited: "every profile failed: rate limited",
    partial: "something is not known",
    no: "--exit-status and something is open",
  },
  check(options, _, ctx) {
    const { format } = ctx.printer(options);
    if (format === "csv" || format === "tsv" || format === "ics")
      throw usageError(`a status has no rows and columns for --output ${format}`, "--output json");
  },
  async run({ ctx, options, printer }) {
    if (ctx.streams.out.isTTY && (await hasNoProfile(ctx))) return text(firstSteps, { exitCode: ExitCode.usage });
    const names = await statusProfiles(ctx, options);
    const asking = Promise.all([
      Promise.all(names.map((profile) => ask(ctx, { ...options, profile }))),
      spoolStatus(ctx),
    ]);
    const [asked, spool] = await printer.progress(`asking ${names.join(", ")}`, asking);
    const profiles = asked.map(({ status }) => status);
    const report: StatusReport = { at: ctx.now().toISOString(), profiles, spool };
    const drawn = (more: GlobalOptions = options): Promise<string> => draw(ctx, more, report, asked);
    return object(report, {
      drawn: () => drawn(),
      markdown: async () => `\`\`\`\n${await drawn({ ...options, color: false })}\n\`\`\``,
      notices: asked.flatMap(({ status: { profile }, notices }) => notices.map((line) => `${profile}: ${line}`)),
      ...endOf(asked, spool, options.exitStatus === true),
    });
  },
});

const firstSteps = `No profile yet: onduty does not know which server to ask.

  onduty profiles add prod        add one: it asks for vendor, address and key
  onduty sandbox --add-profiles   or try all of it, with a second terminal
  onduty --help                   all commands`;

async function hasNoProfile(ctx: Context): Promise<boolean> {
  const { ONDUTY_PROFILE, ONDUTY_PROVIDER } = ctx.env;
  return !ONDUTY_PROFILE && !ONDUTY_PROVIDER && (await ctx.config.load()).profiles.size === 0;
}

async function ask(ctx: Context, options: GlobalOptions & { profile: string }): Promise<Asked> {
  // One line for each wait of each profile would push the page off the screen.
  return askStatus(await ctx.connect({ ...options, quiet: true }));
}

function endOf(
  asked: readonly Asked[],
  spool: SpoolStatus,
  exitStatus: boolean,
): { exitCode?: ExitCode; failure?: Error } {
  const profiles = asked.map(({ status }) => status);
  if (exitStatus && isAnyOpen(profiles)) return { exitCode: ExitCode.no };
  if (profiles.every(({ state }) => state === "known"))
    return spool.error === undefined ? {} : { exitCode: ExitCode.partial };
  const [first] = asked;
  if (profiles.every(({ state }) => state === "unknown") && first?.failure instanceof CliError)
    return { exitCode: first.failure.exitCode };
  return { exitCode: ExitCode.partial };
}

async function draw(
  ctx: Context,
  options: GlobalOptions,
  report: StatusReport,
  asked: readonly Asked[],
): Promise<string> {
  const { out } = ctx.streams;
  const colored = useColor({ color: options.color, env: ctx.env, isTTY: out.isTTY });
  const profilesWith = (is: "isTruncated" | "lacksOnCall"): Set<string> =>
    new Set(asked.flatMap((one) => (one[is] ? [one.status.profile] : [])));
  return statusText(report, {
    width: out.isTTY ? out.columns : Number.POSITIVE_INFINITY,
    // The line of the prompt comes below.
    height: out.isTTY ? out.rows - 1 : undefined,
    now: ctx.now(),
    tz: options.tz,
    color: colored ? await loadColor() : undefined,
    isMe: await readMe(ctx),
    truncated: profilesWith("isTruncated"),
    lackingOnCall: profilesWith("lacksOnCall"),
  });
}
