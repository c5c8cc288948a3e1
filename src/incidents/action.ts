import type { Command } from "commander";
import type { Connected, GlobalOptions } from "../context.ts";
import type { IncidentAction, IncidentStatus } from "../model/incident.ts";
import type { FilterOptions } from "./filter.ts";

export interface ActOptions extends GlobalOptions {
  note?: string;
}

/** A command that changes incidents by id, or those that filters match. */
export interface ActionCommand<Options extends ActOptions> {
  /** As in `incidents ack`. */
  name: string;
  alias?: string;
  /** As in "could not acknowledge inc_1". */
  verb: string;
  description: string;
  /** Declares options of its own, in front of the filters. */
  declare?(command: Command): Command;
  /** False for a command whose own options leave no place for filters. */
  filters?: boolean;
  /** Statuses it does something to, which filters match when none is given; without it what is not resolved. */
  actsOn?: readonly IncidentStatus[];
  /** What it is given in the examples; the first is used in all of them. */
  examples?: string[];
  /** What filters of it cannot do without. */
  filterExample?: string;
  /** Checks the options before anything is asked. @throws {CliError} `usage` */
  check?(options: Options): void;
  /** Checks filters that choose by themselves. @throws {CliError} `usage` */
  checkFilter?(filter: FilterOptions): void;
  action(options: Options, vendor: Connected): IncidentAction | Promise<IncidentAction>;
}
