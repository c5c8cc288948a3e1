import type { Severity } from "../../model/event.ts";
import { hostOf, lookupIn, missing, otherWords } from "./given.ts";
import type { Notified, NotifyInput } from "./notification.ts";

/*
 * The `NOTIFYCMD` of upsmon: `NOTIFYTYPE` and `UPSNAME` in the environment, the message as the only argument. Sources: manual pages
 * upsmon(8), "Notify events", and upsmon.conf(5) of Network UPS Tools 2.8.
 */

interface Kind {
  /** What it is about: the same when it begins and when it is over. */
  about: string;
  /** Undefined when it is the end. */
  severity?: Severity;
  /** What this machine sees of it, so that another machine does not resolve it. */
  ofMachine?: true;
}

const kinds: Record<string, Kind> = {
  ONBATT: { about: "power", severity: "error" },
  LOWBATT: { about: "power", severity: "critical" },
  FSD: { about: "power", severity: "critical" },
  ONLINE: { about: "power" },
  COMMBAD: { about: "communication", severity: "error", ofMachine: true },
  NOCOMM: { about: "communication", severity: "error", ofMachine: true },
  COMMOK: { about: "communication", ofMachine: true },
  SHUTDOWN: { about: "shutdown", severity: "critical", ofMachine: true },
  NOPARENT: { about: "upsmon", severity: "critical", ofMachine: true },
  REPLBATT: { about: "battery", severity: "warning" },
};

/** How bad what begins as `X` and ends as `NOTX` is. */
const states: Record<string, Severity> = {
  ALARM: "error",
  BYPASS: "warning",
  BOOST: "info",
  CAL: "info",
  ECO: "info",
  OFF: "critical",
  OTHER: "warning",
  OVER: "critical",
  TRIM: "info",
};

export function fromNut(input: NotifyInput): Notified {
  const given = lookupIn(input, { bare: ["NOTIFYTYPE", "UPSNAME"] });
  const type = given("NOTIFYTYPE")?.trim().toUpperCase();
  if (type === undefined) throw missing("upsmon", "NOTIFYTYPE");
  if (/^SUSPEND_/.test(type)) return { events: [], skipped: "this machine sleeps or wakes up" };
  const kind = kindOf(type);
  const ups = upsOf(given("UPSNAME"), input.machine);
  if (ups === undefined && kind?.ofMachine !== true) throw missing("upsmon", "UPSNAME");
  const name = ups ?? input.machine;
  const { about = type.toLowerCase(), severity = kind === undefined ? "error" : undefined } = kind ?? {};
  const message = otherWords(input.words).join(" ") || undefined;
  return {
    events: [
      {
        action: severity === undefined ? "resolve" : "trigger",
        key: [name, ...(kind?.ofMachine === true && ups !== undefined ? [input.machine] : []), about],
        summary: message ?? `${name}: ${type}`,
        severity: severity ?? "info",
        source: input.machine,
        component: name,
        class: about,
        details: { notifyType: type, ups, message },
      },
    ],
    ...(kind === undefined && { warnings: [`the type "${type}" is unknown: the severity is error`] }),
  };
}

function kindOf(type: string): Kind | undefined {
  if (Object.hasOwn(kinds, type)) return kinds[type];
  const about = type.replace(/^NOT(?=[A-Z])/, "");
  const severity = Object.hasOwn(states, about) ? states[about] : undefined;
  if (severity === undefined) return undefined;
  return { about: about.toLowerCase(), ...(about === type && { severity }) };
}

/** `myups@localhost` is another one on each machine. */
function upsOf(name: string | undefined, machine: string): string | undefined {
  if (name === undefined) return undefined;
  const [, ups, host, port = ""] = /^([^@]+)@(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(name.trim()) ?? [];
  if (ups === undefined || host === undefined) return `${name.trim()}@${machine}`;
  return `${ups}@${hostOf(host.replace(/^\[(.*)\]$/, "$1") || "localhost", machine)}${port}`;
}
