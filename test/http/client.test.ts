import { createServer, request as httpRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { CliError } from "../../src/errors.ts";
import type { HttpClientConfig } from "../../src/http/client.ts";
import { createHttpClient } from "../../src/http/client.ts";
import { describeFailure } from "../../src/http/network-errors.ts";
import { proxyFor, proxyToken } from "../../src/http/proxy.ts";
import { parseRetryAfter, retryDelay } from "../../src/http/retry.ts";
import { redact } from "../../src/keys/mask.ts";
import { forwardProxy } from "../support/network.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date("2026-03-01T12:00:00Z");
const waits: number[] = [];
const closers: (() => unknown)[] = [];

afterEach(async () => {
  waits.length = 0;
  for (const close of closers.splice(0)) await close();
});

function client(baseUrl: string, more: Partial<HttpClientConfig> = {}) {
  const made = createHttpClient({
    baseUrl,
    dialect: {
      authorize: ({ headers }) => {
        headers.authorization = "Bearer sk_test_fake_http_0001";
      },
      readError: () => undefined,
    },
    timeoutMs: 2000,
    maxWaitMs: 20_000,
    env: {},
    userAgent: "onduty/test",
    redact: (text) => redact(text, ["sk_test_fake_http_0001"]),
    now: () => now,
    sleep: async (ms) => void waits.push(ms),
    random: () => 0.5,
    ...more,
  });
  closers.push(() => made.close());
  return made;
}

const failure = async (work: Promise<unknown>): Promise<CliError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CliError)) throw new Error(`expected a failure, got ${String(error)}`);
  return error;
};

describe("Retry-After", () => {
  it.each([
    ["57", 57_000],
    [" 0 ", 0],
    ["Sun, 01 Mar 2026 12:00:30 GMT", 30_000],
    ["Sun, 01 Mar 2026 11:00:00 GMT", 0],
    ["soon", undefined],
    ["-5", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s is %s ms", (text, expected) => {
    expect(parseRetryAfter(text, now)).toBe(expected);
  });

  it("wins over the growing wait, which has full jitter and a ceiling", () => {
    expect(retryDelay(3, 57_000, () => 1)).toBe(57_000);
    expect([1, 2, 3, 10].map((attempt) => retryDelay(attempt, undefined, () => 1))).toEqual([500, 1000, 2000, 30_000]);
    expect(retryDelay(3, undefined, () => 0)).toBe(0);
  });
});

describe("a request", () => {
  it("keeps the path prefix of the base URL, and sends no body nor type with a GET", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /tools/opsknight/api/incidents", 200, { data: [] });
    await client(`${vendor.url}/tools/opsknight/`).request("GET /api/incidents", {
      query: { limit: 5, status: undefined },
    });
    const [seen] = vendor.requests;
    expect(seen).toMatchObject({ query: { limit: "5" }, body: undefined });
    expect(seen?.headers).toMatchObject({
      authorization: "Bearer sk_test_fake_http_0001",
      "user-agent": "onduty/test",
    });
    expect(seen?.headers["content-type"]).toBeUndefined();
  });

  it("reads gzip", async () => {
    const vendor = await fakeVendor();
    vendor.handle("GET /x", (seen, response) => {
      expect(seen.headers["accept-encoding"]).toContain("gzip");
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(gzipSync('{"data":"compressed"}'));
    });
    expect((await client(vendor.url).request("GET /x")).body).toEqual({ data: "compressed" });
  });

  const tooLong = Buffer.from(JSON.stringify({ data: "x".repeat(11 * 1024 * 1024) }));

  it.each([
    ["as it comes", {}, (text: Buffer) => text],
    ["once it is unpacked", { "content-encoding": "gzip" }, (text: Buffer) => gzipSync(text, { level: 1 })],
  ])("takes no response over 10 MiB, %s", async (_, headers, pack) => {
    const vendor = await fakeVendor();
    const body = pack(tooLong);
    vendor.handle(
      "GET /x",
      (_seen, response) => void response.writeHead(200, { "content-type": "application/json", ...headers }).end(body),
    );
    expect((await failure(client(vendor.url).request("GET /x"))).message).toBe(
      "GET /x: the response is larger than 10 MiB",
    );
  });

  it("follows a GET within its origin, and no write", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /old", 308, "", { location: "/new?page=2" }).reply("GET /new", 200, { ok: true });
    vendor.reply("POST /old", 307, "", { location: "/new" });
    const http = client(vendor.url);
    expect((await http.request("GET /old")).body).toEqual({ ok: true });
    expect(vendor.requests.at(-1)?.query).toEqual({ page: "2" });
    expect((await failure(http.request("POST /old", { body: {} }))).message).toBe(
      "POST /old: refused a redirect of a write (307)",
    );
    vendor.reply("GET /circle", 302, "", { location: "/circle" });
    expect((await failure(http.request("GET /circle"))).message).toContain("redirects more than 5 times");
  });

  it.each(["http://", "http://[", "https://x:99999/"])(
    "reports a redirect to %s, which is no address",
    async (location) => {
      const vendor = await fakeVendor();
      vendor.reply("GET /old", 302, "", { location });
      expect(await failure(client(vendor.url).request("GET /old"))).toMatchObject({
        kind: "failure",
        message: "GET /old: the server redirects to something that is no address (302)",
      });
    },
  );

  it.each(["http://opsknight.example.test", "ftp://x.test", "opsknight"])("is refused to %s", (baseUrl) => {
    expect(() => client(baseUrl)).toThrow(CliError);
  });
});

