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
  profile: string;
}

/** The vendor of a profile that is watched. */
export type VendorOf = (profile: string) => Vendor<"incidents">;

/** The targets of each profile. */
export function byProfile(targets: readonly Target[]): Map<string, Target[]> {
  const found = new Map<string, Target[]>();
  for (const target of targets) found.set(target.profile, [...(found.get(target.profile) ?? []), target]);
  return found;
}

/** The result of an action at one profile. */
interface Done {
  text: string;
  failed: boolean;
  /** The table has to be read again. */
  changed: boolean;
}

export interface ActionsOptions {
  vendorOf: VendorOf;
  /** Results name their profile. */
  several: boolean;
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

  /** Why a vendor of these incidents lacks the action; undefined when all have it. */
  refusal(action: IncidentAction, targets: readonly Target[]): string | undefined {
    try {
      for (const profile of byProfile(targets).keys()) this.#options.vendorOf(profile).provider.incidents.check(action);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** What a person is asked before the action, where a vendor has a reason to. */
  question(action: IncidentAction, targets: readonly Target[]): string | undefined {
    const found = [...byProfile(targets)].flatMap(([profile, own]) => {
      const { provider, connection } = this.#options.vendorOf(profile);
      return provider.incidents.sideEffect?.(action, idsOf(own), connection.profile)?.question ?? [];
    });
    return found.length === 0 ? undefined : found.join("; ");
  }

  /** Queues an action. Failures of the vendor or the network are reported. @throws any other error, which is a bug */
  async perform(key: KeyAction, targets: readonly Target[]): Promise<void> {
    const { onChange } = this.#options;
    this.#waiting.push(`${key.verb} ${nameIds(idsOf(targets))}`);
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

  /** Does it at each profile, side by side: one that is silent must not delay the others. */
  async #perform(key: KeyAction, targets: readonly Target[]): Promise<boolean> {
    const { report, several } = this.#options;
    const parts = await Promise.all(
      [...byProfile(targets)].map(async ([profile, own]) => {
        const done = await this.#performAt(key, profile, own);
        return several ? { ...done, text: `${profile}: ${done.text}` } : done;
      }),
    );
    // Failures come first, since the line may be cut.
    const sorted = [...parts.filter(({ failed }) => failed), ...parts.filter(({ failed }) => !failed)];
    report(
      sorted.map(({ text }) => text).join("; "),
      parts.some(({ failed }) => failed),
    );
    return parts.some(({ changed }) => changed);
  }

  async #performAt({ action, verb, command }: KeyAction, profile: string, targets: readonly Target[]): Promise<Done> {
    const { vendorOf, dryRun } = this.#options;
    const connected = vendorOf(profile);
    const now = (): Date => connected.connection.now();
    const ids = idsOf(targets);
    const titles = new Map(targets.map(({ id, title }) => [id, title]));
    try {
      if (!dryRun) {
        const outcomes = await act(connected, ids, action, { verb, command });
        const done = outcomes.filter(({ outcome }) => outcome === pastTense[action.verb]).map(({ id }) => id);
        const effect =
          done.length === 0
            ? undefined
            : connected.provider.incidents.sideEffect?.(action, done, connected.connection.profile);
        const line = outcomeLine(verb, outcomes, now(), titles);
        const text = [line, ...(effect === undefined ? [] : [effect.text])].join("; ");
        return { text, failed: outcomes.some(({ error }) => error !== null), changed: true };
      }
      const { result = [], requests } = await attempt(connected, () => act(connected, ids, action, { verb, command }));
      const sent =
        requests.length === 0 ? "nothing would be sent" : `would send ${requests.map(dryRunText).join("; ")}`;
      // Only outcomes that need no request are known.
      const known = result.filter(({ outcome, error }) => outcome === "already" || error !== null);
      const text = [sent, ...(known.length === 0 ? [] : [outcomeLine(verb, known, now(), titles)])].join("; ");
      return { text, failed: false, changed: false };
    } catch (error) {
      const text = messageOf(action.verb === "comment" ? inDoubt(error) : error);
      return { text, failed: true, changed: false };
    }
  }
}

function idsOf(targets: readonly Target[]): string[] {
  return targets.map(({ id }) => id);
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
