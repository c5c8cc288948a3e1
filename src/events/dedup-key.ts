import { usageError } from "../errors.ts";
import { oneLine } from "../model/control-characters.ts";
import { fitKey, shortenKey } from "../model/fit-key.ts";
import type { CiMetadata } from "./ci.ts";

/** The parts of a CI job that its key is made of. */
export type JobNames = Pick<CiMetadata, "repository" | "workflow" | "job" | "environment"> &
  Partial<Pick<CiMetadata, "stage" | "leg" | "branch" | "pullRequest" | "tag">>;

/**
 * The key of a problem without an explicit key: in CI from what distinguishes the job from others, such as
 * `ci:acme/web:CI:test:branch=main:leg=Linux/X64`; else from source and summary, such as `web-01:Disk full`. The same input gives the
 * same key, and no other leg, branch or environment gives it.
 */
export function deriveDedupKey(
  ci: JobNames | null,
  source: string,
  summary: string,
  service?: string | undefined,
): string {
  if (ci === null || !namesJob(ci)) return join([source, summary]);
  const { repository, workflow, stage, leg, environment } = ci;
  // A service that names no job runs several under the names that are known.
  const job = ci.job ?? (leg == null ? summary : null);
  const parts = ["ci", repository, workflow, job];
  const named = { ...lineOf(ci), stage, leg, service };
  return join(environment === null ? parts : [...parts, unnamed(environment)], named);
}

/**
 * The key of one of many problems without an explicit key and source: in CI from what distinguishes the job and the summary,
 * else from place and summary.
 */
export function deriveLineKey(
  ci: JobNames | null,
  place: string,
  summary: string,
  service: string | undefined,
): string {
  if (ci === null || !namesJob(ci)) return join([place, summary]);
  const { repository, workflow, job, stage, leg, environment } = ci;
  const parts = ["ci", repository, workflow, job, ...(environment === null ? [] : [unnamed(environment)])];
  return join(parts, { ...lineOf(ci), stage, leg, service, summary });
}

/** Whether a CI service gives enough of a job to make a key of it. */
export function namesJob({ repository, workflow, job }: Pick<JobNames, "repository" | "workflow" | "job">): boolean {
  return repository !== null || workflow !== null || job !== null;
}

/** What a change is about. */
export interface ChangeTarget {
  /** Of the host or workload. */
  place: string;
  service: string | undefined;
  environment: string | undefined;
}

/**
 * The key of a deploy without an explicit key, the same from its start to its end and for the next one to the same place:
 * `deploy:acme/web:CI:ship:production`, or outside CI from service and environment, without a service from host and environment. Its
 * version is not part of it, so that a deploy that succeeds resolves the failed one before it.
 */
export function deriveChangeKey(ci: JobNames | null, { place, service, environment }: ChangeTarget): string {
  if (ci === null || !namesJob(ci))
    return join(["deploy", service === undefined ? place : null, service ?? null, environment ?? null]);
  const job = [ci.repository, ci.workflow, ci.job].filter((part) => part !== null);
  // Branches are deployed to one environment in turn; without one, each is its own.
  const line = environment === undefined ? lineOf(ci) : {};
  const target = environment === undefined ? null : unnamed(environment);
  return join(["deploy", ...job, target], { ...line, leg: ci.leg, service });
}

/**
 * The key of what a deploy with an explicit key puts where: that key without the version, and the environment. So the next version
 * resolves the failure of this one, in this environment alone.
 */
export function changeTargetKey(
  key: string,
  { version, environment }: { version: string | undefined; environment: string | undefined },
): string {
  const general = version === undefined ? key : withoutWord(key, version.trim());
  return environment === undefined ? fitKey(general) : fitKey(`${general}:${escapePart(environment)}`);
}

/** A text without a word, unless the word is part of a longer one, or all there is. */
function withoutWord(text: string, word: string): string {
  if (word === "" || text === word) return text;
  const isPart = (sign: string | undefined): boolean => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);
  const [first = "", ...others] = text.split(word);
  let rest = first;
  for (const other of others) rest += isPart(rest.at(-1)) || isPart(other[0]) ? word + other : other;
  return rest;
}

/** The line of development that a job is about. A tag is another one each time, so its name does not count. */
function lineOf({ branch, pullRequest, tag }: JobNames): Record<string, string | null | undefined> {
  if (pullRequest != null) return { pr: pullRequest };
  if (tag != null) return { line: "tag" };
  // The branch of an entry in a merge queue ends with a commit.
  return { branch: branch?.replace(/^(gh-readonly-queue\/.+)-[0-9a-f]{40}$/, "$1") };
}

/** The key of what a monitoring system watches: `alertmanager:1a30ba71cca2921f`. */
export function joinKey(...parts: string[]): string {
  return join(parts);
}

/** Parts in order, then those that have names. Separators inside a part are escaped, so that different parts never make the same key. */
function join(parts: (string | null)[], named: Record<string, string | null | undefined> = {}): string {
  const more = Object.entries(named).flatMap(([name, part]) => (part == null ? [] : `${name}=${escapePart(part)}`));
  return shortenKey([...parts.map((part) => escapePart(part ?? "")), ...more].join(":"));
}

/** A part without a name that cannot be taken for one with a name. */
function unnamed(part: string): string {
  return part.replaceAll("=", "%3D");
}

/** A percent sign is escaped only before what would read as an escape: `Disk 95 % full` stays as a person types it. */
function escapePart(part: string): string {
  const plain = oneLine(part).replace(/ +/g, " ");
  return plain.replace(/%(?=25|3A|3D)|:/g, (sign) => (sign === "%" ? "%25" : "%3A"));
}

/** A key as given, without blanks around it. @throws {CliError} `usage` when it is empty */
export function requireDedupKey(key: string): string {
  const trimmed = key.trim();
  if (trimmed === "") throw usageError("the dedup key is empty", "give the key that `onduty events trigger` printed");
  return trimmed;
}
