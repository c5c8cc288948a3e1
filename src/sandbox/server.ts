import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { usageError } from "../errors.ts";
import { type Chaos, draw, parseChaos } from "./chaos.ts";
import { answerFlashduty } from "./flashduty.ts";
import { answerFlotiq } from "./flotiq.ts";
import { answerOpsknight } from "./opsknight.ts";
import { answerOpsknight13 } from "./opsknight-1.3.ts";
import { createLimiter, type Reply, readJson, type SandboxRequest, text } from "./reply.ts";
import { type SandboxKeys, sandboxKeys } from "./seed.ts";
import { createStore } from "./state.ts";
import { sendWebhook, type Webhook } from "./webhooks.ts";

export interface SandboxOptions {
  /** 0 for any that is free. */
  port: number;
  dialect: "documented" | "1.3";
  chaos?: Chaos;
  dataFile?: string;
  now?: () => Date;
  random?: () => number;
}

export interface Sandbox {
  port: number;
  /** Base URL of each vendor. */
  urls: Record<"opsknight" | "flashduty" | "flotiq", string>;
  keys: SandboxKeys;
  close(): Promise<void>;
}

const maxBody = 16 * 1024 * 1024;
const remembered = 1000;

/**
 * A server on loopback that speaks the API of all three vendors.
 *
 * @throws {CliError} `usage` when the port is taken or the data file is not ours
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dialect, now = () => new Date(), random = Math.random } = options;
  const store = await createStore(now, options.dataFile);
  const limiter = createLimiter(now);
  const asked: { method: string; path: string }[] = [];
  let chaos = options.chaos;
  let webhook: Webhook | undefined;

  const vendors: Record<string, (request: SandboxRequest) => Reply> = {
    opsknight: (request) => (dialect === "1.3" ? answerOpsknight13 : answerOpsknight)(request, store, limiter, now),
    flashduty: (request) => answerFlashduty(request, store, limiter, now),
    flotiq: answerFlotiq,
  };

  /** The sandbox's own routes, for tests of scripts. */
  function control(request: SandboxRequest): Reply {
    const body = readJson(request) ?? {};
    switch (`${request.method} ${request.path}`) {
      case "GET /requests":
        return { status: 200, body: asked };
      case "POST /chaos":
        chaos = parseChaos(text(body.spec) ?? "");
        return { status: 200, body: chaos };
      case "POST /seed":
        store.fill(Math.min(200_000, Number(body.incidents ?? 0)));
        return { status: 200, body: { incidents: store.state.opsknight.incidents.length } };
      case "POST /webhooks": {
        const [url = "", secret = ""] = [text(body.url), text(body.secret)];
        const form = (["raw", "timestamp", "status-page"] as const).find((one) => one === (body.form ?? "raw"));
        if (!/^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(url) || secret === "" || form === undefined) {
          return {
            status: 400,
            body: { error: "url (on loopback), secret, and form (raw, timestamp or status-page)" },
          };
        }
        webhook = { url, secret, form };
        return { status: 200, body: webhook };
      }
      default:
        return { status: 404, body: { error: "GET /requests, POST /chaos, POST /seed, POST /webhooks" } };
    }
  }

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? "/", "http://sandbox");
    const [, vendor = ""] = url.pathname.split("/");
    const request: SandboxRequest = {
      method: incoming.method ?? "GET",
      path: url.pathname.slice(vendor.length + 1) || "/",
      query: url.searchParams,
      headers: incoming.headers as Record<string, string | undefined>,
      text: await readText(incoming),
    };
    if (vendor === "_sandbox") return write(response, control(request));
    asked.push({ method: request.method, path: url.pathname });
    if (asked.length > remembered) asked.shift();
    if (chaos !== undefined && (await disturb(chaos, response))) return;
    const handler = vendors[vendor];
    const before =
      webhook === undefined ? [] : store.state.opsknight.incidents.map(({ id, status }) => [id, status] as const);
    write(
      response,
      handler === undefined
        ? { status: 404, body: { error: "the vendors are /opsknight, /flashduty and /flotiq" } }
        : handler(request),
    );
    if (request.method !== "GET") {
      tellWebhook(new Map(before));
      await store.save();
    }
  }

  function tellWebhook(before: Map<string, string>): void {
    if (webhook === undefined) return;
    const words: Record<string, string> = { OPEN: "triggered", ACKNOWLEDGED: "acknowledged", RESOLVED: "resolved" };
    for (const incident of store.state.opsknight.incidents) {
      const word = words[incident.status];
      if (word !== undefined && before.get(incident.id) !== incident.status)
        sendWebhook(webhook, `incident.${word}`, incident, now());
    }
  }

  /** Breaks this answer, if the dice say so; true when there is nothing more to do. */
  async function disturb(current: Chaos, response: ServerResponse): Promise<boolean> {
    if (current.latencyMs > 0) await delay(current.latencyMs);
    const kind = draw(current, random);
    switch (kind) {
      case undefined:
      case "latency":
        return false;
      case "reset":
        response.socket?.resetAndDestroy();
        return true;
      case "timeout":
        return true;
      case "half":
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write('{"data": [');
        await delay(20);
        response.destroy();
        return true;
      case "html":
        write(response, {
          status: 502,
          headers: { "content-type": "text/html" },
          body: "<html><body>502 Bad Gateway</body></html>",
        });
        return true;
      case "429":
        write(response, {
          status: 429,
          headers: { "retry-after": "1" },
          body: { error: { code: "RATE_LIMITED", message: "Chaos asks you to wait", retry_after: 1 } },
        });
        return true;
      default:
        write(response, { status: Number(kind), body: { error: { code: "INTERNAL_ERROR", message: "Chaos" } } });
        return true;
    }
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  server.listen(options.port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      throw usageError(`port ${options.port} is taken`, "onduty sandbox --port 0 takes any that is free");
    throw usageError(`cannot listen on port ${options.port}: ${code}`, "onduty sandbox --port 4010");
  }
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  await store.save();
  return {
    port,
    urls: { opsknight: `${base}/opsknight`, flashduty: `${base}/flashduty`, flotiq: `${base}/flotiq` },
    keys: sandboxKeys,
    async close() {
      server.closeAllConnections();
      server.close();
      await store.save();
    },
  };
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) throw new Error("the body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function write(response: ServerResponse, { status, headers, body }: Reply): void {
  const isText = typeof body === "string";
  const bare = status === 204 || body === "";
  response.writeHead(status, {
    ...(!bare && { "content-type": isText ? "text/plain" : "application/json" }),
    ...headers,
  });
  response.end(isText ? body : JSON.stringify(body));
}
