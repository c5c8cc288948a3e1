import pMap from "p-map";
import { CliError, Interrupted, mayHaveSucceeded } from "../errors.ts";
import type { ItemOutcome, Outcome } from "../model/incident.ts";

/**
 * Runs `work` for each id, at most `limit` at once, and returns one outcome for each, in order. A failure that concerns all
 * ids (a lost network, a rate limit, a wrong key) ends the work: the outcome of the others is then "not tried".
 *
 * @throws {CliError} that failure, when no request has succeeded or failed for a single id before
 */
export async function collectOutcomes(
  ids: readonly string[],
  limit: number,
  work: (id: string) => Promise<ItemOutcome>,
): Promise<ItemOutcome[]> {
  let fatal: CliError | undefined;
  let anyResponse = false;
  const attempt = async (id: string): Promise<ItemOutcome> => {
    if (fatal !== undefined) return notTried(id, fatal);
    try {
      const outcome = await work(id);
      anyResponse = true;
      return outcome;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (concernsAll(error)) {
        fatal ??= error;
        return failed(id, error.message, error);
      }
      anyResponse = true;
      return failureOutcome(id, error);
    }
  };
  const outcomes = await pMap(ids, attempt, { concurrency: limit });
  if (fatal !== undefined && !anyResponse) throw fatal;
  return outcomes;
}

/** The outcome of an id that was not tried because of an earlier failure. */
export function notTried(id: string, fatal: CliError): ItemOutcome {
  const stopped = fatal instanceof Interrupted;
  // What is not known of another id is known of this one.
  const cause = stopped ? new Interrupted({ reason: fatal.kind === "terminated" ? "SIGTERM" : "SIGINT" }) : fatal;
  return failed(id, `not tried: ${cause.message}`, cause);
}

/** The outcome of an id whose request failed. */
export function failureOutcome(id: string, error: CliError): ItemOutcome {
  const outcome: Outcome = error.kind === "notFound" ? "notFound" : error.kind === "auth" ? "forbidden" : "failed";
  return { ...failed(id, error.message, error), outcome };
}

export function failed(id: string, error: string, cause?: CliError): ItemOutcome {
  const outcome: ItemOutcome = { id, outcome: "failed", status: null, by: null, at: null, error };
  return cause === undefined ? outcome : { ...outcome, cause };
}

/** The response to a question before a write. Where it fails, nothing was changed, however the question ended. */
export async function beforeWrite<Response>(question: Promise<Response>): Promise<Response> {
  try {
    return await question;
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted || !mayHaveSucceeded(error)) throw error;
    throw error.reworded(error.message, { reason: "notSent" });
  }
}

/** The message of a failure. It states that the action may have been done, when the request may have arrived. */
export function uncertainMessage(error: CliError, done: string): string {
  return mayHaveSucceeded(error) ? `${error.message}; it may have been ${done} all the same` : error.message;
}

/** The message of a note that failed after an action that was done. */
export function noteMessage(error: CliError): string {
  return `the note ${mayHaveSucceeded(error) ? "may not have been" : "was not"} added: ${error.message}`;
}

function concernsAll({ kind, status }: CliError): boolean {
  if (kind === "auth") return status !== 403;
  return kind !== "notFound" && kind !== "failure";
}
