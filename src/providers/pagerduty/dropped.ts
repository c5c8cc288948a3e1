import { CliError } from "../../errors.ts";
import { forProfile } from "../../model/command-line.ts";
import type { EventAction } from "../../model/event.ts";
import { encodePart, enumerate } from "../../model/text.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { listSilences } from "./silences.ts";
import { nameOf, readOne } from "./wire.ts";

/*
 * A service in maintenance, or a disabled one, has its integrations switched off: the vendor takes their events with a 202, opens
 * nothing, and resolves nothing. Nothing in the response shows it. Source: the vendor's support pages, and OpenAPI (`status`).
 */

/** Services that are switched off. Without `isOwn` the event may be of another one. */
interface Off {
  isOwn: boolean;
  names: readonly string[];
  state: "in maintenance" | "disabled";
}

/** How long what was read holds for further events, in milliseconds. */
const freshMs = 10_000;
/** How long an event that is delivered waits for this, in milliseconds. */
const patienceMs = 2000;
const maxNames = 3;

const recent = new WeakMap<Connection, { at: number; off: Promise<Off | undefined> }>();

/** What an event has come to that was taken a moment ago. */
export interface Dropped {
  /** False where the service of the integration key is not known. */
  isCertain: boolean;
  /** See `EventReceipt.silenced`. */
  lines: string[];
}

/**
 * Why an event was dropped; undefined when nothing speaks for it, or when it cannot be read. Needs an API key. An event that `isRouted`
 * goes to the service that an orchestration decides.
 */
export async function whyDropped(
  connection: Connection,
  action: EventAction,
  isRouted: boolean,
): Promise<Dropped | undefined> {
  if (!connection.keys.has("api")) return undefined;
  const { profile } = connection;
  const service = isRouted ? undefined : profile.service;
  const at = connection.now().getTime();
  const known = recent.get(connection);
  const off = known !== undefined && at - known.at < freshMs ? known.off : readPatiently(connection, service);
  if (off !== known?.off) recent.set(connection, { at, off });
  const found = await off;
  if (found === undefined) return undefined;
  const { isOwn, names, state } = found;
  const quoted = names.slice(0, maxNames).map((name) => `"${name}"`);
  const all = enumerate(names.length > maxNames ? [...quoted, `${names.length - maxNames} more`] : quoted, "and");
  const result = action === "trigger" ? "nobody is notified" : "what is open stays open";
  const look = forProfile(state === "disabled" ? "onduty services list" : "onduty silences list", profile);
  if (isOwn)
    return {
      isCertain: true,
      lines: [`${all} is ${state}, and PagerDuty dropped the event: ${result}`, `to see it: ${look}`],
    };
  const [are, it] = names.length === 1 ? ["is", "it"] : ["are", "one of them"];
  const setService =
    profile.name === "env" ? "set ONDUTY_SERVICE" : `onduty profiles edit ${profile.name} --service ID`;
  const lines = isRouted
    ? [`${all} ${are} ${state}; if the event is of ${it}, PagerDuty dropped it: ${result}`, `to see them: ${look}`]
    : [
        `${all} ${are} ${state}; if the integration key is of ${it}, PagerDuty dropped the event: ${result}`,
        `to name the service of the key: ${setService}`,
      ];
  return { isCertain: false, lines };
}

/** A side question: the event is delivered, whatever becomes of it. */
async function readPatiently(connection: Connection, service: string | undefined): Promise<Off | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
  });
  const reading = read(connection, service).catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    connection.debug(`it is not known whether the service is in maintenance: ${error.message}`);
    return undefined;
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function read(connection: Connection, service: string | undefined): Promise<Off | undefined> {
  if (service === undefined) {
    const { rows } = await listSilences(connection, [], "ongoing");
    const active = rows.filter((row) => row.active).map((row) => row.service?.name ?? "a service");
    const names = [...new Set(active)];
    return names.length === 0 ? undefined : { isOwn: false, names, state: "in maintenance" };
  }
  const http = await connection.http();
  const row = readOne(await http.request(`GET /services/${encodePart(service)}`), "service", "GET /services/{id}");
  const state = { maintenance: "in maintenance", disabled: "disabled" } as const;
  const word = asText(row.status)?.toLowerCase();
  if (word !== "maintenance" && word !== "disabled") return undefined;
  return { isOwn: true, names: [nameOf(row) ?? service], state: state[word] };
}
