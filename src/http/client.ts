import { sleep } from "../concurrency/sleep.ts";
import { CliError, Interrupted, mayHaveSucceeded, stopped } from "../errors.ts";
import { authorityFiles } from "./authorities.ts";
import type { Dialect } from "./dialect.ts";
import { LazyTransport } from "./lazy-transport.ts";
import { toRequestError } from "./network-errors.ts";
import { parseBaseUrl, prepare, type RequestBase } from "./prepare.ts";
import { proxyFor } from "./proxy.ts";
import { RateLimit } from "./rate-limit.ts";
import { followRedirect, isRedirect } from "./redirect.ts";
import { type HttpResponse, isRead, type RequestOptions, type Route } from "./request.ts";
import { requestIdOf } from "./request-id.ts";
import { decoded, maxBytes, type ReadOptions, readResponse, type TextResponse, textOf } from "./response.ts";
import { mayRepeat, retryDelay, waitTooLong } from "./retry.ts";
import type { TransportRequest } from "./transport.ts";

export interface HttpClient {
  /** See `Dialect.keyKind`. */
  readonly keyKind: string | null;
  /** Whether it sends reads only, for `--dry-run`. */
  readonly isDry?: true;
  /**
   * Sends one request and returns the response, its JSON decoded.
   *
   * @throws {CliError} `auth` on 401 and 403, `notFound` on 404, `rateLimited` on a 429 whose wait is longer than
   *   what is left of `maxWaitMs`, `network` when no complete response arrived, `failure` on anything else of 400 or above and on a
   *   body that is not JSON
   */
  request(route: Route, options?: RequestOptions): Promise<HttpResponse>;
  /** Opens that many connections with the first request, for others that will go out at once after it. */
  prepareConnections(count: number): void;
  /** Milliseconds that the server's clock is ahead of ours, by the `Date` of its last response; 0 when none had one. */
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
  /** How the paths of the vendor's API begin, when not all do: `/api`. */
  routePrefix?: string;
  /** See `TransportConfig.timeoutMs`. */
  timeoutMs: number;
  /** Maximum time for all waits between attempts of a request together; 0 sends once. */
  maxWaitMs: number;
  /** The same as a function, called when a request begins. */
  maxWaitLeft?: () => number;
  /** Waits for a rate limit do not count, and have no limit. For many requests that are not urgent. */
  patient?: boolean;
  /** PEM file of additional certificate authorities. */
  caFile?: string;
  /** Proxy of the profile; else HTTPS_PROXY, HTTP_PROXY and NO_PROXY of `env` apply. */
  proxy?: string;
  env: Readonly<Record<string, string | undefined>>;
  userAgent: string;
  /** Masks keys in a message. */
  redact(text: string): string;
  /**
   * Masks keys in the body of a response, before it is read: a text is cut and wrapped later, and what is left of a key then is not
   * recognized any more.
   */
  maskReceived?(text: string): string;
  /** One line for each request and retry. */
  debug?: (line: string) => void;
  /** Called before a wait of `ms` milliseconds, with the reason. */
  onWait?: (ms: number, why: string) => void;
  /** Cancels requests and the waits between attempts. */
  signal?: AbortSignal;
  now?: () => Date;
  sleep?: (ms: number) => Promise<void>;
  random?: () => number;
}

/** @throws {CliError} `usage` on an invalid or unsafe base URL */
export function createHttpClient(config: HttpClientConfig): HttpClient {
  return new Client(config);
}

/** Milliseconds that one request may wait between its attempts, and has waited so far. */
interface WaitBudget {
  readonly maxMs: number;
  usedMs: number;
}

