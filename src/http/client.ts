/** Method and path joined by a space, as vendors print them in their reference: `GET /api/incidents`. */
export type Route = `${"GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;

export type Query = Record<string, string | number | undefined>;

export interface RequestOptions {
  query?: Query;
  /** Names and values in addition to `query`, as they stand behind `?`: for names that come more than once. */
  search?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, instead of `body`: JSON that was written by somebody else. */
  bodyText?: string;
  /** In addition; the key's own header wins. */
  headers?: Record<string, string>;
  /** Takes an answer that is not JSON as well. */
  anyType?: boolean;
  /** Told of the last answer as it came, before a failure in it is thrown. */
  onAnswer?(answer: { status: number; headers: Record<string, string>; text: string }): void;
  /** Whether sending it twice does no harm. GET and HEAD always are; only such requests are repeated. */
  idempotent?: boolean;
  /** A read in spite of its method: sent even with `--dry-run`. */
  reads?: boolean;
}

/** An answer that is not a failure. */
export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The decoded JSON body, `undefined` when there is none. */
  body: unknown;
  requestId: string | null;
  /** Tries it took, 1 when the first went through; 0 for a write that `--dry-run` kept from being sent. */
  attempts: number;
}

/** A request before it goes out, for the provider to put its key on. */
export interface OutgoingRequest {
  headers: Record<string, string>;
  query: URLSearchParams;
  /** What is sent as JSON; undefined without a body, and of one that was written by somebody else. May be replaced. */
  body: unknown;
}

/** What a vendor's body says of a failure. */
export interface VendorError {
  message?: string | undefined;
  code?: string | undefined;
  requestId?: string | undefined;
  hint?: string | undefined;
  /** Overrides the kind that follows from the HTTP status, for vendors that say "not found" with a 400. */
  kind?: "auth" | "notFound" | "rateLimited" | "failure" | undefined;
  retryAfterMs?: number | undefined;
}

/** An answer as it came, for the provider to read failures in. */
export interface RawAnswer {
  route: Route;
  status: number;
  headers: Record<string, string>;
  /** Decoded JSON, or `undefined` when the body is not JSON. */
  body: unknown;
}

/** How a vendor carries keys and errors. Part of a provider. */
export interface Dialect {
  /** What the key tells of itself by its form, such as `live` or `test`; null when nothing. */
  keyKind?: string | null;
  authorize(request: OutgoingRequest): void;
  /** What failed according to the body, `undefined` when the body tells of no failure. Also asked on status 200. */
  readError(answer: RawAnswer): VendorError | undefined;
}

export interface HttpClient {
  /** See `Dialect.keyKind`. */
  readonly keyKind: string | null;
  /**
   * Sends one request and returns the answer, its JSON decoded.
   *
   * @throws {CliError} `auth` on 401 and 403, `notFound` on 404, `rateLimited` on a 429 whose wait is longer than
   *   `maxWaitMs` leaves, `network` when no whole answer arrived, `failure` on anything else of 400 or above and on a
   *   body that is not JSON
   */
  request(route: Route, options?: RequestOptions): Promise<Answer>;
  /** Milliseconds that the server's clock is ahead of ours, by the `Date` of its last answer; 0 when it has told none. */
  clockAheadMs(): number;
  /** Closes its connections at once. */
  close(): Promise<void>;
}

export interface HttpClientConfig {
  /** `https://host[:port][/prefix]`; a path prefix is kept in front of every route. */
  baseUrl: string;
  /** Plain `http://` to other than loopback is refused unless this is set. */
  allowHttp?: boolean;
  dialect: Dialect;
  /** Header with the id of a request, in lower case; default `x-request-id`, which is read in any case. */
  requestIdHeader?: string;
  /** For connect, headers and body, each. */
  timeoutMs: number;
  /** Most time to spend waiting between tries, all waits together; 0 sends once. */
  maxWaitMs: number;
  /** The same, asked anew when a request begins. */
  maxWaitLeft?: () => number;
  /** Waits for a rate limit as long as it takes: such waits do not count. For many requests that are not urgent. */
  patient?: boolean;
  /** PEM file of additional certificate authorities. */
  caFile?: string;
  /** Proxy of the profile; else HTTPS_PROXY, HTTP_PROXY and NO_PROXY of `env` apply. */
  proxy?: string;
  env: Readonly<Record<string, string | undefined>>;
  userAgent: string;
  /** Masks keys in a text that leaves the client. */
  redact(text: string): string;
  /** One line for each request and retry. */
  debug?: (line: string) => void;
  /** Told before a wait of `ms`, and why. */
  onWait?: (ms: number, why: string) => void;
  /** Ends requests, and the waits between tries. */
  signal?: AbortSignal;
  now?: () => Date;
  sleep?: (ms: number) => Promise<void>;
  random?: () => number;
}
