import { parseJson } from "../model/json.ts";
import { asObject } from "../model/object.ts";

/** One request to the sandbox, read. */
export interface SandboxRequest {
  method: string;
  /** Path within the vendor, such as `/api/incidents`. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  /** Text of the body. */
  text: string;
}

/** A response of the sandbox. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON unless it is text. */
  body?: unknown;
}

/** The body as an object; undefined when it is not JSON or no object. */
export function readJson(request: SandboxRequest): Record<string, unknown> | undefined {
  return asObject(parseJson(request.text));
}

/** Text of a field, trimmed; undefined when it is no text or empty. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** A part of an object as an object; an empty one when it is none. */
export function objectOf(value: unknown): Record<string, unknown> {
  return asObject(value) ?? {};
}

/** An ISO time; null for no time. */
export function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
