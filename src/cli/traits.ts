import type { Command } from "commander";
import type { Shape } from "../output/shape.ts";

/** Fields of the rows that a command prints. */
export type Printed = Pick<Shape<never>, "fields" | "anyField">;

/** What a program may want to know of a command besides its words: `onduty help --json` tells it. */
export interface Traits {
  /** It changes something: at the vendor, or in the profiles, keys and events that this machine keeps. */
  writes?: true;
  /** Its rows; a function where their shape is loaded only when the command runs. */
  prints?: Printed | (() => Promise<Printed>);
  /** Rows of another kind, by the option that asks for them: `--shifts`. */
  printsWith?: Record<string, () => Promise<Printed>>;
}

const declared = new WeakMap<Command, Traits>();

/** Declares what a command does and prints. */
export function declareTraits(command: Command, traits: Traits): void {
  declared.set(command, traits);
}

export function traitsOf(command: Command): Traits {
  return declared.get(command) ?? {};
}
