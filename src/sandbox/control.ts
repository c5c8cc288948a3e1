import { CliError } from "../errors.ts";
import { type Chaos, parseChaos } from "./chaos.ts";
import type { Store } from "./model.ts";
import { type Reply, readJson, type SandboxRequest } from "./reply.ts";
import { readWebhook, type Webhook } from "./webhooks.ts";

/** A request that a vendor was sent. */
export interface Asked {
  method: string;
  /** With the vendor, without the query: a key may stand in it. */
  path: string;
}

/** What the sandbox's own routes read and change. */
export interface Controls {
  requests: readonly Asked[];
  chaos: Chaos | undefined;
  webhook: Webhook | undefined;
}

const maxIncidents = 200_000;
const routes =
  "GET /_sandbox/requests, POST /_sandbox/chaos {spec}, POST /_sandbox/seed {incidents}, POST /_sandbox/webhooks {url, secret, form}";

/** The sandbox's own routes, `/_sandbox/…`: for tests of scripts. */
export function answerControl(request: SandboxRequest, controls: Controls, store: Store): Reply {
  const refuse = (status: number, error: string): Reply => ({ status, body: { error } });
  // Pages in a browser are refused.
  if (request.headers.origin !== undefined) return refuse(403, "not for browsers");
  const body = readJson(request) ?? {};
  switch (`${request.method} ${request.path}`) {
    case "GET /requests":
      return { status: 200, body: controls.requests };
    case "POST /chaos":
      try {
        controls.chaos = parseChaos(typeof body.spec === "string" ? body.spec : "");
        return { status: 200, body: controls.chaos };
      } catch (error) {
        if (error instanceof CliError) return refuse(400, error.message);
        throw error;
      }
    case "POST /seed": {
      const count = body.incidents;
      if (typeof count !== "number" || !Number.isInteger(count) || count < 0 || count > maxIncidents)
        return refuse(400, `incidents must be an integer from 0 to ${maxIncidents}`);
      store.fill(count);
      return { status: 200, body: { incidents: store.state.opsknight.incidents.length } };
    }
    case "POST /webhooks": {
      const webhook = readWebhook(body);
      if (webhook === undefined)
        return refuse(400, "url (http, on loopback), secret, and form (raw, timestamp or status-page) are needed");
      controls.webhook = webhook;
      return { status: 200, body: { url: webhook.url, form: webhook.form ?? null } };
    }
    default:
      return refuse(404, routes);
  }
}
