import { CliError, Interrupted } from "../../errors.ts";
import type { HttpResponse } from "../../http/request.ts";
import type { Service } from "../../model/directory.ts";
import type { KeyKind } from "../../model/key.ts";
import { match } from "../../model/match.ts";
import type { Connection } from "../provider.ts";
import { listDirectory } from "./directory.ts";

export const eventsRoute = "POST /api/events";

/** Ids of services by the names that events gave, for the time of one command. */
const idsByName = new WeakMap<Connection, Map<string, string>>();

/**
 * Sends the body of an event. The service may be named by its name or the beginning of one: it is looked up when the server does
 * not know it as an id.
 *
 * @throws {CliError} `failure` with the reason `repairable` when the server has no such service, or it is not clear which
 */
export async function sendBody(connection: Connection, kind: KeyKind, body: EventBody): Promise<HttpResponse> {
  const http = await connection.http(kind);
  const { service_id: word } = body;
  const known = word === undefined ? undefined : idsByName.get(connection)?.get(word);
  const send = (service: string | undefined): Promise<HttpResponse> => {
    const sent = service === undefined ? body : { ...body, service_id: service };
    return http.request(eventsRoute, { body: sent, idempotent: true });
  };
  try {
    return await send(known);
  } catch (error) {
    if (!(error instanceof CliError) || error.reason === "routeNotFound") throw error;
    // The only 404 of this route is the service. Source: observed behavior.
    if (error.status !== 404) throw error;
    if (word === undefined) throw unknownService(error, "the service of the integration key is not on this server");
    const id = await findId(connection, word, error);
    remember(connection, word, id);
    return send(id);
  }
}

/** A request of `POST /api/events`. */
export interface EventBody {
  routing_key?: string;
  event_action: string;
  dedup_key: string;
  service_id?: string;
  payload: Record<string, unknown>;
}

function remember(connection: Connection, word: string, id: string): void {
  const ids = idsByName.get(connection) ?? new Map<string, string>();
  idsByName.set(connection, ids.set(word, id));
}

async function findId(connection: Connection, word: string, cause: CliError): Promise<string> {
  const missing = `no service "${word}" on this server`;
  let services: Service[];
  let complete = true;
  try {
    services = [];
    for await (const page of listDirectory(connection, "services")) {
      services.push(...page.rows);
      complete &&= page.truncated === undefined;
    }
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    if (error.status === 403)
      throw unknownService(
        cause,
        `"${word}" is not the ID of a service, and this key may not list services to find its name`,
        "give the service by its ID",
      );
    throw unknownService(cause, `the server does not take "${word}" as a service, and ${error.message}`);
  }
  const { things, by } = match(word, services);
  const [found, second] = things;
  if (second !== undefined) {
    const candidates = things.slice(0, 10).map(({ id, name }) => `${name} (${id})`);
    throw unknownService(cause, `"${word}" could be ${things.length} services: ${candidates.join(", ")}`);
  }
  // The beginning of a name is not enough if other names may begin so too. An id that is listed was refused all the same.
  if (found === undefined || by === "id" || (by === "beginning" && !complete)) throw unknownService(cause, missing);
  return found.id;
}

function unknownService(cause: CliError, message: string, hint = "onduty services list"): CliError {
  return cause.reworded(message, { kind: "failure", reason: "repairable", hint });
}
