import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import { readAll } from "../../cli/arguments/ids.ts";
import { usageError } from "../../errors.ts";
import type { CiMetadata } from "../../events/ci.ts";
import { type ChangeStatus, changeStatuses, type Event, type Severity, severities } from "../../model/event.ts";
import type { InputStream } from "../../output/streams.ts";

/** Other words people and monitoring systems use, onto ours. */
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

/** A severity in any case, or one of its other names; undefined on any other word. */
export function findSeverity(text: string): Severity | undefined {
  const word = text.trim().toLowerCase();
  const known = severities.find((severity) => severity === word);
  return known ?? (Object.hasOwn(severityAliases, word) ? severityAliases[word] : undefined);
}

/** A severity in any case, or one of its other names. @throws {InvalidArgumentError} on any other word */
export function parseSeverity(text: string): Severity {
  const severity = findSeverity(text);
  if (severity === undefined) throw new InvalidArgumentError(`Allowed choices are ${severities.join(", ")}.`);
  return severity;
}

/** Words of CI services for how a job ended, onto ours: `--status ${{ job.status }}` just works. */
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

/** A status of a change in any case, or one of its other names. @throws {InvalidArgumentError} on any other word */
export function parseChangeStatus(text: string): ChangeStatus {
  const word = text.trim().toLowerCase();
  const known = changeStatuses.find((status) => status === word);
  const status = known ?? (Object.hasOwn(changeStatusAliases, word) ? changeStatusAliases[word] : undefined);
  if (status === undefined) throw new InvalidArgumentError(`Allowed choices are ${changeStatuses.join(", ")}.`);
  return status;
}

/** Collects `--detail k=v`; the value is all that follows the first `=`. */
export function collectDetail(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf("=");
  const name = text.slice(0, at).trim();
  if (at === -1 || name === "") throw new InvalidArgumentError("A detail is written name=value.");
  return Object.fromEntries([...Object.entries(before), [name, text.slice(at + 1)]]);
}

/** Collects `--link URL[=TEXT]`. */
export function collectLink(text: string, before: Event["links"] = []): Event["links"] {
  const link = splitLink(text.trim());
  let url: URL;
  try {
    url = new URL(link.href);
  } catch {
    throw new InvalidArgumentError("A link is a whole address, such as https://example.com/run/1=Run 1.");
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new InvalidArgumentError("A link begins with https:// or http://.");
  }
  return [...before, link];
}

/**
 * An address may hold `=` itself: each part of its query has one of its own, so there the text begins at the second.
 * `=` at the end, or several in a row, are padding of a value and belong to the address.
 */
function splitLink(text: string): Event["links"][number] {
  for (let at = text.indexOf("="); at !== -1; at = text.indexOf("=", at + 1)) {
    const [href, label] = [text.slice(0, at), text.slice(at + 1)];
    if (label === "" || label.startsWith("=")) continue;
    const inQuery = /[?#]/.test(href);
    if (!inQuery || /[?#&][^?#&=]*=[^?#&]*$/.test(href)) return { href, text: label };
  }
  return { href: text };
}

/** Reads `--details FILE|-`: one JSON object, whose values keep their types. */
export async function readDetails(file: string, input: InputStream): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = file === "-" ? await readAll(input) : await readFile(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(`could not read --details "${file}": ${reason}`);
  }
  const where = file === "-" ? "standard input" : `"${file}"`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageError(`--details ${where} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw usageError(`--details ${where} is not a JSON object`, 'a file such as {"disk": "/var", "percent": 97}');
  }
  return { ...value };
}

/** Where an event comes from when nobody says: the CI job, else this host. */
export function defaultSource(ci: CiMetadata | null): string {
  const job = ci === null ? [] : [ci.repository, ci.workflow, ci.job].filter((part) => part !== null);
  const text = job.length > 0 ? job.join(" / ") : (ci?.name ?? hostname());
  // The names are not the user's choice here: one that is too long must not keep an event from going out.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").slice(0, 200);
}

/** Service and routing key of an event: as given, else as the profile has them. */
export function target(
  options: { service?: string; routingKey?: string },
  profile: { service?: string; routingKey?: string },
): Pick<Event, "service" | "routingKey"> {
  const service = options.service ?? profile.service;
  const routingKey = options.routingKey ?? profile.routingKey;
  return { ...(service !== undefined && { service }), ...(routingKey !== undefined && { routingKey }) };
}

/** Options of every command that sends events. */
export function addDeliveryOptions(command: Command): Command {
  return command
    .option("--service <id>", "service of the vendor (default: of the profile)")
    .option("--routing-key <key>", "routing key (default: of the profile)")
    .option("--spool-ok", "exit 0 when the event is safe on disk but not delivered yet")
    .option("--no-spool", "send directly, keeping nothing on disk");
}
