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

/** Sends one request with plain fetch and reads what comes. */
export async function ask(
  url: string,
  { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: unknown } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    redirect: "manual",
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: decode(text) as Json };
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
