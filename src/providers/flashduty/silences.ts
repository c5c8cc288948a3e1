import pMap from "p-map";
import { CliError, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import { cut } from "../../model/cut.ts";
import type { Reference, Report } from "../../model/incident.ts";
import { asObject } from "../../model/object.ts";
import type { NewSilence, Silence } from "../../model/silence.ts";
import type { Connection } from "../provider.ts";
import { asArray, asObjects, asText } from "../wire.ts";
import { listItems } from "./directory.ts";
import { numericId } from "./ids.ts";
import { send } from "./send.ts";
import { isDeleted, isMissing, readData, readList, toId, toTime } from "./wire.ts";

/* Silence rules of channels. Source: OpenAPI. An id of ours is `CHANNEL:RULE`, since the routes need both. */

type Row = Record<string, unknown>;

const maxName = 39;
const maxReason = 500;
const listRoute = "POST /channel/silence/rule/list";

/** See `Provider.silences.list`. One request for each channel. */
export async function listSilences(connection: Connection, services: readonly string[]): Promise<Report<Silence>> {
  const http = await connection.http();
  const { channels, unknown } = await channelsOf(http, services);
  const found = await pMap(channels, (channel) => readRules(http, connection, channel), { concurrency: 4 });
  return { rows: found.flat(), ...(unknown !== undefined && { unknown }) };
}

/** The channels of services, or all of them. */
async function channelsOf(
  http: HttpClient,
  services: readonly string[],
): Promise<{ channels: Reference[]; unknown?: string }> {
  if (services.length > 0) return { channels: services.map((id) => ({ id, name: id })) };
  const { rows, truncated } = await listItems(http, "POST /channel/list", {});
  const living = rows.filter((row) => row.status !== "deleted" && !isDeleted(row));
  const channels = living.flatMap((row) => {
    const id = toId(row.channel_id);
    return id === null ? [] : [{ id, name: asText(row.channel_name) ?? id }];
  });
  return { channels, ...(truncated !== undefined && { unknown: `not all channels could be listed: ${truncated}` }) };
}

async function readRules(http: HttpClient, connection: Connection, channel: Reference): Promise<Silence[]> {
  const body = { channel_id: numericId(channel.id, "a channel", "onduty services list") };
  const answer = await http.request(listRoute, { body, idempotent: true, reads: true });
  const nowMs = connection.now().getTime();
  return readList(answer, listRoute, "silences")
    .rows.filter((row) => row.status !== "disabled" && !isDeleted(row))
    .map((row) => toSilence(row, channel, connection))
    .filter(({ until, active }) => active || until === null || Date.parse(until) > nowMs);
}

function toSilence(row: Row, channel: Reference, { profile, now }: Connection): Silence {
  const once = asObject(row.time_filter) ?? {};
  const [from, until] = [toTime(once.start_time), toTime(once.end_time)];
  const isNow =
    (from === null || Date.parse(from) <= now().getTime()) && (until === null || Date.parse(until) > now().getTime());
  return {
    id: `${channel.id}:${asText(row.rule_id) ?? ""}`,
    service: channel,
    match: conditionsOf(row.filters),
    reason: asText(row.description) ?? asText(row.rule_name),
    from,
    until,
    active:
      typeof row.is_effective === "boolean" ? row.is_effective || (once.start_time !== undefined && isNow) : isNow,
    provider: "flashduty",
    profile: profile.name,
  };
}

const severities = ["Critical", "Warning", "Info"];

/**
 * Groups of conditions of which every alert meets one. A rule without conditions is refused. Source: OpenAPI, "`filters` must be
 * non-empty"; it names the field of the severity in both ways.
 */
const everything = ["severity", "alert_severity"].map((key) => [{ key, oper: "IN", vals: severities }]);

/** Whether every alert meets these conditions. */
function isEverything(group: readonly Row[]): boolean {
  const [{ key, oper, vals } = {}, ...others] = group;
  const isSeverity = /^(alert_)?severity$/.test(asText(key) ?? "");
  return others.length === 0 && isSeverity && oper === "IN" && severities.every((one) => asArray(vals).includes(one));
}

/** Groups of conditions: all of one group must hold, and one group is enough. */
function conditionsOf(filters: unknown): string[] {
  if (asArray(filters).some((group) => isEverything(asObjects(group)))) return [];
  const groups = asArray(filters).map((group) =>
    asObjects(group).map(({ key, oper, vals }) => {
      const name = (asText(key) ?? "").replace(/^labels\./, "");
      return `${name}${asText(oper) === "NOTIN" ? "!=" : "="}${asArray(vals).map(String).join("|")}`;
    }),
  );
  const [only] = groups;
  return groups.length === 1 && only !== undefined ? only : groups.map((group) => group.join(" and "));
}

/** See `Provider.silences.check`. The vendor documents no maximum for the length of a silence. */
export function checkSilence({ service, match, reason }: NewSilence): void {
  numericId(service.id, "a channel", "onduty services list");
  if (reason !== undefined && [...reason].length > maxReason)
    throw usageError(`the reason has ${[...reason].length} characters, and Flashduty takes ${maxReason}`);
  const pattern = match.find(({ value }) => /^\/.*\/$/s.test(value));
  if (pattern !== undefined)
    throw usageError(`Flashduty would take "${pattern.value}" for a regular expression, and silence more than it`);
}

/** See `Provider.silences.add`. */
export async function addSilence(connection: Connection, silence: NewSilence): Promise<Silence> {
  checkSilence(silence);
  const { service, match, reason, from, until } = silence;
  const http = await connection.http();
  const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);
  const body = {
    channel_id: Number(service.id),
    rule_name: cut(reason ?? "onduty", maxName, "codePoint"),
    description: reason ?? "",
    time_filter: { start_time: seconds(from), end_time: Math.ceil(until.getTime() / 1000) },
    filters:
      match.length === 0
        ? everything
        : [match.map(({ label, value }) => ({ key: `labels.${label}`, oper: "IN", vals: [value] }))],
    is_directly_discard: false,
  };
  const { body: answer, attempts } = await send(http, "POST /channel/silence/rule/create", { body });
  const rule = toId(readData(answer).rule_id);
  if (rule === null && attempts > 0)
    throw new CliError("failure", "POST /channel/silence/rule/create: no id in the response; it may have been added", {
      hint: "onduty silences list",
    });
  return {
    id: `${service.id}:${rule ?? ""}`,
    service,
    match: match.map(({ label, value }) => `${label}=${value}`),
    reason: reason ?? null,
    from: new Date(seconds(from) * 1000).toISOString(),
    until: new Date(Math.ceil(until.getTime() / 1000) * 1000).toISOString(),
    active: from.getTime() <= connection.now().getTime(),
    provider: "flashduty",
    profile: connection.profile.name,
  };
}

