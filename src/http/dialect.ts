import type { ErrorReason } from "../errors.ts";
import type { Route } from "./request.ts";

/** A request before it is sent: the provider adds its key. */
export interface OutgoingRequest {
  readonly route: Route;
  headers: Record<string, string>;
  query: URLSearchParams;
  /** What is sent as JSON; undefined without a body, and of one that was written by somebody else. May be replaced. */
  body: unknown;
}

/** The failure that a vendor's body reports. */
export interface VendorError {
  message?: string | undefined;
  code?: string | undefined;
  requestId?: string | undefined;
  hint?: string | undefined;
  /** Overrides the kind that follows from the HTTP status, for vendors that report "not found" with a 400. */
  kind?: "auth" | "notFound" | "rateLimited" | "failure" | undefined;
  /** Overrides what follows from the HTTP status, for vendors that report an outage with a 200. */
  retryable?: boolean | undefined;
  reason?: ErrorReason | undefined;
  retryAfterMs?: number | undefined;
}

/** A response as it came, for the provider to read failures in. */
export interface RawResponse {
  route: Route;
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Decoded JSON, or `undefined` when the body is not JSON. */
  body: unknown;
}

/** How a vendor carries keys and errors. Part of a provider. */
export interface Dialect {
  /** The kind of the key by its form, such as `live` or `test`; null when the form does not show it. */
  keyKind?: string | null;
  authorize(request: OutgoingRequest): void;
  /** The failure in the body; undefined when the body reports none. Also called on status 200. */
  readError(response: RawResponse): VendorError | undefined;
}
