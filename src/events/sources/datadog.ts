import { usageError } from "../../errors.ts";
import type { Severity } from "../../model/event.ts";
import { asObject } from "../../model/object.ts";
import { joinKey } from "../dedup-key.ts";
import type { Reading } from "./alert.ts";
import { asText, type Fields, firstLine, linksOf, severityOf, textOf, timeOf } from "./fields.ts";
import { foreignText, formatOf } from "./signs.ts";

/** `[P1] [Re-Triggered on {host:web-01}] Disk is full`. */
const titlePattern =
  /^\s*(?:\[(P[1-5])\]\s*)?\[(?:Re-)?(Triggered|Warn|No Data|Renotify|Recovered)(?: on (\{.*?\}))?\]\s*/i;

/** What a transition is called, with or without `Re-` before it; `$ALERT_STATUS` is a sentence, which may name anything. */
const transitionWord = /^(?:re-)?(?:triggered|warn|warning|alert|no data|renotify)$/;
const recoveryWord =
  /^(?:ok|resolved|closed)$|^(?:(?:triggered|warn|warning|alert|no data)[ -]+)?(?:re-)?recovered(?=$|[:, ])/;

/**
 * The body of a Datadog webhook: the default payload, or one of your own whose fields have the names of the variables in any
 * spelling (`$ALERT_ID` as `alert_id`, `alertId`, `alert: {id}`). Source: Datadog documentation, integrations, "Webhooks".
 *
 * @throws {CliError} `usage` when nothing in it is a sign of Datadog, or it has no title
 */
export function fromDatadog(document: Fields): Reading[] {
  const known = flatten(document);
  const title = textOf(known, "alerttitle", "eventtitle", "title") ?? titleOfMonitor(known);
  const looks = formatOf(document);
  if ((looks !== undefined && looks !== "datadog") || (title !== undefined && !hasSign(known, title)))
    throw usageError(
      foreignText(document, "datadog", "it has no transition, alert type, event type or key of an alert"),
    );
  if (title === undefined) throw usageError('it is not what Datadog posts: "title" is missing');
  const [prefix, titlePriority, titleState, titleScope] = titlePattern.exec(title) ?? [""];
  const state =
    textOf(known, "alerttransition", "transition")?.toLowerCase() ?? titleState?.toLowerCase() ?? stateIn(known);
  const name = title.slice(prefix?.length ?? 0).trim() || title;
  const scope = textOf(known, "alertscope", "scope") ?? titleScope?.slice(1, -1);
  const host = textOf(known, "hostname", "host") ?? /(?:^|[\s,])host:([^\s,]+)/.exec(scope ?? "")?.[1];
  const date = textOf(known, "date", "dateposix", "lastupdated", "lastupdatedposix");
  return [
    {
      alert: {
        action: isOver(state, textOf(known, "alerttype")) ? "resolve" : "trigger",
        dedupKey: keyOf(known, name, scope, host),
        summary: `${/no data/.test(state ?? "") ? "No data: " : ""}${name}${titleScope === undefined ? "" : ` on ${titleScope}`}`,
        severity: severityIn(known, state, titlePriority),
        source: host ?? scope ?? "Datadog",
        component: undefined,
        group: undefined,
        class: textOf(known, "alertmetric", "metric", "eventtype"),
        details: detailsOf(document),
        links: linksOf([
          ["Datadog", known.link ?? known.url],
          ["Snapshot", known.snapshot ?? known.snapshoturl],
        ]),
        at: timeOf(date),
      },
    },
  ];
}

/** Fields by name, in lower case without punctuation, without undefined ones. The outer name is the prefix of inner fields. */
function flatten(fields: Fields, before = "", into: Fields = {}): Fields {
  for (const [name, value] of Object.entries(fields)) {
    const path = before + name.toLowerCase().replace(/[^a-z0-9]/g, "");
    const inner = asObject(value);
    if (inner !== undefined && before === "") flatten(inner, path, into);
    else if (isKnown(value) && !Object.hasOwn(into, path)) into[path] = value;
  }
  return into;
}

/** A variable that has no value stays as it was written, or becomes `null`. */
function isKnown(value: unknown): boolean {
  return asText(value) !== undefined && !/^(?:null|none|\$[A-Z_]+)$/i.test(String(value).trim());
}

/** Of a payload without a title that names its monitor: the text of the event, which `%%%` stands around. */
function titleOfMonitor(known: Fields): string | undefined {
  const monitor = textOf(known, "alertid", "monitorid");
  const text = textOf(known, "textonlymsg", "eventmsg", "body", "message")?.replaceAll("%%%", "");
  return monitor === undefined ? undefined : (firstLine(text) ?? `Monitor ${monitor}`);
}

/** A field for the state that holds the word of a transition. */
function stateIn(known: Fields): string | undefined {
  const words = ["alertstatus", "status", "state"].map((name) => textOf(known, name)?.trim().toLowerCase());
  return words.find((word) => word !== undefined && (transitionWord.test(word) || recoveryWord.test(word)));
}

/** Other systems post a title and a state too. */
function hasSign(known: Fields, title: string): boolean {
  const own = ["alerttransition", "transition", "alerttype", "eventtype", "alertcyclekey", "cyclekey", "aggregkey"];
  if (textOf(known, ...own, "aggregationkey") !== undefined || titlePattern.test(title)) return true;
  return stateIn(known) !== undefined && textOf(known, "alertid", "monitorid", "alertscope") !== undefined;
}

/** Without a transition, the alert type decides. An unknown word counts as an open problem. */
function isOver(state: string | undefined, type: string | undefined): boolean {
  return state === undefined ? /^(?:success|recovery)$/i.test(type?.trim() ?? "") : recoveryWord.test(state.trim());
}

/**
 * The key of the cycle from trigger to recovery, else of what Datadog aggregates or of the monitor, else the title without the
 * state; each with its scope, or without one the host: one monitor watches many hosts.
 */
function keyOf(known: Fields, name: string, scope: string | undefined, host: string | undefined): string {
  const cycle = textOf(known, "alertcyclekey", "cyclekey");
  if (cycle !== undefined) return joinKey("datadog", cycle);
  const aggregated = textOf(known, "aggregkey", "aggregationkey");
  const monitor = aggregated ?? textOf(known, "alertid", "monitorid");
  const place = scope ?? (aggregated === undefined && host !== undefined ? `host:${host}` : undefined);
  const tags = place
    ?.split(",")
    .map((tag) => tag.trim())
    .sort()
    .join(",");
  return joinKey("datadog", monitor ?? `${textOf(known, "orgid", "orgname") ?? ""}/${name}`, ...(tags ? [tags] : []));
}

function severityIn(known: Fields, state: string | undefined, titlePriority: string | undefined): Severity {
  if (state?.includes("warn") === true) return "warning";
  const priority = [textOf(known, "alertpriority"), textOf(known, "priority"), titlePriority].find((word) =>
    /^P[1-5]$/i.test(word?.trim() ?? ""),
  );
  return severityOf(priority ?? textOf(known, "alerttype"));
}

/** All of it, one level deep. */
function detailsOf(document: Fields): Fields {
  const all = Object.entries(document).flatMap(([name, value]): [string, unknown][] => {
    const inner = asObject(value);
    return inner === undefined ? [[name, value]] : Object.entries(inner).map(([one, part]) => [`${name}_${one}`, part]);
  });
  return Object.fromEntries(all.filter(([, value]) => Array.isArray(value) || isKnown(value)));
}
