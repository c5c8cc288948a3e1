import type { Severity } from "../../model/event.ts";
import { readMachineTime } from "../../model/machine-time.ts";
import { firstLineOf, hostOf, type Lookup, lookupIn, missing, numberIn, signed } from "./given.ts";
import type { Notification, Notified, NotifyInput } from "./notification.ts";

/*
 * Parameters of a media type "Script": `EVENT.VALUE={EVENT.VALUE}`. Source: Zabbix documentation, "Supported macros" and "Custom alert
 * scripts".
 */

/** By `{EVENT.NSEVERITY}`, and by the names that Zabbix is installed with. */
const severities: Record<string, Severity> = {
  "5": "critical",
  DISASTER: "critical",
  "4": "error",
  HIGH: "error",
  "3": "warning",
  AVERAGE: "warning",
  "2": "warning",
  WARNING: "warning",
  "1": "info",
  INFORMATION: "info",
};

export function fromZabbix({ words, ...input }: NotifyInput): Notified {
  const given = lookupIn({ ...input, words: [...linesOf(words), ...words] }, { prefixes: ["ZABBIX_"] });
  const host = given("HOST.HOST", "HOST.NAME", "HOSTNAME");
  if (host === undefined) throw missing("Zabbix", "the host (HOST.HOST={HOST.HOST})");
  const problem = given("TRIGGER.ID", "TRIGGER.NAME", "EVENT.NAME");
  if (problem === undefined) throw missing("Zabbix", "the trigger (TRIGGER.ID={TRIGGER.ID})");
  const state = stateOf(given);
  if (state === undefined) throw missing("Zabbix", "the state (EVENT.VALUE={EVENT.VALUE})");
  const name = given("EVENT.NAME", "TRIGGER.NAME") ?? `trigger ${problem}`;
  const subject = { given, host: hostOf(host, input.machine), problem, name };
  if (state === "over") return { events: [{ ...common(subject, "resolve"), severity: "info" }] };
  if (given("EVENT.UPDATE.STATUS")?.trim() === "1") return updated(subject);
  const { severity, warnings } = severityOf(given);
  return { events: [{ ...common(subject, "trigger"), severity }], warnings };
}

/**
 * The lines of a message that name something: up to version 6.2 a parameter of a script may only be `{ALERT.MESSAGE}` and its kind. Of
 * two with one name the first counts: what a person has written stands at the end, and may have lines, too.
 */
function linesOf(words: readonly string[]): string[] {
  const texts = words.flatMap((word) => /^ALERT\.MESSAGE=(.*)$/s.exec(word)?.[1] ?? []);
  return texts.flatMap((text) => text.split(/\r?\n/)).reverse();
}

interface Subject {
  given: Lookup;
  host: string;
  problem: string;
  name: string;
}

/** Numbers first: words may be translated. */
function stateOf(given: Lookup): "over" | "problem" | undefined {
  const value = given("EVENT.VALUE", "TRIGGER.VALUE")?.trim();
  if (value === "0") return "over";
  if (value === "1") return "problem";
  const word = given("EVENT.STATUS", "TRIGGER.STATUS")?.trim().toUpperCase();
  if (word === undefined) return undefined;
  return word === "OK" || word === "RESOLVED" ? "over" : "problem";
}

/** What a person did to a problem: an acknowledgment, or something that is no event. */
function updated(subject: Subject): Notified {
  const { given, name, host } = subject;
  const done = given("EVENT.UPDATE.ACTION") ?? "";
  const note = signed(given("USER.FULLNAME", "USER.USERNAME", "USER.NAME"), given("EVENT.UPDATE.MESSAGE"));
  if (/\backnowledged\b/i.test(done.replace(/unacknowledged/gi, "")))
    return { events: [{ ...common(subject, "acknowledge"), severity: "info", note }] };
  const why = [`an update of "${name}" on ${host}`, done, note].filter(Boolean).join(": ");
  return { events: [], skipped: why };
}

function severityOf(given: Lookup): { severity: Severity; warnings: string[] } {
  const word = given("EVENT.NSEVERITY", "TRIGGER.NSEVERITY", "EVENT.SEVERITY", "TRIGGER.SEVERITY")
    ?.trim()
    .toUpperCase();
  const severity = word === undefined ? undefined : severities[word];
  if (word === undefined || severity !== undefined) return { severity: severity ?? "error", warnings: [] };
  return { severity: "error", warnings: [`the severity "${word}" is unknown: it is error`] };
}

function common(
  { given, host, problem, name }: Subject,
  action: Notification["action"],
): Omit<Notification, "severity"> {
  const at = (action === "resolve" ? timeOf(given, "EVENT.RECOVERY") : undefined) ?? timeOf(given, "EVENT");
  return {
    action,
    key: [host, problem],
    summary: `${host}: ${firstLineOf(name) ?? name}`,
    source: host,
    group: given("HOST.GROUP", "TRIGGER.HOSTGROUP.NAME"),
    details: {
      event: name,
      operationalData: given("EVENT.OPDATA"),
      description: given("TRIGGER.DESCRIPTION"),
      hostName: given("HOST.NAME"),
      hostAddress: given("HOST.CONN", "HOST.IP"),
      item: given("ITEM.NAME"),
      value: given("ITEM.LASTVALUE", "ITEM.VALUE"),
      severity: given("EVENT.SEVERITY", "TRIGGER.SEVERITY"),
      tags: given("EVENT.TAGS"),
      eventId: given("EVENT.ID"),
      duration: given("EVENT.DURATION"),
      subject: given("ALERT.SUBJECT"),
      message: given("ALERT.MESSAGE"),
    },
    links: [["Trigger", given("TRIGGER.URL")]],
    at,
    order: [placeOf(given, action), at?.getTime()],
  };
}

/** By the ids of events. `{EVENT.ID}` of a recovery is that of its problem, which it follows. */
function placeOf(given: Lookup, action: Notification["action"]): number | undefined {
  const problem = numberIn(given("EVENT.ID"));
  if (action !== "resolve") return problem;
  return numberIn(given("EVENT.RECOVERY.ID")) ?? (problem && problem + 0.5);
}

/** `{EVENT.DATE}` is written as 2026.11.29. */
function timeOf(given: Lookup, name: string): Date | undefined {
  const known = readMachineTime(given(`${name}.TIMESTAMP`));
  const [date, time] = [given(`${name}.DATE`), given(`${name}.TIME`)];
  if (known !== undefined || date === undefined || time === undefined) return known;
  return readMachineTime(`${date.trim().replaceAll(".", "-")}T${time.trim()}`);
}
