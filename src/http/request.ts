/** Method and path joined by a space, as vendors print them in their reference: `GET /api/incidents`. */
export type Route = `${"GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;

export type Query = Record<string, string | number | undefined>;

export interface RequestOptions {
  query?: Query;
  /** Names and values in addition to `query`, in the form they have after the `?`: for names that come more than once. */
  search?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent unchanged, instead of `body`: JSON that somebody else has written. */
  bodyText?: string;
  /** In addition; the key's own header wins. */
  headers?: Record<string, string>;
  /** Takes a response that is not JSON as well. */
  anyType?: boolean;
  /** Called with the last response as it came, before a failure in it is thrown. */
  onResponse?(response: { status: number; headers: Record<string, string>; text: string }): void;
  /** Whether sending it twice does no harm. GET and HEAD always are; only such requests are repeated. */
  idempotent?: boolean;
  /** A read in spite of its method: sent even with `--dry-run`. */
  reads?: boolean;
}

/** A response that is not a failure. */
export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The decoded JSON body, `undefined` when there is none. */
  body: unknown;
  requestId: string | null;
  /** Attempts it took, 1 when the first went through; 0 for a write that `--dry-run` kept from being sent. */
  attempts: number;
}

/** Whether a route only reads, by its method. */
export function isRead(route: Route): boolean {
  return /^(GET|HEAD) /.test(route);
}