/** Prepares a request, sends it, repeats it when a repeat does no harm, and reads the response. */
class Client implements HttpClient {
  readonly keyKind: string | null;
  readonly #config: HttpClientConfig;
  readonly #base: RequestBase;
  readonly #host: string;
  readonly #proxy: string | undefined;
  readonly #transport: LazyTransport;
  readonly #rateLimit: RateLimit;
  readonly #now: () => Date;
  readonly #mask: (text: string) => string;
  readonly #reading: ReadOptions;
  readonly #debug: ((line: string) => void) | undefined;
  /** Aborted by `close`; cancels the waits between attempts as well. */
  readonly #closing = new AbortController();
  #underWay = 0;
  /** Whether a write was sent. */
  #hasWritten = false;
  #serverDate: { text: string; at: number } | undefined;

  constructor(config: HttpClientConfig) {
    const { dialect, userAgent, env, timeoutMs, caFile, signal, debug, now = () => new Date() } = config;
    const url = parseBaseUrl(config.baseUrl, config.allowHttp === true);
    this.keyKind = dialect.keyKind ?? null;
    this.#config = config;
    this.#base = { origin: url.origin, prefix: url.pathname.replace(/\/+$/, ""), userAgent, dialect };
    this.#host = url.host;
    this.#proxy = config.proxy ?? proxyFor(url, env);
    const authorities = { caFile, ...authorityFiles(env) };
    this.#transport = new LazyTransport(
      { timeoutMs, ...authorities, proxy: this.#proxy, maxBytes, origin: url.origin },
      signal,
    );
    this.#rateLimit = new RateLimit(now);
    this.#now = now;
    this.#mask = config.maskReceived ?? ((text) => text);
    const { redact, requestIdHeader, routePrefix } = config;
    this.#reading = { dialect, redact, requestIdHeader, routePrefix, now };
    this.#debug = debug && ((line) => debug(config.redact(line)));
  }

