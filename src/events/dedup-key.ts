import { usageError } from "../errors.ts";
import { oneLine } from "../model/control-characters.ts";
import { fingerprint } from "../model/fingerprint.ts";
import type { CiMetadata } from "./ci.ts";

/** Longest key, in UTF-16 units, that every vendor takes. */
const maxLength = 200;

/**
 * The key of a problem without an explicit key: in CI from repository, workflow, job and environment, such as
 * `ci:acme/web:CI:test`; else from source and summary, such as `web-01:Disk full`. The same input gives the same key.
 */
export function deriveDedupKey(
  ci: Pick<CiMetadata, "repository" | "workflow" | "job" | "environment"> | null,
  source: string,
  summary: string,
): string {
  if (ci === null || (ci.repository === null && ci.workflow === null && ci.job === null))
    return join([source, summary]);
  const job = ["ci", ci.repository, ci.workflow, ci.job];
  return join(ci.environment === null ? job : [...job, ci.environment]);
}

/**
 * The key of a deploy without an explicit key, the same from its start to its end and for the next one to the same place:
 * `deploy:acme/web:CI:ship:production`, or outside CI from source, service and environment. Its version is not part of it, so that a
 * deploy that succeeds resolves the failed one before it.
 */
export function deriveChangeKey(
  ci: Pick<CiMetadata, "repository" | "workflow" | "job"> | null,
  { source, service, environment }: { source: string; service: string | null; environment: string | null },
): string {
  const job = [ci?.repository, ci?.workflow, ci?.job].filter((part) => typeof part === "string");
  return join(["deploy", ...(job.length > 0 ? job : [source, service]), environment]);
}

/** The key of what a monitoring system watches: `alertmanager:1a30ba71cca2921f`. */
export function joinKey(...parts: string[]): string {
  return join(parts);
}

/** Makes a key from the name that another system uses. Characters that are not allowed or do not fit count through the hash. */
export function fitKey(name: string): string {
  const plain = oneLine(name).replace(/\p{Surrogate}/gu, "\ufffd");
  return plain === name && name.length <= maxLength ? name : shorten(plain, fingerprint(name), true);
}

/** The separator inside a part is escaped, so that different parts never make the same key. */
function join(parts: (string | null)[]): string {
  return shorten(parts.map((part) => escapePart(part ?? "")).join(":"));
}

function escapePart(part: string): string {
  const plain = oneLine(part).replace(/ +/g, " ");
  return plain.replace(/[%:]/g, (sign) => (sign === "%" ? "%25" : "%3A"));
}

/** The part that is cut off counts through its hash. */
function shorten(key: string, hash = fingerprint(key), always = false): string {
  if (key.length <= maxLength && !always) return key;
  // No half of a surrogate pair at the cut.
  const head = key.slice(0, maxLength - hash.length - 1).replace(/[\ud800-\udbff]$/, "");
  return `${head}~${hash}`;
}

/** A key as given, without blanks around it. @throws {CliError} `usage` when it is empty */
export function requireDedupKey(key: string): string {
  const trimmed = key.trim();
  if (trimmed === "") throw usageError("the dedup key is empty", "give the key that `onduty events trigger` printed");
  return trimmed;
}
