import { usageError } from "../../errors.ts";
import type { Severity } from "../../model/event.ts";
import { joinKey } from "../dedup-key.ts";
import type { Reading } from "./alert.ts";
import { asText, type Fields, linksOf, objectsIn, severityOf, textOf, timeOf } from "./fields.ts";
import { foreignText } from "./signs.ts";

/** Zabbix' numbers: not classified, information, warning, average, high, disaster. */
const levels: readonly Severity[] = ["error", "info", "warning", "warning", "error", "critical"];

const problems = new Set(["1", "problem"]);
const recoveries = new Set(["0", "ok", "resolved", "recovery"]);

/** A bare `value` comes last: it is the state where Zabbix exports, and may be the value of the item in a webhook's JSON. */
const stateNames = ["eventvalue", "triggervalue", "eventstatus", "triggerstatus", "status", "value"];

function stateWords(known: Fields): string[] {
  const isTrigger = textOf(known, "peventid", "eventid") === undefined;
  const words = stateNames.flatMap((name) => {
    const word = textOf(known, name)?.trim().toLowerCase();
    return word === undefined ? [] : [{ word, isLast: isTrigger && name === "status" && /^\d+$/.test(word) }];
  });
  // The API of Zabbix gives a trigger without an event: its `status` is 0 when it is enabled.
  return [...words.filter(({ isLast }) => !isLast), ...words.filter(({ isLast }) => isLast)].map(({ word }) => word);
}

/**
 * An event that Zabbix exports or streams, or the JSON of a webhook whose fields have the names of the macros in any spelling
 * (`{EVENT.ID}` as `eventid`, `event_id`, `EVENT.ID`). A recovery names the event that it ends: `p_eventid` where it is
 * exported, and the macro `{EVENT.ID}` itself. Sources: Zabbix documentation, "Newline-delimited JSON export protocol" and
 * "Supported macros".
 *
 * @throws {CliError} `usage` when it is neither
 */
export function fromZabbix(document: Fields): Reading[] {
  const known = macrosOf(document);
  const id = textOf(known, "peventid", "eventid") ?? textOf(known, "triggerid");
  const words = stateWords(known);
  const value = words.find((word) => problems.has(word) || recoveries.has(word)) ?? words[0];
  if (id === undefined || value === undefined)
    throw usageError(foreignText(document, "zabbix", '"eventid" and "value" are missing'));
  const recovers = recoveries.has(value);
  if (!recovers && !problems.has(value)) throw usageError(`the value "${value}" is neither a problem nor a recovery`);
  if (!recovers && textOf(known, "eventupdatestatus", "updatestatus") === "1")
    return [{ skipped: "the problem was updated there: it goes on" }];
  const hosts = objectsIn(document.hosts).map((one) => textOf(one, "name", "host"));
  const host = hosts[0] ?? textOf(known, "hostname", "hostvisiblename", "host", "hosthost");
  const name = textOf(known, "eventname", "triggername", "name", "subject", "alertsubject");
  // The event of a recovery has another id, and a trigger may have several problems: without its event the trigger counts.
  const byTrigger = textOf(known, "peventid", "eventid") === undefined;
  return [
    {
      alert: {
        action: recovers ? "resolve" : "trigger",
        dedupKey: byTrigger ? joinKey("zabbix", "trigger", id, host ?? "") : joinKey("zabbix", id),
        summary: name ?? `Problem ${id}`,
        severity: severityIn(known),
        source: host ?? "Zabbix",
        component: textOf(known, "itemname"),
        group: Array.isArray(document.groups) ? asText(document.groups[0]) : textOf(known, "hostgroup"),
        class: textOf(known, "triggername"),
        details: { ...document, hosts: hosts.filter(Boolean).join(" ") || undefined, ...tagsOf(document.tags) },
        links: linksOf([
          ["Zabbix", known.url ?? known.zabbixurl],
          ["Trigger", known.triggerurl],
        ]),
        at: timeOf(known.clock ?? known.timestamp ?? known.eventtimestamp),
      },
    },
  ];
}

/** By name, in lower case without punctuation. A macro that was not filled in counts as not given. */
function macrosOf(document: Fields): Fields {
  const entries = Object.entries(document).filter(([, value]) => {
    const text = asText(value);
    return text !== undefined && !/^(?:\{[A-Z0-9_.#$]+\}|\*UNKNOWN\*)$/.test(text.trim());
  });
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase().replace(/[^a-z0-9]/g, ""), value]));
}

function severityIn(known: Fields): Severity {
  const word = textOf(known, "nseverity", "eventnseverity", "severity", "eventseverity", "triggerseverity");
  return /^[0-5]$/.test(word?.trim() ?? "") ? (levels[Number(word)] ?? "error") : severityOf(word);
}

function tagsOf(tags: unknown): Fields {
  return Object.fromEntries(objectsIn(tags).map((one) => [textOf(one, "tag") ?? "", one.value]));
}
