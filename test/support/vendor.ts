import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** One request as it arrived. */
export interface Seen {
  method: string;
  /** Path without the query. */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string | undefined>;
  /** Decoded JSON, the text when it is not JSON, `undefined` when there was none. */
  body: unknown;
}

export type Reply = (seen: Seen, response: ServerResponse, request: IncomingMessage) => void | Promise<void>;

/** A vendor on loopback that answers what was registered, and nothing else: a strange request is answered 599 and fails the test. */
export interface FakeVendor {
  url: string;
  requests: Seen[];
  /** Number of connections that were opened so far. */
  readonly connections: number;
  /** Answers the next request to `route` ("POST /incident/list") with that; the last one registered for a route keeps answering. */
  reply(route: string, status: number, body?: unknown, headers?: Record<string, string>): FakeVendor;
  /** Takes a route over by hand. */
  handle(route: string, reply: Reply): FakeVendor;
  close(): Promise<void>;
}

/** Starts a vendor on loopback; it is closed after the test. */
export async function fakeVendor(): Promise<FakeVendor> {
  const replies = new Map<string, { reply: Reply; used: boolean }[]>();
  const requests: Seen[] = [];
  const strangers: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.on("connection", () => {
    connections += 1;
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readText(request);
    const url = new URL(request.url ?? "/", "http://vendor.test");
    const seen: Seen = {
      method: request.method ?? "",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers as Record<string, string | undefined>,
      body: decode(text),
    };
    requests.push(seen);
    const route = `${seen.method} ${seen.path}`;
    const registered = replies.get(route) ?? [];
    const next = registered.find(({ used }) => !used) ?? registered.at(-1);
    if (next === undefined) {
      strangers.push(route);
      response.writeHead(599).end();
      return;
    }
    next.used = true;
    await next.reply(seen, response, request);
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const vendor: FakeVendor = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get connections() {
      return connections;
    },
    reply(route, status, body, headers = {}) {
      return vendor.handle(route, (_seen, response) => {
        const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
        response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
      });
    },
    handle(route, reply) {
      replies.set(route, [...(replies.get(route) ?? []), { reply, used: false }]);
      return vendor;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  onTestFinished(async () => {
    await vendor.close();
    if (strangers.length > 0)
      throw new Error(`the vendor was asked what the test did not expect: ${strangers.join(", ")}`);
  });
  return vendor;
}

/** By events: an iterator costs more than the usual answer, and thousands of requests are read. */
function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => resolve(Buffer.concat(chunks).toString()));
    request.on("error", reject);
  });
}

function decode(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