/** See `Provider.silences.remove`. The id of the rule alone is looked for in all channels. */
export async function removeSilence(connection: Connection, id: string): Promise<void> {
  const [, channel, rule = ""] = /^(?:(\d+):)?([0-9a-f]{24})$/i.exec(id) ?? [];
  if (rule === "") throw usageError(`"${id}" is not the id of a silence`, "onduty silences list");
  const http = await connection.http();
  const owner = channel ?? (await channelOfRule(connection, rule));
  if (owner === undefined) throw notFound(id);
  const body = { channel_id: numericId(owner, "a channel"), rule_id: rule.toLowerCase() };
  try {
    await send(http, "POST /channel/silence/rule/delete", { body, idempotent: true });
  } catch (error) {
    throw isMissing(error) ? notFound(id, error) : error;
  }
}

async function channelOfRule(connection: Connection, rule: string): Promise<string | undefined> {
  const { rows, unknown } = await listSilences(connection, []);
  const found = rows.find(({ id }) => id.endsWith(`:${rule.toLowerCase()}`));
  if (found === undefined && unknown !== undefined)
    throw new CliError("failure", `it is not known whether there is a silence "${rule}": ${unknown}`, {
      hint: "onduty silences remove CHANNEL:RULE",
      retryable: true,
    });
  return found?.service?.id;
}

function notFound(id: string, cause?: CliError): CliError {
  return new CliError("notFound", `silence "${id}" not found`, { hint: "onduty silences list", cause });
}
