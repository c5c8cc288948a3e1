import { readMachineTime } from "../../model/machine-time.ts";
import { firstLineOf, hostOf, lookupIn, missing } from "./given.ts";
import type { Notified, NotifyInput } from "./notification.ts";

/*
 * Programs that Monit executes. Sources: manual of Monit 5.33, "Exec" and "Program environment"; the names of its events as its
 * program has them.
 */

/** How an event is named when it begins and when it is over, apart from `... failed` and `... succeeded`. */
const kinds: Record<string, { kind: string; over?: true }> = {
  "does not exist": { kind: "Existence" },
  exists: { kind: "Existence", over: true },
  "data access error": { kind: "Data access" },
  "invalid type": { kind: "Type" },
  timeout: { kind: "Timeout" },
  "timeout recovery": { kind: "Timeout", over: true },
  "link down": { kind: "Link" },
  "link up": { kind: "Link", over: true },
};

/** An event of the same kind begins with one of these words and is over with the other. */
const ends = /^(.*?\S)\s+(failed|matched|exceeded|changed|not changed|match|doesn't match|succeeded|ok)$/i;

/** What the program is given in its environment: `MONIT_EVENT` decides. */
export function fromMonit(input: NotifyInput): Notified {
  const given = lookupIn(input, { prefixes: ["MONIT_"] });
  const [service, event] = [given("SERVICE"), given("EVENT")];
  if (service === undefined) throw missing("Monit", "the service (MONIT_SERVICE)");
  if (event === undefined) throw missing("Monit", "the event (MONIT_EVENT)");
  const { kind, over } = kindOf(event.trim());
  const description = given("DESCRIPTION");
  const host = hostOf(given("HOST") ?? input.machine, input.machine);
  const line = firstLineOf(description);
  const at = readMachineTime(given("DATE"));
  const subject = description === undefined ? undefined : subjectOf(kind, description);
  return {
    events: [
      {
        action: over ? "resolve" : "trigger",
        key: [host, service, subject === undefined ? kind : `${kind}: ${subject}`],
        summary: `${host} ${service}: ${event.trim()}${line === undefined ? "" : `: ${line}`}`,
        severity: over ? "info" : "error",
        source: host,
        component: service,
        class: kind,
        details: {
          event: event.trim(),
          description,
          host: given("HOST"),
          service,
          processId: given("PROCESS_PID"),
          processMemory: given("PROCESS_MEMORY"),
          processChildren: given("PROCESS_CHILDREN"),
          processCpuPercent: given("PROCESS_CPU_PERCENT"),
          programStatus: given("PROGRAM_STATUS"),
        },
        at,
        order: [at?.getTime()],
      },
    ],
  };
}

function kindOf(event: string): { kind: string; over: boolean } {
  const known = Object.hasOwn(kinds, event.toLowerCase()) ? kinds[event.toLowerCase()] : undefined;
  if (known !== undefined) return { kind: known.kind, over: known.over === true };
  const [, kind = event, word = ""] = ends.exec(event) ?? [];
  return { kind, over: /^(?:succeeded|ok)$/i.test(word) };
}

/**
 * Which of several tests of one kind it is: `cpu usage`, `[localhost]:443`. One test must not resolve what another found. The
 * description names it alike when the test fails and when it succeeds.
 */
function subjectOf(kind: string, description: string): string | undefined {
  const text = description.trim();
  if (kind === "Connection") return /\b(?:at|to) (\[[^\]\s]+\]:\d+|\/\S+)/.exec(text)?.[1];
  // The texts of other kinds are not alike, and a service has one test of them.
  if (kind !== "Resource limit") return undefined;
  const [, fine] = /^(.+?) (?:check|test) succeeded\b/.exec(text) ?? [];
  const [, bad] = /^(.+?)(?: count)?(?: of)? -?[\d.]+\S*(?: \S+)? matches (?:resource )?limit\b/.exec(text) ?? [];
  return (fine ?? bad)
    ?.replace(/\s+/g, " ")
    .replace(/^(.*filedescriptors) usage$/, "$1")
    .trim();
}
