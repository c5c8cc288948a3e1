import { type Command, InvalidArgumentError } from "commander";
import { findChangeStatus, findSeverity } from "../../events/words.ts";
import { type ChangeStatus, changeStatuses, type Severity, severities } from "../../model/event.ts";

/** A severity in any case, or one of its other names. @throws {InvalidArgumentError} on any other word */
export function parseSeverity(text: string): Severity {
  const severity = findSeverity(text);
  if (severity === undefined) throw new InvalidArgumentError(`Allowed choices are ${severities.join(", ")}.`);
  return severity;
}

/** A status of a change in any case, or one of its other names. @throws {InvalidArgumentError} on any other word */
export function parseChangeStatus(text: string): ChangeStatus {
  const status = findChangeStatus(text);
  if (status === undefined) throw new InvalidArgumentError(`Allowed choices are ${changeStatuses.join(", ")}.`);
  return status;
}

/** Options of every command that sends events. */
export function addDeliveryOptions(command: Command): Command {
  return command
    .option("--service <id>", "service of the vendor (default: of the profile)")
    .option("--routing-key <key>", "routing key (default: of the profile)")
    .option("--spool-ok", "exit 0 when the event is safe on disk but not delivered yet")
    .option("--no-spool", "send directly, keeping nothing on disk");
}