describe("a failed request", () => {
  it("is sent again when that does no harm, and its waits stay within the limit", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /x", 503, "").reply("GET /x", 502, "").reply("GET /x", 200, { ok: true });
    expect(await client(vendor.url).request("GET /x")).toMatchObject({ body: { ok: true }, attempts: 3 });
    expect(waits).toEqual([250, 500]);

    vendor.reply("GET /down", 503, "");
    const error = await failure(client(vendor.url, { maxWaitMs: 3000 }).request("GET /down"));
    expect(error).toMatchObject({ kind: "failure", status: 503, retryable: true });
    expect(waits.slice(2)).toEqual([250, 500, 1000]);
  });

  it("is sent once with --max-wait 0", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /x", 503, "");
    await failure(client(vendor.url, { maxWaitMs: 0 }).request("GET /x"));
    expect(vendor.requests).toHaveLength(1);
  });

  it("that writes is not sent again once a byte may have arrived, and reports it", async () => {
    const vendor = await fakeVendor();
    vendor.handle("POST /create", (_seen, response) => void response.socket?.resetAndDestroy());
    const error = await failure(client(vendor.url).request("POST /create", { body: {} }));
    expect(error).toMatchObject({ kind: "network", code: undefined, reason: "maybeSent" });
    expect(vendor.requests).toHaveLength(1);
    vendor.reply("POST /create", 503, "");
    await failure(client(vendor.url).request("POST /create", { body: {} }));
    expect(vendor.requests).toHaveLength(2);
  });

  it("waits as long as a 429 asks, also for a write, which was turned away unread", async () => {
    const vendor = await fakeVendor();
    vendor.reply("POST /create", 429, {}, { "retry-after": "7" }).reply("POST /create", 201, { id: 1 });
    expect((await client(vendor.url).request("POST /create", { body: {} })).status).toBe(201);
    expect(waits).toEqual([7000]);
  });

  it.each([503, 429])(
    "is not sent without end to a server that always asks for it again at once (%s)",
    async (status) => {
      const vendor = await fakeVendor();
      vendor.reply("GET /x", status, {}, { "retry-after": "0" });
      const signal = AbortSignal.timeout(5000);
      const error = await failure(client(vendor.url, { signal }).request("GET /x"));
      expect(error.kind).not.toBe("interrupted");
      expect({ asked: vendor.requests.length, waits }).toEqual({ asked: 7, waits: [0, 0, 0, 2000, 4000, 8000] });
    },
  );

  it("ends with an interrupt at once", async () => {
    const vendor = await fakeVendor();
    const abort = new AbortController();
    vendor.handle("GET /x", () => abort.abort("SIGINT"));
    expect(await failure(client(vendor.url, { signal: abort.signal }).request("GET /x"))).toMatchObject({
      kind: "interrupted",
    });
  });
});

