import type { Vendor } from "../context.ts";
import { CliError } from "../errors.ts";
import { act, mayHaveHappened, nameIds, outcomeLine } from "../incidents/outcome.ts";
import { type IncidentAction, pastTense } from "../model/incident.ts";
import { attempt, dryRunText } from "../output/dry-run.ts";

/** An action on incidents that a key starts. */
export interface KeyAction {
  action: IncidentAction;
  /** As in "could not comment on inc_1". */
  verb: string;
  /** The command that does the same. */
  command: string;
}

/** What an action is for. */
export interface Target {
  id: string;
  title: string;
}

export interface ActionsOptions {
  connected: Vendor<"incidents">;
  dryRun: boolean;
  /** Called with the result of an action, in one line. */
  report(text: string, failed: boolean): void;
  /** Called when an action begins or ends. `changed`: the table has to be read again. */
  onChange(changed: boolean): void;
}

/** Runs actions in the background, one after the other, in the order of their keys. */
export class Actions {
  readonly #options: ActionsOptions;
  readonly #waiting: string[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(options: ActionsOptions) {
    this.#options = options;
  }

  /** The running action, such as `acknowledge inc_1`, and the number of those that wait; undefined when none runs. */
  get doing(): string | undefined {
    const [first, ...others] = this.#waiting;
    return others.length === 0 ? first : `${first}, then ${others.length} more`;
  }

  /** Why this vendor lacks the action; undefined when it has it. */
  refusal(action: IncidentAction): string | undefined {
    try {
      this.#options.connected.provider.incidents.check(action);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** What a person is asked before the action, where the vendor has a reason to. */
  question(action: IncidentAction, ids: readonly string[]): string | undefined {
    return this.#options.connected.provider.incidents.sideEffect?.(action, ids)?.question;
  }

  /** Queues an action. Failures of the vendor or the network are reported. @throws any other error, which is a bug */
  async perform(key: KeyAction, targets: readonly Target[]): Promise<void> {
    const { onChange } = this.#options;
    this.#waiting.push(`${key.verb} ${nameIds(targets.map(({ id }) => id))}`);
    onChange(false);
    const done = this.#last.then(() => this.#perform(key, targets));
    // A failed action must not stop the next one.
    this.#last = done.then(
      () => {},
      () => {},
    );
    let changed = false;
    try {
      changed = await done;
    } finally {
      this.#waiting.shift();
      onChange(changed);
    }
  }

  /** Resolves when all actions queued so far have ended. */
  async finished(): Promise<void> {
    await this.#last;
  }

  async #perform({ action, verb, command }: KeyAction, targets: readonly Target[]): Promise<boolean> {
    const { connected, dryRun, report } = this.#options;
    const now = (): Date => connected.connection.now();
    const ids = targets.map(({ id }) => id);
    const titles = new Map(targets.map(({ id, title }) => [id, title]));
    try {
      if (!dryRun) {
        const outcomes = await act(connected, ids, action, { verb, command });
        const done = outcomes.filter(({ outcome }) => outcome === pastTense[action.verb]).map(({ id }) => id);
        const effect = done.length === 0 ? undefined : connected.provider.incidents.sideEffect?.(action, done);
        const line = outcomeLine(verb, outcomes, now(), titles);
        report(
          [line, ...(effect === undefined ? [] : [effect.text])].join("; "),
          outcomes.some(({ error }) => error !== null),
        );
        return true;
      }
      const { result = [], requests } = await attempt(connected, () => act(connected, ids, action, { verb, command }));
      const sent =
        requests.length === 0 ? "nothing would be sent" : `would send ${requests.map(dryRunText).join("; ")}`;
      // Only outcomes that need no request are known.
      const known = result.filter(({ outcome, error }) => outcome === "already" || error !== null);
      report([sent, ...(known.length === 0 ? [] : [outcomeLine(verb, known, now(), titles)])].join("; "), false);
    } catch (error) {
      report(messageOf(action.verb === "comment" ? inDoubt(error) : error), true);
    }
    return false;
  }
}

/** A comment is not repeated: where no response came, it may have been added. */
function inDoubt(error: unknown): unknown {
  return error instanceof CliError ? mayHaveHappened(error, "added", "") : error;
}

/** The message of a failure. @throws the error itself, when it is a bug */
export function messageOf(error: unknown): string {
  if (error instanceof CliError) return error.message;
  throw error;
}
