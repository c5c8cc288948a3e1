import type { Severity } from "../../model/event.ts";
import { readMachineTime } from "../../model/machine-time.ts";
import { firstLineOf, hostOf, type Lookup, lookupIn, missing, numberIn, signed } from "./given.ts";
import type { Notification, Notified, NotifyInput } from "./notification.ts";

/*
 * Notifications of Nagios Core 4 and Icinga 2. Sources: Nagios Core 4 documentation, "Standard Macros in Nagios" and
 * "Notifications"; Icinga 2 documentation, "Runtime Macros" and "Notification Commands"; seen with nagios4 4.4.6 and icinga2 2.13.6.
 */

const severities: Record<string, Severity> = {
  CRITICAL: "critical",
  DOWN: "critical",
  UNKNOWN: "error",
  UNREACHABLE: "error",
  WARNING: "warning",
};
const over = new Set(["OK", "UP"]);

/** By number, as `$service.state_id$` and `$SERVICESTATEID$` give them. */
const numbered = { SERVICE: ["OK", "WARNING", "CRITICAL", "UNKNOWN"], HOST: ["UP", "DOWN", "UNREACHABLE"] };

/** What the state has no part in, as long as it is a problem. */
const noEvents: Record<string, string> = {
  DOWNTIMESTART: "the beginning of a downtime",
  CUSTOM: "a notification that was sent by hand",
};

/** Names that Icinga 2's own examples of commands give as variables. */
const bare = [
  "NOTIFICATIONTYPE",
  "NOTIFICATIONAUTHORNAME",
  "NOTIFICATIONCOMMENT",
  "HOSTALIAS",
  "HOSTADDRESS",
  "HOSTDISPLAYNAME",
  "HOSTSTATE",
  "HOSTOUTPUT",
  "SERVICEDESC",
  "SERVICENAME",
  "SERVICEDISPLAYNAME",
  "SERVICESTATE",
  "SERVICEOUTPUT",
  "LONGDATETIME",
];

export interface MacroSystem {
  /** As in keys. */
  name: string;
  title: string;
  prefixes: readonly string[];
}

/** What the macros mean. The state decides: a problem that is over is resolved, whatever the notification is about. */
export function readMacros(input: NotifyInput, system: MacroSystem): Notified {
  const given = lookupOf(input, system);
  const host = given("HOSTNAME");
  if (host === undefined) throw missing(system.title, "the host (HOSTNAME)");
  const service = given("SERVICEDESC", "SERVICENAME");
  const about = service === undefined ? ("HOST" as const) : ("SERVICE" as const);
  const state = stateOf(given, about);
  if (service === undefined && stateOf(given, "SERVICE") !== undefined && !isProblem(state))
    throw missing(system.title, "the service (SERVICEDESC)");
  const type = (given("NOTIFICATIONTYPE") ?? "").toUpperCase().replace(/[^A-Z]/g, "");
  const subject: Subject = { input, given, host, service, about, state, type };
  const warnings = unknownState(state);
  if (type === "FLAPPINGSTART") return { events: [trigger(subject, "is flapping")], warnings };
  if (isOver(state, type)) return { events: [resolve(subject)] };
  if (state === undefined && type !== "PROBLEM" && type !== "ACKNOWLEDGEMENT")
    throw missing(system.title, `the state (${about}STATE)`);
  if (state === "PENDING") return { events: [], skipped: `${nameOf(subject)} was not checked yet` };
  if (type === "ACKNOWLEDGEMENT") return { events: [acknowledge(subject)] };
  const none = noEvents[type];
  if (none !== undefined)
    return { events: [], skipped: [`${none} of ${nameOf(subject)}`, ...remark(given)].join(": ") };
  return { events: [trigger(subject, state === undefined ? "has a problem" : `is ${state}`)], warnings };
}

/** Macros as words, and as variables that the system itself or its configuration sets. */
function lookupOf(input: NotifyInput, { prefixes }: MacroSystem): Lookup {
  const { env, machine } = input;
  // A shell and a container set HOSTNAME as well, to the name of this machine.
  const isMacro = env.HOSTNAME !== machine || bare.some((name) => name.startsWith("HOST") && env[name] !== undefined);
  return lookupIn(input, { prefixes, bare: isMacro ? [...bare, "HOSTNAME"] : bare });
}

interface Subject {
  input: NotifyInput;
  given: Lookup;
  host: string;
  service: string | undefined;
  about: "HOST" | "SERVICE";
  state: string | undefined;
  type: string;
}

function stateOf(given: Lookup, about: "HOST" | "SERVICE"): string | undefined {
  const word = given(`${about}STATE`, `${about}STATEID`)?.trim().toUpperCase();
  const number = /^(\d)(?:\.0+)?$/.exec(word ?? "")?.[1];
  return (number !== undefined && numbered[about][Number(number)]) || word;
}

/** A problem of its host is true, whatever is missing of the service. */
function isProblem(state: string | undefined): boolean {
  return state !== undefined && !over.has(state);
}

/** Without a state only a recovery is the end: no other notification states that it is over. */
function isOver(state: string | undefined, type: string): boolean {
  return state === undefined ? type === "RECOVERY" : over.has(state);
}

