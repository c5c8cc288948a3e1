import { lookupIn, missing, otherWords } from "./given.ts";
import type { Notified, NotifyInput } from "./notification.ts";

/*
 * A unit that systemd starts by `OnFailure=` or `OnSuccess=`, or a command of `ExecStopPost=`. Source: manual page systemd.exec(5),
 * "Environment variables in spawned processes": `$MONITOR_...` since version 251, `$SERVICE_RESULT`. The template of our recipe is named
 * `onduty@backup.service:failed.service`, or with `ok`. A unit whose `ExecCondition=` is not met has not failed, and did not run either.
 */

export function fromSystemd(input: NotifyInput): Notified {
  const given = lookupIn(input, { bare: variables });
  const [word] = otherWords(input.words);
  const [, named = word, ending] = /^(.+\.[a-z]+):(ok|failed)$/.exec(word ?? "") ?? [];
  const unit = given("UNIT", "MONITOR_UNIT") ?? named;
  if (unit === undefined) throw missing("systemd", "the unit (%n as an argument, or MONITOR_UNIT)");
  const known = given("MONITOR_SERVICE_RESULT", "SERVICE_RESULT")?.trim() ?? (ending === "ok" ? "success" : undefined);
  // A unit that was started again has the result of that start: it does not undo the failure that this is about.
  const result = ending === "failed" && known === "success" ? undefined : known;
  if (result === "exec-condition" && ending !== "failed")
    return { events: [], skipped: `${unit} did not run: its ExecCondition= was not met` };
  const [code, status] = [given("MONITOR_EXIT_CODE", "EXIT_CODE"), given("MONITOR_EXIT_STATUS", "EXIT_STATUS")];
  const over = result === "success";
  const ended = [code, status].filter((part) => part !== undefined).join(" ");
  const why = [result, ended].filter(Boolean).join(": ");
  return {
    events: [
      {
        action: over ? "resolve" : "trigger",
        key: [input.machine, unit],
        summary: `${input.machine}: ${unit} ${over ? "succeeded" : "failed"}${over || why === "" ? "" : ` (${why})`}`,
        severity: over ? "info" : "error",
        source: input.machine,
        component: unit,
        class: result,
        details: {
          unit,
          result,
          exitCode: code,
          exitStatus: status,
          invocationId: given("MONITOR_INVOCATION_ID"),
          logs: over ? undefined : `journalctl -u ${unit}`,
        },
      },
    ],
  };
}

const variables = [
  "MONITOR_UNIT",
  "MONITOR_SERVICE_RESULT",
  "MONITOR_EXIT_CODE",
  "MONITOR_EXIT_STATUS",
  "MONITOR_INVOCATION_ID",
  "SERVICE_RESULT",
  "EXIT_CODE",
  "EXIT_STATUS",
];
