import type { Severity } from "../../model/event.ts";
import { readMachineTime } from "../../model/machine-time.ts";
import { firstLineOf, hostOf, missing, numberIn } from "./given.ts";
import type { Notification, Notified, NotifyInput } from "./notification.ts";

/*
 * Notifications that collectd writes to the standard input of a `NotificationExec`: headers, an empty line, the message. Source:
 * manual page collectd-exec(5), "Notification data".
 */

const severities: Record<string, Severity | "over"> = { FAILURE: "critical", WARNING: "warning", OKAY: "over" };

export function fromCollectd({ stdin, machine }: NotifyInput): Notified {
  const [head = "", ...rest] = stdin.replace(/\r\n/g, "\n").split(/\n[ \t]*\n/);
  const headers = readHeaders(head);
  const message = rest.join("\n\n").trim() || undefined;
  const given = (name: string): string | undefined => headers.get(name.toLowerCase());
  const host = given("Host");
  if (host === undefined) throw missing("collectd", 'the header "Host" of standard input');
  const word = given("Severity")?.toUpperCase();
  if (word === undefined) throw missing("collectd", 'the header "Severity" of standard input');
  const severity = severities[word];
  const source = hostOf(host, machine);
  // Without the data source: collectd has one state for all sources of a value, names the worst of them, and none where the
  // value is missing. Seen with collectd 5.12.
  const what = [joined(given("Plugin"), given("PluginInstance")), joined(given("Type"), given("TypeInstance"))];
  const named = what.filter((part) => part !== undefined);
  const line = firstLineOf(message) ?? `${named.join("/")} is ${word}`;
  const notification: Notification = {
    action: severity === "over" ? "resolve" : "trigger",
    key: [source, ...named],
    summary: `${source} ${named[0] ?? "collectd"}: ${line}`,
    severity: severity === undefined ? "error" : severity === "over" ? "info" : severity,
    source,
    component: given("Plugin"),
    group: given("PluginInstance"),
    class: given("Type"),
    details: { ...Object.fromEntries(headers.original), message },
    at: readMachineTime(given("Time")),
    order: [numberIn(given("Time"))],
  };
  const warnings = severity === undefined ? [`the severity "${word}" is unknown: it is error`] : [];
  return { events: [notification], warnings };
}

class Headers extends Map<string, string> {
  /** With the names as they are written. */
  readonly original: [name: string, value: string][] = [];
}

function readHeaders(head: string): Headers {
  const headers = new Headers();
  for (const text of head.split("\n")) {
    const [, name, value = ""] = /^([A-Za-z]\w*):\s*(.*?)\s*$/.exec(text) ?? [];
    if (name === undefined || value === "") continue;
    headers.set(name.toLowerCase(), value);
    headers.original.push([name, value]);
  }
  return headers;
}

/** `cpu-0`: as collectd itself joins a name and its instance. */
function joined(name: string | undefined, instance: string | undefined): string | undefined {
  return name === undefined || instance === undefined ? (name ?? instance) : `${name}-${instance}`;
}
