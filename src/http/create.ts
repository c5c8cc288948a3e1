import { CliError, Interrupted, usageError } from "../errors.ts";
import { isLoopback } from "../model/loopback.ts";
import type {
  Answer,
  HttpClient,
  HttpClientConfig,
  OutgoingRequest,
  RawAnswer,
  RequestOptions,
  Route,
  VendorError,
} from "./client.ts";
import { isWebPage, neverConnected, notJson, requestIdOf, toHttpError, toNetworkError } from "./errors.ts";
import { createPace } from "./pace.ts";
import { proxyFor } from "./proxy.ts";
import { retryDelay } from "./retry.ts";
import type { Transport, TransportRequest } from "./undici.ts";

/** Most bytes of one answer, also after decompression. */
const maxBytes = 10 * 1024 * 1024;
const maxRedirects = 5;

type Headers = Record<string, string>;

/** @throws {CliError} `usage` on a base URL that must not be used */
export function createHttpClient(config: HttpClientConfig): HttpClient {
  const { timeoutMs, dialect, now = () => new Date(), random = Math.random } = config;
  /** Ended by `close`, which ends the waits between tries as well. */
  const closing = new AbortController();
  const sleep = config.sleep ?? createSleep(config.signal, closing.signal);
  const base = checkBaseUrl(config);
  let lastDate: { text: string; at: number } | undefined;
  const prefix = base.pathname.replace(/\/+$/, "");
  const tell = config.debug;
  const debug = tell && ((line: string): void => tell(config.redact(line)));
  const pace = createPace(now);
  const proxy = config.proxy ?? proxyFor(base, config.env);
  let underWay = 0;
  let transport: Promise<Transport> | undefined;
  /** The same, once it is there. */
  let ready: Transport | undefined;

  function connect(): Promise<Transport> {
    transport ??= import("./undici.ts").then(async ({ createTransport }) => {
      const made = await createTransport({
        timeoutMs,
        caFile: config.caFile,
        extraCaFile: config.env.NODE_EXTRA_CA_CERTS || undefined,
        proxy,
        maxBytes,
      });
      const { signal } = config;
      if (signal?.aborted) made.abort(signal.reason);
      signal?.addEventListener("abort", () => made.abort(signal.reason), { once: true });
      ready = made;
      return made;
    });
    return transport;
  }

  async function request(route: Route, options: RequestOptions = {}): Promise<Answer> {
    const repeatable = options.idempotent === true || /^(GET|HEAD) /.test(route);
    const maxWaitMs = config.maxWaitLeft === undefined ? config.maxWaitMs : Math.max(0, config.maxWaitLeft());
    let waitedMs = 0;
    for (let attempt = 1; ; attempt += 1) {
      if (pace.delayMs() > 0 && maxWaitMs > 0) waitedMs += await holdBack(maxWaitMs - waitedMs);
      try {
        underWay += 1;
        return await send(route, options, attempt);
      } catch (error) {
        if (!(error instanceof CliError) || !error.retryable || closing.signal.aborted) throw error;
        // A 429 was turned away unread, and what never connected was never sent: both may go again.
        const harmless =
          repeatable || error.status === 429 || (error.kind === "network" && neverConnected(error.cause));
        if (!harmless || maxWaitMs === 0) throw waitTooLong(error, maxWaitMs);
        const ms = retryDelay(attempt, error.retryAfterMs, random);
        const limited = config.patient === true && error.status === 429;
        if (!limited && waitedMs + ms > maxWaitMs) throw waitTooLong(error, maxWaitMs);
        debug?.(`retry ${attempt} of ${route} in ${ms} ms: ${error.message}`);
        if (limited) {
          if (pace.pause(ms)) config.onWait?.(ms, error.message);
          continue;
        }
        config.onWait?.(ms, error.message);
        waitedMs += ms;
        await rest(ms);
      } finally {
        underWay -= 1;
      }
    }
  }

  /** Waits for the rate limit, and gives what of the time for waiting that took; where the time is too short, the vendor decides. */
  async function holdBack(leftMs: number): Promise<number> {
    let waitedMs = 0;
    for (let ms = pace.delayMs(); ms > 0; ms = pace.delayMs()) {
      if (config.patient !== true && waitedMs + ms > leftMs) break;
      debug?.(`waiting ${ms} ms: the rate limit is used up`);
      waitedMs += ms;
      await rest(ms);
      // A clock that stands still must not hold it for ever.
      if (pace.delayMs() >= ms) break;
    }
    return config.patient === true ? 0 : waitedMs;
  }

  async function rest(ms: number): Promise<void> {
    await sleep(ms);
    if (config.signal?.aborted) throw new Interrupted(config.signal);
    if (closing.signal.aborted) throw new CliError("network", "the connection was closed");
  }

  /** Sends it once, following redirects. */
  async function send(route: Route, options: RequestOptions, attempts: number): Promise<Answer> {
    const { method, path, headers, body } = prepare(route, options);
    const started = debug === undefined ? 0 : now().getTime();
    let target = path;
    for (let hops = 0; ; hops += 1) {
      const raw = await exchange(route, { origin: base.origin, method, path: target, headers, body });
      pace.answered(raw.headers, underWay - 1);
      if (raw.headers.date !== undefined) lastDate = { text: raw.headers.date, at: now().getTime() };
      debug?.(`${route} ${raw.status} ${now().getTime() - started} ms ${idOf(raw) ?? ""}`.trimEnd());
      if (raw.status < 300 || raw.status >= 400 || raw.headers.location === undefined) {
        options.onAnswer?.(raw);
        return read(raw, attempts, options.anyType === true);
      }
      target = redirect(raw, target, method, hops);
    }
  }

  function idOf({ headers, body }: Pick<RawAnswer, "headers" | "body">): string | null {
    const inBody =
      typeof body === "object" && body !== null ? (body as { request_id?: unknown }).request_id : undefined;
    return (typeof inBody === "string" && inBody) || requestIdOf(headers, config.requestIdHeader) || null;
  }

  function prepare(
    route: Route,
    options: RequestOptions,
  ): { method: string; path: string; headers: Headers; body: string | null } {
    const headers: Headers = {
      accept: "application/json",
      "accept-encoding": "gzip, deflate",
      "user-agent": config.userAgent,
    };
    if (options.body !== undefined || options.bodyText !== undefined) headers["content-type"] = "application/json";
    Object.assign(headers, options.headers);
    // Made when it is needed: most requests that are many have none.
    let query = options.search === undefined ? undefined : new URLSearchParams(options.search);
    for (const name in options.query) {
      const value = options.query[name];
      query ??= new URLSearchParams();
      if (value !== undefined) query.append(name, String(value));
    }
    const outgoing: OutgoingRequest = {
      headers,
      get query() {
        query ??= new URLSearchParams();
        return query;
      },
      body: options.bodyText === undefined ? options.body : undefined,
    };
    dialect.authorize(outgoing);
    const space = route.indexOf(" ");
    const search = query === undefined || query.size === 0 ? "" : `?${query}`;
    const body = options.bodyText ?? (outgoing.body === undefined ? null : JSON.stringify(outgoing.body));
    return { method: route.slice(0, space), path: `${prefix}${route.slice(space + 1)}${search}`, headers, body };
  }

  /** One request out, one answer in. */
  async function exchange(route: Route, request: TransportRequest): Promise<RawAnswer & { text: string }> {
    try {
      const { status, headers, body } = await (ready ?? (await connect())).send(request);
      const encoding = headers["content-encoding"];
      const text = encoding === undefined ? body.toString("utf8") : await decompress(body, encoding, route);
      return { route, status, headers, text, body: parse(text) };
    } catch (cause) {
      if (config.signal?.aborted) throw new Interrupted(config.signal);
      if (cause instanceof CliError) throw cause;
      if (cause instanceof Error && cause.name === "AnswerTooLarge") throw tooLarge(route);
      throw toNetworkError({ route, host: base.host, proxy, timeoutMs, cause, maybeSent: !neverConnected(cause) });
    }
  }

  function read(raw: RawAnswer & { text: string }, attempts: number, anyType: boolean): Answer {
    const vendor = raw.body === undefined && raw.status < 400 ? undefined : dialect.readError(raw);
    if (raw.status >= 300 || vendor !== undefined)
      throw toHttpError(raw, masked(usable(vendor, raw)), now(), config.requestIdHeader);
    if (raw.body === undefined && raw.text.trim() !== "" && !anyType) {
      throw notJson(raw, isWebPage(raw));
    }
    return { status: raw.status, headers: raw.headers, body: raw.body, requestId: idOf(raw), attempts };
  }

  /** A vendor may repeat the key in its message; an error is kept in files and printed in many places. */
  function masked(vendor: VendorError | undefined): VendorError | undefined {
    if (vendor === undefined) return undefined;
    const mask = (text: string | undefined): string | undefined => text && config.redact(text);
    return { ...vendor, message: mask(vendor.message), code: mask(vendor.code), requestId: mask(vendor.requestId) };
  }

  /** Where a redirect leads. @throws {CliError} when a key must not go there */
  function redirect(raw: RawAnswer, from: string, method: string, hops: number): string {
    const { route, status } = raw;
    const to = new URL(raw.headers.location ?? "", new URL(from, base));
    const refuse = (why: string): CliError =>
      new CliError("failure", `${route}: ${why} (${status})`, {
        status,
        hint: "is the base URL right? onduty profiles show",
      });
    if (to.origin !== base.origin) throw refuse(`the server redirects to ${to.host}, where the key must not go`);
    if (method !== "GET" && method !== "HEAD") throw refuse("the server redirects a write, which is not followed");
    if (hops >= maxRedirects) throw refuse(`the server redirects more than ${maxRedirects} times`);
    return `${to.pathname}${to.search}`;
  }

  return {
    keyKind: dialect.keyKind ?? null,
    request,
    clockAheadMs: () => (lastDate === undefined ? 0 : Date.parse(lastDate.text) - lastDate.at || 0),
    async close() {
      closing.abort();
      // One that could not be made has told so where it was asked for.
      await (await transport?.catch(() => undefined))?.close();
    },
  };
}

