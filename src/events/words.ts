import { type ChangeStatus, changeStatuses, type Severity, severities } from "../model/event.ts";

/* Words that people, monitoring systems and CI services use for severities and for how a change ended. */

/** Also what Nagios, Icinga, Checkmk, Zabbix, syslog and labels of alerts say; a state in which nothing is known is no small one. */
const severityAliases: Record<string, Severity> = {
  alert: "critical",
  crit: "critical",
  disaster: "critical",
  down: "critical",
  emerg: "critical",
  emergency: "critical",
  fatal: "critical",
  page: "critical",
  panic: "critical",
  urgent: "critical",
  err: "error",
  high: "error",
  major: "error",
  unkn: "error",
  unknown: "error",
  unreach: "error",
  unreachable: "error",
  average: "warning",
  medium: "warning",
  minor: "warning",
  moderate: "warning",
  ticket: "warning",
  warn: "warning",
  debug: "info",
  information: "info",
  informational: "info",
  low: "info",
  none: "info",
  notice: "info",
  ok: "info",
  up: "info",
};

/** `--status ${{ job.status }}` just works. */
const changeStatusAliases: Record<string, ChangeStatus> = {
  start: "started",
  running: "started",
  processing: "started",
  success: "succeeded",
  passed: "succeeded",
  done: "succeeded",
  failure: "failed",
  cancelled: "canceled",
  abort: "canceled",
  aborted: "canceled",
};

/** A severity in any case, or one of its other names; undefined for any other word. */
export function findSeverity(word: string): Severity | undefined {
  return find(word, severities, severityAliases);
}

/** A status of a change in any case, or one of its other names; undefined for any other word. */
export function findChangeStatus(word: string): ChangeStatus | undefined {
  return find(word, changeStatuses, changeStatusAliases);
}

function find<Known extends string>(
  text: string,
  known: readonly Known[],
  aliases: Record<string, Known>,
): Known | undefined {
  const word = text.trim().toLowerCase();
  return known.find((one) => one === word) ?? (Object.hasOwn(aliases, word) ? aliases[word] : undefined);
}
