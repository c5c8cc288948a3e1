import type { Severity } from "../../model/event.ts";

/** What a monitoring system gives the command that it calls. */
export interface NotifyInput {
  env: Readonly<Record<string, string | undefined>>;
  /** Words of the command line, after the options: `NAME=VALUE`, or what the system adds by itself. */
  words: readonly string[];
  /** Standard input; empty for a system that writes nothing there. */
  stdin: string;
  /** The name of this machine: what `localhost` stands for. */
  machine: string;
}

/**
 * The place of a notification among those of its key: numbers or times of the system itself, the most certain first. Undefined stands
 * for what was not given. Compared in turn; a later notification has the larger one.
 */
export type Order = readonly (number | undefined)[];

/** One event, before the defaults of the profile apply. */
export interface Notification {
  action: "trigger" | "acknowledge" | "resolve";
  /** What identifies the problem: the host, and what is wrong with it. Never an id that changes with each problem. */
  key: readonly [host: string, ...what: string[]];
  summary: string;
  severity: Severity;
  /** The host, as the system names it. */
  source: string;
  component?: string | undefined;
  group?: string | undefined;
  class?: string | undefined;
  /** What is undefined or empty is left out. */
  details: Readonly<Record<string, unknown>>;
  links?: readonly [text: string, address: string | undefined][];
  at?: Date | undefined;
  /** Comment of a person. */
  note?: string | undefined;
  /** Absent where the system gives nothing of the kind. */
  order?: Order;
}

/** What a notification means: events, or why it is none. */
export interface Notified {
  events: Notification[];
  /** Why there is no event. */
  skipped?: string;
  /** For the user, such as an unknown word for a state. */
  warnings?: string[];
}

/** @throws {CliError} `usage` when what identifies the problem is missing */
export type NotifyReader = (input: NotifyInput) => Notified;