/** Sleeps that end when a signal aborts. Many requests may wait at once; a signal is listened to once for all of them. */
function createSleep(...signals: (AbortSignal | undefined)[]): (ms: number) => Promise<void> {
  const sleeping = new Map<() => void, NodeJS.Timeout>();
  let listening = false;
  function wakeAll(): void {
    for (const [wake, timer] of sleeping) {
      clearTimeout(timer);
      wake();
    }
    sleeping.clear();
  }
  return (ms) => {
    if (!listening) for (const signal of signals) signal?.addEventListener("abort", wakeAll, { once: true });
    listening = true;
    if (signals.some((signal) => signal?.aborted)) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        sleeping.delete(resolve);
        resolve();
      }, ms);
      sleeping.set(resolve, timer);
    });
  };
}

function checkBaseUrl({ baseUrl, allowHttp }: HttpClientConfig): URL {
  const base = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol)) {
    throw usageError(`"${baseUrl}" is not a base URL`, "https://host.example.com");
  }
  if (base.protocol === "http:" && allowHttp !== true && !isLoopback(base.hostname)) {
    throw usageError(
      `http:// to ${base.host} would send the key in clear text`,
      "use https://, or add the profile with --allow-http",
    );
  }
  return base;
}

function waitTooLong(error: CliError, maxWaitMs: number): CliError {
  if (error.kind !== "rateLimited") return error;
  const seconds = error.retryAfterMs === undefined ? undefined : Math.ceil(error.retryAfterMs / 1000);
  const asked =
    seconds === undefined ? "" : `; asked to wait ${seconds} s, longer than --max-wait ${maxWaitMs / 1000}s`;
  return error.reworded(`${error.message}${asked}`, {
    hint: seconds === undefined ? "--max-wait 2m" : `--max-wait ${seconds + 1}s`,
  });
}

/** What a vendor's body says counts only when the body was read: a web page tells nothing. */
function usable(vendor: ReturnType<HttpClientConfig["dialect"]["readError"]>, raw: RawAnswer): typeof vendor {
  const empty = vendor === undefined || Object.values(vendor).every((value) => value === undefined);
  return empty && raw.body === undefined ? undefined : vendor;
}

function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The body as text, never more than the limit. */
async function decompress(body: Buffer, encoding: string, route: Route): Promise<string> {
  const name = encoding.toLowerCase();
  if (body.length === 0 || name === "identity") return body.toString("utf8");
  const { gunzipSync, inflateSync } = await import("node:zlib");
  const method = { gzip: gunzipSync, "x-gzip": gunzipSync, deflate: inflateSync }[name];
  if (method === undefined)
    throw new CliError("failure", `${route}: the answer is encoded as "${encoding}", which was not asked for`);
  try {
    return method(body, { maxOutputLength: maxBytes }).toString("utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(route);
    throw error;
  }
}

function tooLarge(route: Route): CliError {
  return new CliError("failure", `${route}: the answer is larger than ${maxBytes / 1024 / 1024} MiB`);
}