function unknownState(state: string | undefined): string[] {
  if (state === undefined) return ["the state is missing: the severity is error"];
  return Object.hasOwn(severities, state) || over.has(state)
    ? []
    : [`the state "${state}" is unknown: the severity is error`];
}

function nameOf({ host, service }: Subject): string {
  return service === undefined ? host : `${host} ${service}`;
}

function remark(given: Lookup): string[] {
  const text = noteOf(given);
  return text === undefined ? [] : [text];
}

function noteOf(given: Lookup): string | undefined {
  return signed(
    given(
      "NOTIFICATIONAUTHORALIAS",
      "NOTIFICATIONAUTHORNAME",
      "NOTIFICATIONAUTHOR",
      "SERVICEACKAUTHOR",
      "HOSTACKAUTHOR",
    ),
    given("NOTIFICATIONCOMMENT", "SERVICEACKCOMMENT", "HOSTACKCOMMENT"),
  );
}

/** All lines of what the check printed. Nagios writes `\n` and `\\` into the long output. */
function outputOf({ given, about }: Subject): string | undefined {
  const long = given(`LONG${about}OUTPUT`)?.replace(/\\([n\\])/g, (_, sign) => (sign === "n" ? "\n" : "\\"));
  const lines = [given(`${about}OUTPUT`), long].filter((part) => part !== undefined);
  return lines.join("\n").trim() || undefined;
}

function common(subject: Subject, action: Notification["action"]): Omit<Notification, "summary" | "severity"> {
  const { input, given, host, service, about, state, type } = subject;
  const source = hostOf(host, input.machine);
  const since = readMachineTime(given(`LAST${about}STATECHANGE`, `${about}LASTSTATECHANGE`))?.toISOString();
  return {
    action,
    key: service === undefined ? [source] : [source, service],
    source,
    component: service,
    group: given("HOSTGROUPNAME", "SERVICEGROUPNAME"),
    details: {
      output: outputOf(subject),
      performanceData: given(`${about}PERFDATA`),
      state,
      stateType: given(`${about}STATETYPE`),
      stateSince: since,
      notificationType: type,
      host,
      hostAlias: given("HOSTALIAS", "HOSTDISPLAYNAME"),
      hostAddress: given("HOSTADDRESS", "ADDRESS"),
      hostState: about === "SERVICE" ? given("HOSTSTATE") : undefined,
      hostGroups: given("HOSTGROUPNAMES"),
      service,
      serviceGroups: given("SERVICEGROUPNAMES"),
      attempt: given(`${about}ATTEMPT`),
      duration: given(`${about}DURATION`),
      author: given("NOTIFICATIONAUTHORALIAS", "NOTIFICATIONAUTHORNAME", "NOTIFICATIONAUTHOR"),
      comment: given("NOTIFICATIONCOMMENT"),
    },
    links: [
      ["Notes", given(`${about}NOTESURL`)],
      ["Action", given(`${about}ACTIONURL`)],
    ],
    at: readMachineTime(given("TIMET", "ICINGATIMET")) ?? readMachineTime(given("LONGDATETIME", "ICINGALONGDATETIME")),
    // The first is of the recipe for Icinga, whose macros have full seconds; Nagios has a number for each notification.
    order: [
      numberIn(given("MICROSECONDS")),
      numberIn(given(`LAST${about}STATECHANGE`, `${about}LASTSTATECHANGE`)),
      numberIn(given("TIMET", "ICINGATIMET")),
      numberIn(given(`${about}NOTIFICATIONID`)),
    ],
  };
}

function trigger(subject: Subject, what: string): Notification {
  const { state = "" } = subject;
  const line = firstLineOf(outputOf(subject));
  const summary = line === undefined ? `${nameOf(subject)} ${what}` : `${nameOf(subject)} ${what}: ${line}`;
  const severity = severities[state] ?? (over.has(state) ? "warning" : "error");
  return { ...common(subject, "trigger"), summary, severity };
}

function resolve(subject: Subject): Notification {
  const line = firstLineOf(outputOf(subject));
  const what = subject.state === undefined ? "recovered" : `is ${subject.state}`;
  const summary = line === undefined ? `${nameOf(subject)} ${what}` : `${nameOf(subject)} ${what}: ${line}`;
  return { ...common(subject, "resolve"), summary, severity: "info" };
}

function acknowledge(subject: Subject): Notification {
  const parts = common(subject, "acknowledge");
  return { ...parts, summary: `${nameOf(subject)} is acknowledged`, severity: "info", note: noteOf(subject.given) };
}

/** The command of a contact, which Nagios calls with macros as variables or as words. */
export function fromNagios(input: NotifyInput): Notified {
  return readMacros(input, { name: "nagios", title: "Nagios", prefixes: ["NAGIOS_"] });
}

/** A `NotificationCommand`, whose `env` or `command` names the macros. */
export function fromIcinga2(input: NotifyInput): Notified {
  return readMacros(input, { name: "icinga2", title: "Icinga", prefixes: ["ICINGA_", "NOTIFY_"] });
}
