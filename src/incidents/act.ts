import { unsupported } from "../errors.ts";
import { type IncidentAction, type ItemOutcome, pastTense } from "../model/incident.ts";
import { loadColor, useColor } from "../output/color.ts";
import { type ListResult, list } from "../output/result.ts";
import type { ActionKind, ActTools } from "./action.ts";
import { type Chosen, chooseByFilter, confirmByIds, pickByHand } from "./choose.ts";
import type { FilterWords } from "./filter.ts";
import { act, nameIds, outcomesResult, unchangedLines } from "./outcome.ts";

/** The incidents that an action is for. */
export type Targets =
  | { ids: string[] }
  | { filter: FilterWords }
  /** A person at a terminal picks from what the filter matches. */
  | { pickFrom: FilterWords };

/** Changes incidents, and returns the outcome of each. */
export async function actOn(
  tools: ActTools,
  kind: ActionKind,
  targets: Targets,
  action: IncidentAction,
): Promise<ListResult<ItemOutcome>> {
  const { vendor, printer, ctx } = tools;
  if (hasForm(action) && vendor.provider.incidents.takesForms !== true)
    throw unsupported(vendor.provider.name, "custom fields, root cause and impact of incidents");
  vendor.provider.incidents.check(action);
  const chosen = await choose(tools, kind, targets, action);
  if (chosen.ids.length === 0) return list([], { notices: chosen.notices ?? [] });
  const outcomes = await printer.progress(
    `${kind.verb} ${nameIds(chosen.ids)}`,
    act(vendor, chosen.ids, action, kind, recentlyListed(chosen, ctx.now())),
  );
  const done = outcomes.filter(({ outcome }) => outcome === pastTense[action.verb]).map(({ id }) => id);
  const effect =
    done.length === 0 ? undefined : vendor.provider.incidents.sideEffect?.(action, done, vendor.connection.profile);
  const lines = effect === undefined ? [] : [effect.text];
  // What a person is asked about must not be missed with --quiet.
  const isLoud = effect?.question !== undefined;
  const titles = new Map((chosen.listed ?? []).map(({ id, title }) => [id, title]));
  const result = outcomesResult(kind.verb, outcomes, {
    picture: {
      drawnNotices: isLoud ? [] : lines,
      drawn: async () => {
        const { outcomeText } = await import("./outcome-text.ts");
        const { color: wanted, tz } = tools.options;
        const color = useColor({ color: wanted, env: ctx.env, isTTY: true }) ? await loadColor() : undefined;
        return outcomeText(outcomes, { vendor, verb: kind.verb, action, titles, now: ctx.now(), tz, color });
      },
    },
    notices: [...unchangedLines(kind.verb, outcomes, ctx.now()), ...(isLoud ? [] : lines)],
    warnings: isLoud ? lines : [],
    again: kind.command,
    profile: vendor.connection.profile,
  });
  return { ...result, failure: result.failure ?? chosen.incomplete };
}

function hasForm(action: IncidentAction): boolean {
  if ("form" in action) return action.form !== undefined;
  return action.verb === "update" && (action.change.rootCause !== undefined || action.change.impact !== undefined);
}

async function choose(tools: ActTools, kind: ActionKind, targets: Targets, action: IncidentAction): Promise<Chosen> {
  if ("filter" in targets) return chooseByFilter(tools, kind, targets.filter, action);
  if ("pickFrom" in targets) return pickByHand(tools, kind, targets.pickFrom, action);
  await confirmByIds(tools, kind, targets.ids, action);
  return { ids: targets.ids };
}

/** A question may wait for long: what was listed before it is then read again. */
const maxListedMs = 10_000;

function recentlyListed({ listed, listedAt }: Chosen, now: Date): Chosen["listed"] {
  const ageMs = listedAt === undefined ? Number.POSITIVE_INFINITY : now.getTime() - listedAt.getTime();
  return ageMs >= 0 && ageMs <= maxListedMs ? listed : undefined;
}
