import { type ChangeStatus, changeStatuses, type Severity, severities } from "../model/event.ts";
import { enumerate } from "../model/text.ts";

/* Words that people, monitoring systems and CI services use for severities and for how a change ended. */

/** Also the words of Nagios, Icinga, Checkmk, Zabbix, syslog and labels of alerts. An unknown state is never a minor one. */
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

/**
 * Words of CI services for how a job ended or where it is, without signs between their words. A word that means only that a job has
 * ended, such as `completed`, is left out. Source: the page of each service on its variables and statuses.
 */
const changeStatusWords: Record<ChangeStatus, string> = {
  started:
    "start running inprogress processing pending queued created preparing scheduled waiting requested received waitingforresource",
  succeeded: "success successful passed pass ok done fixed succeededwithissues unstable warning notests deployed",
  failed:
    "failure fail failing error errored broken stillfailing fault timedout timingout timeout startupfailure actionrequired " +
    "infrastructurefail unauthorized terminatedunknown abandoned expired waitingfailed blockedfailed unblockedfailed terminal degraded",
  canceled: "canceling abort aborted skipped notbuilt neutral notrun killed stopped halted declined stale superseded",
};

const changeStatusAliases = new Map(
  changeStatuses.flatMap((status) =>
    [status, ...changeStatusWords[status].split(" ")].map((word) => [word, status] as const),
  ),
);

/** Of the words above: those of a job that passed, but not quite. */
const withIssues = ["succeededwithissues", "unstable", "warning"];

/** A severity in any case, or one of its other names; undefined for any other word. */
export function findSeverity(word: string): Severity | undefined {
  return find(word, severities, severityAliases);
}

/** A status of a change in any case, or one of its other names; undefined for any other word. */
export function findChangeStatus(word: string): ChangeStatus | undefined {
  return changeStatusAliases.get(plainWord(word));
}

/** A status that was read from a CI service, and a remark on how it was read. */
export interface ReadStatus {
  status: ChangeStatus;
  remark?: string;
}

/**
 * Reads how a job ended: `--status "${{ job.status }}"` just works. An exit code counts as well, except on a service whose variable
 * means the opposite. A word that is not known is a failure: the worst it can be.
 */
export function readChangeStatus(word: string, env: Readonly<Record<string, string | undefined>>): ReadStatus {
  const status = findChangeStatus(word);
  if (status !== undefined) {
    if (!withIssues.includes(plainWord(word))) return { status };
    return { status, remark: `the status "${word.trim()}" counts as ${status}, although not all went well` };
  }
  // CODEBUILD_BUILD_SUCCEEDING is 1 for a success.
  const code = /^\s*\d{1,3}\s*$/.test(word) && !env.CODEBUILD_BUILD_ID ? Number(word) : undefined;
  if (code !== undefined) return { status: code === 0 ? "succeeded" : "failed" };
  const what = word.trim() === "" ? "the status is empty, so it" : `the status "${word.trim()}" is not known, so it`;
  return { status: "failed", remark: `${what} counts as failed; known: ${enumerate(changeStatuses, "and")}` };
}

function plainWord(word: string): string {
  return word
    .toLowerCase()
    .replace(/[\s_-]/g, "")
    .replace(/^cancell/, "cancel");
}

function find<Known extends string>(
  text: string,
  known: readonly Known[],
  aliases: Record<string, Known>,
): Known | undefined {
  const word = text.trim().toLowerCase();
  return known.find((one) => one === word) ?? (Object.hasOwn(aliases, word) ? aliases[word] : undefined);
}