describe("a proxy", () => {
  it.each([
    ["https://vendor.test", { HTTPS_PROXY: "http://p:1" }, "http://p:1"],
    ["https://vendor.test", { https_proxy: "small:1", HTTPS_PROXY: "http://p:1" }, "http://small:1"],
    ["http://vendor.test", { HTTPS_PROXY: "http://p:1" }, undefined],
    ["https://vendor.test", { ALL_PROXY: "http://all:1" }, "http://all:1"],
    ["https://api.vendor.test", { HTTPS_PROXY: "http://p:1", NO_PROXY: "other.test, .vendor.test" }, undefined],
    ["https://vendor.test:8443", { HTTPS_PROXY: "http://p:1", NO_PROXY: "vendor.test:443" }, "http://p:1"],
    ["https://vendor.test", { HTTPS_PROXY: "http://p:1", NO_PROXY: "*" }, undefined],
    ["https://10.1.2.3", { HTTPS_PROXY: "http://p:1", NO_PROXY: "192.168.0.0/16,10.0.0.0/8" }, undefined],
    ["https://11.1.2.3", { HTTPS_PROXY: "http://p:1", NO_PROXY: "10.0.0.0/8" }, "http://p:1"],
    ["https://10.1.2.3", { HTTPS_PROXY: "http://p:1", NO_PROXY: "10.0.0.0/33 10.0.0.0/x" }, "http://p:1"],
    ["https://[2001:db8::7]", { HTTPS_PROXY: "http://p:1", NO_PROXY: "2001:db8::/32" }, undefined],
    ["https://[2001:db9::7]", { HTTPS_PROXY: "http://p:1", NO_PROXY: "2001:db8::/32" }, "http://p:1"],
    ["https://[2001:db8::7]", { HTTPS_PROXY: "http://p:1", NO_PROXY: "[2001:0db8:0::7]" }, undefined],
    ["https://vendor.test", { HTTPS_PROXY: "http://p:1", NO_PROXY: "10.0.0.0/8" }, "http://p:1"],
    ["https://notvendor.test", { HTTPS_PROXY: "http://p:1", NO_PROXY: "vendor.test" }, "http://p:1"],
    ["https://127.0.0.1:4010", { HTTPS_PROXY: "http://p:1" }, undefined],
  ])("for %s with %o is %s", (url, env, expected) => {
    expect(proxyFor(new URL(url), env as Record<string, string>)).toBe(expected);
  });

  it.each([
    ["http://proxy.test", undefined],
    ["http://user:pa%40ss@proxy.test", "user:pa@ss"],
    ["http://us%er:50%@proxy.test", "us%er:50%"],
    ["http://user:p%C3%A4ss%E2%82%AC@proxy.test", "user:päss€"],
    ["http://user@proxy.test", "user:"],
  ])("%s is sent the name and password %s", (url, expected) => {
    const token = expected && `Basic ${Buffer.from(expected).toString("base64")}`;
    expect(proxyToken(new URL(url))).toBe(token);
  });

  it("is gone through, with its password and never shown", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /x", 200, { through: "proxy" });
    const asked: string[] = [];
    const proxy = createServer((incoming, response) => {
      asked.push(`${incoming.method} ${incoming.headers["proxy-authorization"]}`);
      incoming.pipe(
        httpRequest(incoming.url ?? "", { method: incoming.method, headers: incoming.headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        }),
      );
    });
    proxy.on("connect", (incoming, socket) => {
      asked.push(`CONNECT ${incoming.headers["proxy-authorization"]}`);
      const [host = "", port = ""] = (incoming.url ?? "").split(":");
      const upstream = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on("error", () => socket.destroy());
      socket.on("error", () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    closers.push(() => void proxy.close().closeAllConnections());
    const address = `http://user:fake-pass@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    expect((await client(vendor.url, { proxy: address }).request("GET /x")).body).toEqual({ through: "proxy" });
    expect(asked).toEqual([expect.stringMatching(new RegExp(`(CONNECT|GET) Basic ${btoa("user:fake-pass")}`))]);
  });

  it("hands on a response when it has come, and the next request uses the same tunnel", async () => {
    const vendor = (await fakeVendor()).reply("GET /x", 200, { through: "proxy" });
    const proxy = await forwardProxy();
    const http = client(vendor.url, { proxy: proxy.url, timeoutMs: 60_000 });
    const began = performance.now();
    for (let n = 0; n < 3; n += 1) expect((await http.request("GET /x")).body).toEqual({ through: "proxy" });
    expect(performance.now() - began).toBeLessThan(20_000);
    expect({ tunnels: proxy.asked.length, connections: vendor.connections }).toEqual({ tunnels: 1, connections: 1 });
  });
});

describe("a certificate", () => {
  it.each([
    [
      "CERT_NOT_YET_VALID",
      "the certificate of vendor.test is not valid yet",
      "is the clock of this machine right? onduty doctor",
    ],
    ["CERT_HAS_EXPIRED", "the certificate of vendor.test has expired", undefined],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "TLS handshake failed with vendor.test; does it serve HTTPS?", undefined],
  ])("is told of in words: %s", (code, text, hint) => {
    const failure = describeFailure(Object.assign(new Error(code), { code }), "vendor.test", 1000);
    expect({ text: failure.text, hint: failure.hint }).toEqual({ text, hint });
  });
});

describe("a proxy that is no good", () => {
  async function proxy(answer: (socket: Duplex) => void): Promise<{ url: string; tunnels: () => number }> {
    let tunnels = 0;
    const server = createServer();
    const sockets: Duplex[] = [];
    server.on("connect", (_, socket) => {
      tunnels += 1;
      sockets.push(socket.on("error", () => {}));
      answer(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close().closeAllConnections();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tunnels: () => tunnels };
  }

  it.each([
    ["hangs up", (socket: Duplex) => void socket.destroy(), "the proxy refused to connect to vendor.invalid", 2000],
    ["refuses", (socket: Duplex) => void socket.end("HTTP/1.1 403 No\r\n\r\n"), "the proxy refused to connect", 2000],
    ["says nothing", () => {}, "no connection to vendor.invalid within 150 ms", 150],
  ])("is asked once when it %s, and the request was never sent", async (_, answer, message, timeoutMs) => {
    const { url, tunnels } = await proxy(answer);
    const http = client("https://vendor.invalid", { proxy: url, maxWaitMs: 0, timeoutMs });
    const error = await failure(http.request("GET /x"));
    expect(error).toMatchObject({ kind: "network", message: expect.stringContaining(message) });
    expect(error.reason).toBeUndefined();
    expect(tunnels()).toBe(1);
  });
});

describe("the rate limit", () => {
  const start = now.getTime() / 1000;
  const limit = (left: number, inSeconds: number) => ({
    "x-ratelimit-remaining": String(left),
    "x-ratelimit-reset": String(start + inSeconds),
    date: now.toUTCString(),
  });

  it("holds the next request back when it is used up", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /a", 200, {}, limit(0, 7));
    const http = client(vendor.url);
    await http.request("GET /a");
    expect(waits).toEqual([]);
    await http.request("GET /a");
    expect(waits).toEqual([7000]);
  });

  it.each([
    ["of a success", 200, { "ratelimit-remaining": "0", "ratelimit-reset": "7" }],
    ["of a 429 without Retry-After", 429, { "ratelimit-limit": "960", "ratelimit-reset": "7" }],
  ])("is read where its reset counts seconds from now, %s", async (_, status, headers) => {
    const vendor = await fakeVendor();
    vendor.reply("GET /a", status, {}, headers).reply("GET /a", 200, {});
    const http = client(vendor.url);
    await http.request("GET /a");
    await http.request("GET /a");
    expect(waits).toEqual([7000]);
  });

  it("lets the vendor decide when the wait is longer than there is time for", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /a", 200, {}, limit(0, 50));
    const http = client(vendor.url);
    await http.request("GET /a");
    await http.request("GET /a");
    expect(waits).toEqual([]);
  });

  it("is not waited for while there is something left, nor for a reset that is hours away", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /a", 200, {}, limit(1, 7)).reply("GET /a", 200, {}, limit(0, 7200));
    const http = client(vendor.url);
    for (let turn = 0; turn < 3; turn += 1) await http.request("GET /a");
    expect(waits).toEqual([]);
  });

  it("is waited for as long as it takes by a patient client, once for all its requests", async () => {
    const vendor = await fakeVendor();
    let turnedAway = 0;
    let seen = 0;
    let clock = now.getTime();
    const limited = client(vendor.url, {
      patient: true,
      maxWaitMs: 1000,
      now: () => new Date(clock),
      onWait: (ms, why) => void told.push([ms, why]),
      debug: (line) => {
        if (line.startsWith("GET /a 429")) seen += 1;
      },
      sleep: async () => {
        // A slow machine takes its time until all of them were turned away, and know it.
        await vi.waitUntil(() => turnedAway >= 5 && seen >= 5, { timeout: 4000 });
        clock = now.getTime() + 90_000;
      },
    });
    const told: [number, string][] = [];
    vendor.handle("GET /a", (_, response) => {
      const free = clock > now.getTime();
      if (!free) turnedAway += 1;
      response.writeHead(free ? 200 : 429, { "content-type": "application/json", "retry-after": "90" }).end("{}");
    });
    await Promise.all(Array.from({ length: 5 }, () => limited.request("GET /a")));
    expect(turnedAway).toBeGreaterThanOrEqual(5);
    expect(told).toEqual([[90_000, "GET /a: too many requests (429)"]]);
  });
});
