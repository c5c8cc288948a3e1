import { usageError } from "../../errors.ts";
import { joinKey } from "../dedup-key.ts";
import type { Reading } from "./alert.ts";
import { type Fields, firstLine, linksOf, severityOf, textOf, timeOf } from "./fields.ts";
import { foreignText } from "./signs.ts";

/** Types of notification that are about a person or a plan, and not about the state. */
const aside = new Set(["acknowledgement", "downtimestart", "custom", "alerthandler"]);

/**
 * The context of a Checkmk notification as a JSON object: the environment of a notification script (`jq -n env`), with or
 * without `NOTIFY_` before the names. The state decides, whatever the type is: a problem that ends in a downtime or while it
 * flaps has no RECOVERY. Flapping is a problem until it ends. Source: Checkmk documentation, "Notifications", "Notification scripts".
 *
 * @throws {CliError} `usage` when it is not one
 */
export function fromCheckmk(document: Fields): Reading[] {
  const known = contextOf(document);
  const host = textOf(known, "HOSTNAME");
  const state = isAboutService(known) ? "SERVICE" : "HOST";
  const word = textOf(known, `${state}STATE`);
  if (host === undefined || (word === undefined && state === "HOST"))
    throw usageError(foreignText(document, "checkmk", '"HOSTNAME" and "SERVICESTATE" or "HOSTSTATE" are missing'));
  if (word === undefined) throw usageError('"SERVICESTATE" is missing');
  const service = state === "SERVICE" ? textOf(known, "SERVICEDESC") : undefined;
  if (state === "SERVICE" && service === undefined) throw usageError('"SERVICEDESC" is missing');
  const type = textOf(known, "NOTIFICATIONTYPE") ?? "PROBLEM";
  const isFine = ["OK", "UP"].includes(word.toUpperCase());
  const isFlapping = type.toUpperCase() === "FLAPPINGSTART";
  const recovers = isFine && !isFlapping;
  if (!recovers && aside.has(type.split(" ")[0]?.toLowerCase() ?? ""))
    return [{ skipped: `the notification is ${type}: the state did not change` }];
  const output = firstLine(plain(textOf(known, `${state}OUTPUT`)));
  const site = textOf(known, "OMD_SITE");
  return [
    {
      alert: {
        action: recovers ? "resolve" : "trigger",
        dedupKey: joinKey("checkmk", site ?? "", host, ...(service === undefined ? [] : [service])),
        summary: `${[host, service].filter(Boolean).join(" ")} is ${isFlapping ? "flapping" : word}${output === undefined ? "" : `: ${output}`}`,
        severity: recovers ? "error" : isFine ? "warning" : severityOf(word),
        source: host,
        component: service,
        group: site,
        class: textOf(known, `${state}CHECKCOMMAND`),
        details: pick(known, state),
        links: linksOf([["Checkmk", known[`${state}URL`]]]),
        at: timeOf(textOf(known, "MICROTIME")) ?? timeOf(textOf(known, "SHORTDATETIME")),
      },
    },
  ];
}

/** A part of a service is enough: what is missing of it must not make it a notification of its host. */
function isAboutService(known: Fields): boolean {
  const what = textOf(known, "WHAT")?.trim().toUpperCase();
  return what === undefined ? textOf(known, "SERVICEDESC", "SERVICESTATE") !== undefined : what === "SERVICE";
}

/** Without the prefix; the site is in the environment without one too. What was not filled in counts as not given. */
function contextOf(document: Fields): Fields {
  const isUnfilled = (value: unknown): boolean => typeof value === "string" && /^\$[A-Z_]*\$?$/.test(value.trim());
  const entries = Object.entries(document).filter(([, value]) => !isUnfilled(value));
  const given = entries.map(([name, value]): [string, unknown] => [name.replace(/^NOTIFY_/, ""), value]);
  const plain = Object.fromEntries(given);
  const notified = entries.filter(([name]) => name.startsWith("NOTIFY_"));
  // Of the environment only the context: the rest is that of the process.
  if (notified.length === 0) return plain;
  return Object.fromEntries([
    ["OMD_SITE", document.OMD_SITE],
    ...notified.map(([name, value]) => [name.slice("NOTIFY_".length), value]),
  ]);
}

/** The context holds contacts and parameters of the script, which may be secrets. */
function pick(known: Fields, state: string): Fields {
  const names = [
    "NOTIFICATIONTYPE",
    "NOTIFICATIONAUTHOR",
    "NOTIFICATIONCOMMENT",
    "HOSTALIAS",
    "HOSTADDRESS",
    "HOSTTAGS",
    "OMD_SITE",
    `LAST${state}STATE`,
    `${state}OUTPUT`,
    `LONG${state}OUTPUT`,
    `${state}PERFDATA`,
    `${state}PROBLEMID`,
    `${state}URL`,
  ];
  return Object.fromEntries(names.map((name) => [name.toLowerCase(), plain(textOf(known, name))]));
}

/** Checkmk writes line breaks as two characters, and a vertical bar as another one. */
function plain(text: string | undefined): string | undefined {
  return text?.replaceAll("\\n", "\n").replaceAll("\u2758", "|");
}
