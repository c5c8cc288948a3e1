import { type ChangeStatus, changeStatuses, type Severity, severities } from "../model/event.ts";

/* Words that people, monitoring systems and CI services use for severities and for how a change ended. */

const severityAliases: Record<string, Severity> = {
  alert: "critical",
  crit: "critical",
  emergency: "critical",
  fatal: "critical",
  panic: "critical",
  err: "error",
  high: "error",
  major: "error",
  medium: "warning",
  minor: "warning",
  warn: "warning",
  debug: "info",
  information: "info",
  informational: "info",
  low: "info",
  notice: "info",
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