  async request(route: Route, options: RequestOptions = {}): Promise<HttpResponse> {
    const { maxWaitLeft, maxWaitMs } = this.#config;
    const budget = { maxMs: maxWaitLeft === undefined ? maxWaitMs : Math.max(0, maxWaitLeft()), usedMs: 0 };
    for (let attempt = 1; ; attempt += 1) {
      if (this.#rateLimit.delayMs() > 0 && budget.maxMs > 0) await this.#waitForRateLimit(budget);
      this.#underWay += 1;
      try {
        const response = await this.#attempt(route, prepare(route, options, this.#base));
        options.onResponse?.(response);
        this.#hasWritten ||= !isRead(route) && options.reads !== true;
        return readResponse(response, { attempts: attempt, anyType: options.anyType === true }, this.#reading);
      } catch (error) {
        if (error instanceof Interrupted) throw this.#interrupted(route, options);
        await this.#waitForRetry(error, route, options, attempt, budget);
      } finally {
        this.#underWay -= 1;
      }
    }
  }

  prepareConnections(count: number): void {
    if (count > 0) this.#transport.prepare(this.#base.origin, count);
  }

  clockAheadMs(): number {
    const date = this.#serverDate;
    return date === undefined ? 0 : Date.parse(date.text) - date.at || 0;
  }

  async close(): Promise<void> {
    // With a reason of its own, no error with a stack is made of it.
    this.#closing.abort("closed");
    await this.#transport.close();
  }

  /** A write that is stopped may have arrived, and of one that was sent before the result may have been about to be read. */
  #interrupted(route: Route, options: RequestOptions): Interrupted {
    this.#hasWritten ||= !isRead(route) && options.reads !== true;
    return new Interrupted(this.#config.signal, this.#hasWritten ? { reason: "maybeSent" } : {});
  }

  /** One attempt, following redirects: one request out, one response in. */
  async #attempt(route: Route, request: TransportRequest): Promise<TextResponse> {
    const started = this.#debug === undefined ? 0 : this.#now().getTime();
    let target = request;
    for (let hop = 0; ; hop += 1) {
      let response: TextResponse;
      try {
        const received = await this.#transport.send(target);
        const text = textOf(route, received);
        response = decoded(route, received, this.#mask(typeof text === "string" ? text : await text));
      } catch (cause) {
        throw this.#failure(route, cause);
      }
      this.#note(response, started);
      if (!isRedirect(response)) return hop > 0 ? { ...response, redirectedTo: target.path } : response;
      target = followRedirect(target, response, hop);
    }
  }

  #failure(route: Route, cause: unknown): Error {
    const { signal, timeoutMs, env } = this.#config;
    if (signal?.aborted) return stopped(signal);
    const authorities = authorityFiles(env);
    return toRequestError({ route, host: this.#host, proxy: this.#proxy, timeoutMs, authorities, cause });
  }

  /** Records the rate limit and the server's clock of a response. */
  #note(response: TextResponse, started: number): void {
    const { route, status, headers } = response;
    this.#rateLimit.read(headers, this.#underWay - 1);
    if (headers.date !== undefined) this.#serverDate = { text: headers.date, at: this.#now().getTime() };
    if (this.#debug === undefined) return;
    const ms = this.#now().getTime() - started;
    this.#debug(`${route} ${status} ${ms} ms ${requestIdOf(response, this.#config.requestIdHeader) ?? ""}`.trimEnd());
  }

  /** Waits for the rate limit. When the wait is too long, sends the request anyway: the vendor decides. */
  async #waitForRateLimit(budget: WaitBudget): Promise<void> {
    const isPatient = this.#config.patient === true;
    const leftMs = budget.maxMs - budget.usedMs;
    let waitedMs = 0;
    for (let ms = this.#rateLimit.delayMs(); ms > 0; ms = this.#rateLimit.delayMs()) {
      if (!isPatient && waitedMs + ms > leftMs) break;
      this.#debug?.(`waiting ${ms} ms: the rate limit is used up`);
      if (!isPatient) this.#config.onWait?.(ms, "the rate limit is used up");
      waitedMs += ms;
      await this.#sleep(ms);
      // A clock that does not advance must not cause an endless wait.
      if (this.#rateLimit.delayMs() >= ms) break;
    }
    if (!isPatient) budget.usedMs += waitedMs;
  }

  /** Waits until a failed request may be sent again. @throws {CliError} that failure, when it may not be repeated, or not in time */
  async #waitForRetry(
    error: unknown,
    route: Route,
    options: RequestOptions,
    attempt: number,
    budget: WaitBudget,
  ): Promise<void> {
    const { patient, onWait, random = Math.random } = this.#config;
    if (!(error instanceof CliError) || !error.retryable || this.#closing.signal.aborted) throw error;
    if (budget.maxMs === 0 || !mayRepeat(error, route, options)) throw waitTooLong(error, budget.maxMs, budget.usedMs);
    const ms = retryDelay(attempt, error.retryAfterMs, random);
    const isLimit = patient === true && error.status === 429;
    if (!isLimit && budget.usedMs + ms > budget.maxMs) throw waitTooLong(error, budget.maxMs, budget.usedMs);
    this.#debug?.(`retry ${attempt} of ${route} in ${ms} ms: ${error.message}`);
    if (isLimit) {
      // The next attempt waits for the rate limit, like all other requests.
      if (this.#rateLimit.pause(ms)) onWait?.(ms, error.message);
      return;
    }
    onWait?.(ms, error.message);
    budget.usedMs += ms;
    try {
      await this.#sleep(ms);
    } catch (stop) {
      throw stop instanceof Interrupted && mayHaveSucceeded(error) ? this.#interrupted(route, options) : stop;
    }
  }

  /** @throws {CliError} when the wait was canceled */
  async #sleep(ms: number): Promise<void> {
    const { signal } = this.#config;
    const closing = this.#closing.signal;
    await (this.#config.sleep?.(ms) ?? sleep(ms, signal, closing));
    if (signal?.aborted) throw stopped(signal);
    if (closing.aborted) throw new CliError("network", "the connection was closed");
  }
}
