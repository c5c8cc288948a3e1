import type { IncidentAction, ItemOutcome } from "../model/incident.ts";
import { type ListResult, list } from "../output/result.ts";
import type { ActionKind, ActTools } from "./action.ts";
import { chooseByFilter, pickByHand } from "./choose.ts";
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
  vendor.provider.incidents.check(action);
  const chosen =
    "ids" in targets
      ? { ids: targets.ids }
      : "filter" in targets
        ? await chooseByFilter(tools, kind, targets.filter)
        : await pickByHand(tools, kind, targets.pickFrom);
  if (chosen.ids.length === 0) return list([], { notices: chosen.notices ?? [] });
  const outcomes = await printer.progress(
    `${kind.verb} ${nameIds(chosen.ids)}`,
    act(vendor, chosen.ids, action, kind.verb),
  );
  const result = outcomesResult(kind.verb, outcomes, unchangedLines(kind.verb, outcomes, ctx.now()));
  return { ...result, failure: result.failure ?? chosen.incomplete };
}
