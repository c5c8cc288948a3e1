import type { Incident } from "../model/incident.ts";
import type { Snapshot } from "./head.ts";
import { keyOf } from "./selection.ts";

/** Which incidents the last look at their profile has brought. The first look brings none: all of them would be new. */
export class NewRows {
  readonly #looks = new Map<string, { at: number; keys: ReadonlySet<string> }>();
  readonly #new = new Map<string, ReadonlySet<string>>();

  update(snapshots: readonly Snapshot[]): void {
    for (const { profile, rows, lastLook } of snapshots) {
      const before = this.#looks.get(profile);
      if (lastLook === undefined || before?.at === lastLook.getTime()) continue;
      const keys = new Set(rows.map(keyOf));
      const added = before === undefined ? [] : [...keys].filter((key) => !before.keys.has(key));
      this.#looks.set(profile, { at: lastLook.getTime(), keys });
      this.#new.set(profile, new Set(added));
    }
  }

  has(incident: Incident): boolean {
    return this.#new.get(incident.profile)?.has(keyOf(incident)) === true;
  }

  /** A person has moved the mark, and so has looked. */
  clear(): void {
    this.#new.clear();
  }
}
