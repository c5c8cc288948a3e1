import type { Vendor } from "../context.ts";
import { CliError } from "../errors.ts";
import { act, nameIds, outcomeLine } from "../incidents/outcome.ts";
import { attempt, dryRunText } from "../output/dry-run.ts";

/** What a key does to incidents. */
export type Verb = "acknowledge" | "unacknowledge" | "resolve";

export interface ActionSetting {
  connected: Vendor<"incidents">;
  dryRun: boolean;
  /** Told what became of it, in one line. */
  tell(text: string): void;
  /** Something begins, or is over; the table is to be looked at again when `changed`. */
  onChange(changed: boolean): void;
}

/** Does actions in the order of their keys, one after the other, while everything else goes on. */
export class Actions {
  readonly #setting: ActionSetting;
  readonly #waiting: string[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(setting: ActionSetting) {
    this.#setting = setting;
  }

  /** What is being done, as in `acknowledge inc_1`; undefined when nothing is. */
  get doing(): string | undefined {
    const [first, ...others] = this.#waiting;
    return others.length === 0 ? first : `${first}, then ${others.length} more`;
  }

  /** Why this vendor cannot do it; undefined when it can. */
  refusal(verb: Verb): string | undefined {
    try {
      this.#setting.connected.provider.incidents.check({ verb });
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** @throws what is no failure of the vendor's or the network's */
  async perform(verb: Verb, ids: string[]): Promise<void> {
    const { onChange } = this.#setting;
    this.#waiting.push(`${verb} ${nameIds(ids)}`);
    onChange(false);
    const done = this.#last.then(() => this.#perform(verb, ids));
    // One that fails must not keep the next from being done.
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

  /** Resolves when all is done that was begun so far. */
  async settled(): Promise<void> {
    await this.#last;
  }

  async #perform(verb: Verb, ids: string[]): Promise<boolean> {
    const { connected, dryRun, tell } = this.#setting;
    const now = (): Date => connected.connection.now();
    try {
      if (!dryRun) {
        tell(outcomeLine(verb, await act(connected, ids, { verb }, verb), now()));
        return true;
      }
      const { result = [], requests } = await attempt(connected, () => act(connected, ids, { verb }, verb));
      const sent =
        requests.length === 0 ? "nothing would be sent" : `would send ${requests.map(dryRunText).join("; ")}`;
      // What would be answered is not known; what needs no request is.
      const known = result.filter(({ outcome, error }) => outcome === "already" || error !== null);
      tell([sent, ...(known.length === 0 ? [] : [outcomeLine(verb, known, now())])].join("; "));
    } catch (error) {
      tell(messageOf(error));
    }
    return false;
  }
}

/** @throws the error itself, when it is a bug of ours */
export function messageOf(error: unknown): string {
  if (error instanceof CliError) return error.message;
  throw error;
}
