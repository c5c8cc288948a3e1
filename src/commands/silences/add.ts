import { readNameValue } from "../../cli/arguments/name-value.ts";
import { parseFutureTime } from "../../cli/arguments/point-in-time.ts";
import { defineCommand } from "../../cli/command.ts";
import { readLength } from "../../cli/families/shifts.ts";
import { ids, text, value } from "../../cli/options.ts";
import type { Context, Vendor } from "../../context.ts";
import { CliError, Declined, usageError } from "../../errors.ts";
import { mayHaveHappened } from "../../incidents/outcome.ts";
import { forProfile } from "../../model/command-line.ts";
import { defined } from "../../model/object.ts";
import type { NewSilence } from "../../model/silence.ts";
import { object } from "../../output/result.ts";
import { silencedService } from "../../silences/deploy.ts";
import { silenceShape } from "../../silences/shape.ts";

type Match = NewSilence["match"][number];

export const add = defineCommand({
  name: "add",
  summary: "Silence alerts of a service for a time",
  options: {
    service: text("id|name", "whose alerts", { defaultNote: "from the profile", completes: ids("services") }),
    match: value<Match[]>(
      "label=value",
      "only alerts with this label; may be repeated, and all must match",
      readMatch,
      {
        repeatable: true,
      },
    ),
    for: value("duration", "how long: 30m, 2h", readLength),
    until: text("time", "instead of --for: until when"),
    from: text("time", "from when", { defaultWord: "now" }),
    reason: text("text", "why, for others"),
  },
  needs: "silences",
  writes: true,
  output: silenceShape,
  notes: "Without --match all alerts of the service are silenced: that asks first, and needs --yes in a script.",
  examples: [
    'onduty silences add --service checkout --match host=db-1 --for 2h --reason "disk is replaced"',
    "onduty silences add --service checkout --for 30m --yes --quiet",
  ],
  exitCodes: {
    ok: "silenced",
    failure: "refused",
    usage: "usage, or declined",
    network: "no response: it may have been added",
    auth: "key",
  },
  check(options, _, ctx) {
    spanOf(options, ctx);
  },
  async run({ ctx, options, printer, vendor }) {
    const { match = [], reason } = options;
    const service = await silencedService(vendor, options.service);
    const silence: NewSilence = {
      service,
      match,
      ...spanOf(options, ctx),
      ...defined({ reason: reason?.trim() || undefined }),
    };
    vendor.provider.silences.check(silence);
    const hint = takesLabels(vendor, silence)
      ? "--match label=value, or --yes for all alerts of the service"
      : "--yes, for all alerts of the service";
    const isAll = match.length === 0 && options.yes !== true && options.dryRun !== true;
    const question = `Silence ALL alerts of ${service.name} until ${silence.until.toISOString()}?`;
    if (isAll && !(await ctx.confirm(question, options, hint))) throw new Declined();
    const adding = vendor.provider.silences.add(vendor.connection, silence);
    const added = await printer.progress(`silencing ${service.name}`, adding).catch((error: unknown) => {
      throw error instanceof CliError
        ? mayHaveHappened(error, "added", forProfile("onduty silences list", vendor.connection.profile))
        : error;
    });
    return object(added, {
      notices: [`to end it: ${forProfile(`onduty silences remove ${added.id}`, vendor.connection.profile)}`],
      done: { what: `silence ${added.id} was added, but` },
    });
  },
});

/** Whether the vendor can silence alerts with a label alone. */
function takesLabels({ provider }: Vendor<"silences">, silence: NewSilence): boolean {
  try {
    provider.silences.check({ ...silence, match: [{ label: "host", value: "db-1" }] });
    return true;
  } catch {
    return false;
  }
}

function readMatch(given: string, before: Match[] = []): Match[] {
  const [label, wanted] = readNameValue(given, "label").map((part) => part.trim());
  if (!label || !wanted) throw usageError(`--match takes label=value, not "${given}"`, "--match host=db-1");
  return [...before, { label, value: wanted }];
}

/** @throws {CliError} `usage` on a time that is over, or no end */
function spanOf(
  { for: length, until, from, tz }: { for?: number; until?: string; from?: string; tz?: string },
  ctx: Context,
): { from: Date; until: Date } {
  if ((length === undefined) === (until === undefined))
    throw usageError("a silence takes --for DURATION or --until TIME, one of them", "--for 30m");
  const now = ctx.now();
  const begin = parseFutureTime(from, now, tz);
  const end = until === undefined ? new Date(begin.getTime() + (length ?? 0)) : parseFutureTime(until, now, tz);
  if (end <= now)
    throw usageError(`the silence is over before it begins: it ends at ${end.toISOString()}`, "--for 30m");
  if (end <= begin) throw usageError(`--until ${end.toISOString()} is not after --from ${begin.toISOString()}`);
  return { from: begin < now ? now : begin, until: end };
}
