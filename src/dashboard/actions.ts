import type { Vendor } from "../context.ts";
import { CliError } from "../errors.ts";
import { act, nameIds, outcomeLine } from "../incidents/outcome.ts";
import { pastTense } from "../model/incident.ts";
import { attempt, dryRunText } from "../output/dry-run.ts";

/** An action on incidents that a key starts. */
export type Verb = "acknowledge" | "unacknowledge" | "resolve";

/** The command that does the same. */
const commands: Record<Verb, string> = { acknowledge: "ack", unacknowledge: "unack", resolve: "resolve" };

export interface ActionsOptions {
  connected: Vendor<"incidents">;
  dryRun: boolean;
  /** Called with the result of an action, in one line. */
  report(text: string): void;
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
  refusal(verb: Verb): string | undefined {
    try {
      this.#options.connected.provider.incidents.check({ verb });
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Queues an action. Failures of the vendor or the network are reported. @throws any other error, which is a bug */
  async perform(verb: Verb, ids: string[]): Promise<void> {
    const { onChange } = this.#options;
    this.#waiting.push(`${verb} ${nameIds(ids)}`);
    onChange(false);
    const done = this.#last.then(() => this.#perform(verb, ids));
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

  async #perform(verb: Verb, ids: string[]): Promise<boolean> {
    const { connected, dryRun, report } = this.#options;
    const now = (): Date => connected.connection.now();
    try {
      if (!dryRun) {
        const outcomes = await act(connected, ids, { verb }, { verb, command: commands[verb] });
        const done = outcomes.filter(({ outcome }) => outcome === pastTense[verb]).map(({ id }) => id);
        const effect = done.length === 0 ? undefined : connected.provider.incidents.sideEffect?.({ verb }, done);
        report([outcomeLine(verb, outcomes, now()), ...(effect === undefined ? [] : [effect.text])].join("; "));
        return true;
      }
      const { result = [], requests } = await attempt(connected, () =>
        act(connected, ids, { verb }, { verb, command: commands[verb] }),
      );
      const sent =
        requests.length === 0 ? "nothing would be sent" : `would send ${requests.map(dryRunText).join("; ")}`;
      // Only outcomes that need no request are known.
      const known = result.filter(({ outcome, error }) => outcome === "already" || error !== null);
      report([sent, ...(known.length === 0 ? [] : [outcomeLine(verb, known, now())])].join("; "));
    } catch (error) {
      report(messageOf(error));
    }
    return false;
  }
}

/** The message of a failure. @throws the error itself, when it is a bug */
export function messageOf(error: unknown): string {
  if (error instanceof CliError) return error.message;
  throw error;
}
