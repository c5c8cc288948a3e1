import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { text as readText } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/server.ts";

/** A sandbox on any port; it is closed after the test. */
export async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ port: 0, dialect: "documented", ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Json;
}

/** Any JSON, to be reached into; what is not there is undefined. */
export interface Json {
  [name: string]: Json | undefined;
}

/** A list in an answer, as rows. */
export function rowsOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}

/** Many tests ask often: a connection is used again, and fetch would cost more than what it asks. */
const agent = new Agent({ keepAlive: true });

/** Sends one request and reads what comes. */
export async function ask(url: string, { method = "GET", headers = {}, body }: Request = {}): Promise<Answer> {
  const type = body === undefined ? undefined : { "content-type": "application/json" };
  const sent = request(url, { method, agent, headers: { ...type, ...headers } });
  sent.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body));
  const { response, text } = await arrival(sent);
  return {
    status: response.statusCode ?? 0,
    // What takes long is done for those who look at it.
    get headers() {
      return new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
    },
    text,
    body: decode(text) as Json,
  };
}

/** By events: iterators cost as much as the rest of the request. */
function arrival(sent: ClientRequest): Promise<{ response: IncomingMessage; text: string }> {
  return new Promise((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ response, text }));
      response.on("error", reject);
    });
  });
}

interface Request {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Sends the same request that many times at once, on one connection, and gives the status of each: for what an allowance is spent on. */
export async function askOften(times: number, url: string, { method = "GET", headers = {}, body }: Request = {}) {
  const { hostname, port, pathname, search, host } = new URL(url);
  const content = body === undefined ? "" : JSON.stringify(body);
  const type = body === undefined ? undefined : { "content-type": "application/json" };
  const sent = { host, "content-length": String(Buffer.byteLength(content)), ...type, ...headers };
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  const one = (more: string) => `${method} ${pathname}${search} HTTP/1.1\r\n${lines.join("")}${more}\r\n${content}`;
  const socket = connect(Number(port), hostname);
  socket.write(one("").repeat(times - 1) + one("connection: close\r\n"));
  const answers = await readText(socket);
  return [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

function decode(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Asks OpsKnight with the key that can do everything, or another. */
export function opsknight({ urls, keys }: Sandbox, key: string = keys.opsknight.all) {
  return asker((route, body) => {
    const [method = "", path = ""] = route.split(" ");
    return [`${urls.opsknight}${path}`, { method, headers: { authorization: `Bearer ${key}` }, body }];
  });
}

/** Asks Flashduty with an APP key. */
export function flashduty({ urls, keys }: Sandbox, key: string = keys.flashduty.app) {
  return asker((path, body = {}) => [`${urls.flashduty}${path}?app_key=${key}`, { method: "POST", body }]);
}

/** Asks once, or `often`. */
function asker(requestOf: (route: string, body?: unknown) => [url: string, options: Request]) {
  return Object.assign((route: string, body?: unknown) => ask(...requestOf(route, body)), {
    often: (times: number, route: string, body?: unknown) => askOften(times, ...requestOf(route, body)),
  });
}

/** An event of OpsKnight. */
export function event(action: string, key: string, more: object = {}): object {
  const payload = { summary: `About ${key}`, source: "test", severity: "critical" };
  return { event_action: action, dedup_key: key, service_id: "svc_checkout", payload, ...more };
}

/** A window of so many days up to now, for Flashduty. */
export function lastDays(days: number): { start_time: number; end_time: number } {
  const now = Math.floor(Date.now() / 1000);
  return { start_time: now - days * 86_400, end_time: now + 60 };
}
