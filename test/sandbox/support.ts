import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
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
export async function ask(
  url: string,
  { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: unknown } = {},
): Promise<Answer> {
  const type = body === undefined ? undefined : { "content-type": "application/json" };
  const sent = request(url, { method, agent, headers: { ...type, ...headers } });
  sent.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body));
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const text = await readText(response);
  const pairs = Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return { status: response.statusCode ?? 0, headers: new Headers(pairs), text, body: decode(text) as Json };
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
  return (route: string, body?: unknown) => {
    const [method = "", path = ""] = route.split(" ");
    return ask(`${urls.opsknight}${path}`, { method, headers: { authorization: `Bearer ${key}` }, body });
  };
}

/** Asks Flashduty with an APP key. */
export function flashduty({ urls, keys }: Sandbox, key: string = keys.flashduty.app) {
  return (path: string, body: unknown = {}) => ask(`${urls.flashduty}${path}?app_key=${key}`, { method: "POST", body });
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
