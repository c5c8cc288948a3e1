import pMap from "p-map";
import { CliError, Interrupted } from "../errors.ts";
import type { ItemOutcome, Outcome } from "../model/incident.ts";

/**
 * Does `work` for each id, at most `limit` at once, and gives one outcome for each, in order. What concerns all of them (a lost
 * network, a rate limit, a wrong key) ends the work: ids that were not tried then say so.
 *
 * @throws that error, when it came before anything was done
 */
export async function collectOutcomes(
  ids: readonly string[],
  limit: number,
  work: (id: string) => Promise<ItemOutcome>,
): Promise<ItemOutcome[]> {
  let fatal: CliError | undefined;
  let anyAnswer = false;
  const attempt = async (id: string): Promise<ItemOutcome> => {
    if (fatal !== undefined) return failed(id, "failed", `not tried: ${fatal.message}`);
    try {
      const outcome = await work(id);
      anyAnswer = true;
      return outcome;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (concernsAll(error)) {
        fatal ??= error;
        // Its request was on the way: what became of it is not known.
        const stopped = error instanceof Interrupted;
        return failed(id, "failed", stopped ? "interrupted before an answer came; it may be done" : error.message);
      }
      anyAnswer = true;
      return failureOutcome(id, error);
    }
  };
  const outcomes = await pMap(ids, attempt, { concurrency: limit });
  if (fatal !== undefined && !anyAnswer) throw fatal;
  return outcomes;
}

/** What a failure that concerns one id means for it. */
export function failureOutcome(id: string, error: CliError): ItemOutcome {
  const outcome: Outcome = error.kind === "notFound" ? "notFound" : error.kind === "auth" ? "forbidden" : "failed";
  return failed(id, outcome, error.message);
}

function failed(id: string, outcome: Outcome, error: string): ItemOutcome {
  return { id, outcome, status: null, by: null, at: null, error };
}

function concernsAll({ kind, status }: CliError): boolean {
  if (kind === "auth") return status !== 403;
  return kind !== "notFound" && kind !== "failure";
}
