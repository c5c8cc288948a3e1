/** Method and path joined by a space, as vendors print them in their reference: `GET /api/incidents`. */
export type Route = `${"GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;

export type Query = Record<string, string | number | undefined>;

export interface RequestOptions {
  query?: Query;
  /** More of the query, in the form after the `?`: for repeated names. */
  search?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** What `--dry-run` prints instead of `body`, which holds secrets of the vendor's. */
  shownBody?: unknown;
  /** JSON text, sent unchanged instead of `body`. */
  bodyText?: string;
  /** Additional headers. The key's own header wins. */
  headers?: Record<string, string>;
  /** Accepts a response that is not JSON. */
  anyType?: boolean;
  /** Called with the last response as it came, before a failure in it is thrown. */
  onResponse?(response: { status: number; headers: Record<string, string>; text: string }): void;
  /** Whether sending it twice does no harm. GET and HEAD always are; only such requests are repeated. */
  idempotent?: boolean;
  /** Statuses after which the request is not repeated, although others like them are. */
  finalStatuses?: readonly number[];
  /** A read in spite of its method: sent even with `--dry-run`. */
  reads?: boolean;
}

/** A response that is not a failure. */
export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The decoded JSON body; undefined for an empty body. */
  body: unknown;
  requestId: string | null;
  /** Number of attempts, 1 when the first succeeded; 0 for a write that `--dry-run` did not send. */
  attempts: number;
}

/** Whether the method of a route only reads. */
export function isRead(route: Route): boolean {
  return /^(GET|HEAD) /.test(route);
}
