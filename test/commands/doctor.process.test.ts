import { createSocket } from "node:dgram";
import dns from "node:dns/promises";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { type Certified, certificate, expiredCertificate } from "../support/certificate.ts";
import { forwardProxy } from "../support/forward-proxy.ts";
import { run } from "../support/harness.ts";
import { bareEnv, start } from "../support/process.ts";
import { fakeKeys, profilesAt } from "../support/profiles.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";
import { examine, healthy, only } from "./examine.ts";

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function secureServer({ key, cert }: Certified): Promise<number> {
  const server = createTlsServer({ key, cert }, (_, response) => {
    response.setHeader("content-type", "application/json").end('{"data": [], "pagination": {"total": 0}}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => void server.close().closeAllConnections());
  return (server.address() as AddressInfo).port;
}

describe("doctor, on the network", () => {
  it("reports a certificate that nobody signed, and one that caFile makes trusted", async () => {
    const certified = await certificate();
    const url = `https://localhost:${await secureServer(certified)}`;
    const refused = await examine({ profiles: only("opsknight", url) });
    expect(refused.of("tls")).toEqual([
      [
        "problem",
        expect.stringMatching(
          /^the certificate of localhost:\d+ is not trusted \(self-signed\), valid until .* Fake Authority$/,
        ),
        "trust its authority: NODE_EXTRA_CA_CERTS=ca.pem, or caFile of the profile (profiles add --ca-file ca.pem)",
      ],
    ]);
    // One failure is told once.
    for (const check of ["latency", "clock"])
      expect(refused.of(check)).toEqual([["unknown", "not checked: no TLS connection"]]);
    expect(refused.of("key")).toEqual([["unknown", "api key: not checked: the server did not respond"]]);
    expect(refused.code).toBe(ExitCode.failure);
    const trusted = await examine({ profiles: only("opsknight", url, { caFile: certified.file }) });
    expect(trusted.of("tls")).toEqual([
      ["ok", expect.stringMatching(/^TLSv1\.\d, valid until \d{4}-\d\d-\d\d, 89 days left, issued by Fake Authority$/)],
    ]);
    expect(trusted.of("dns")).toEqual([["ok", expect.stringMatching(/^localhost is (127\.0\.0\.1|::1)/)]]);
    expect(trusted.of("key")[0]?.[0]).toBe("ok");
    expect(trusted.code).toBe(ExitCode.ok);
  });

  it("warns of a certificate with few days left, and of one for another name", async () => {
    const certified = await certificate([], 5);
    const port = await secureServer(certified);
    const profiles = only("opsknight", `https://localhost:${port}`, { caFile: certified.file });
    expect((await examine({ profiles })).of("tls")).toEqual([
      ["warning", expect.stringContaining("4 days left"), `have the certificate of localhost:${port} renewed`],
    ]);
    const proxy = await forwardProxy(port);
    const other = only("opsknight", "https://other.invalid", { caFile: certified.file, proxy: proxy.url });
    expect((await examine({ profiles: other })).of("tls")).toEqual([
      ["problem", expect.stringMatching(/^the certificate of other\.invalid is for another name, valid until /)],
    ]);
  });

  it("reports a certificate that has expired, and when", async () => {
    const certified = await expiredCertificate(2);
    const port = await secureServer(certified);
    const profiles = only("opsknight", `https://localhost:${port}`, { caFile: certified.file });
    const { of, code } = await examine({ profiles });
    expect(of("tls")).toEqual([
      [
        "problem",
        expect.stringMatching(
          /^the certificate of localhost:\d+ expired on \d{4}-\d\d-\d\d, 2 days ago, issued by Fake Authority$/,
        ),
        `have the certificate of localhost:${port} renewed`,
      ],
    ]);
    expect(code).toBe(ExitCode.failure);
  });

  it("reports a caFile that cannot be read", async () => {
    const profiles = only("opsknight", "https://localhost:1", { caFile: "/no/such.pem" });
    const { code, of } = await examine({ profiles });
    const message = 'cannot read the certificates in "/no/such.pem": file not found';
    expect(of("tls")).toEqual([["problem", message, "onduty profiles show opsknight"]]);
    expect(code).toBe(ExitCode.failure);
  });

  it("goes through the proxy of the environment, which knows a name that we do not", async () => {
    const certified = await certificate(["opsknight.invalid"]);
    const proxy = await forwardProxy(await secureServer(certified));
    const profiles = only("opsknight", "https://opsknight.invalid", { caFile: certified.file });
    const { code, of, findings } = await examine({ profiles, env: { HTTPS_PROXY: proxy.url } });
    expect(of("proxy")).toEqual([["ok", `through http://${proxy.host} (environment)`]]);
    expect(of("dns")).toEqual([["ok", "opsknight.invalid is looked up by the proxy"]]);
    expect(of("tls")).toEqual([["ok", expect.stringMatching(/^TLSv1.*issued by Fake Authority$/)]]);
    expect(of("latency")[0]?.[0]).toBe("ok");
    expect(of("key")[0]?.[0]).toBe("ok");
    expect(JSON.stringify(findings)).not.toContain("fake-proxy-password");
    expect(new Set(proxy.asked)).toEqual(new Set([`opsknight.invalid:443 Basic ${btoa("user:fake-proxy-password")}`]));
    expect(code).toBe(ExitCode.ok);
  });

  it("reports a proxy that is away, and asks nothing more", async () => {
    const profiles = only("opsknight", "https://opsknight.invalid", { proxy: "http://127.0.0.1:1" });
    const { code, of } = await examine({ profiles });
    const message = "connection refused by the proxy http://127.0.0.1:1 (profile)";
    expect(of("proxy")).toEqual([["problem", message, "onduty profiles show opsknight"]]);
    for (const check of ["tls", "latency", "clock"])
      expect(of(check)).toEqual([["unknown", "not checked: no connection through the proxy"]]);
    expect(code).toBe(ExitCode.failure);
  });

  it.each([407, 502])("reports a proxy that opens no tunnel, with %i", async (status) => {
    const proxy = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`));
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    stops.push(() => proxy.close());
    const { port } = proxy.address() as AddressInfo;
    const { of } = await examine({
      profiles: only("opsknight", "https://opsknight.invalid", { proxy: `http://127.0.0.1:${port}` }),
    });
    const message = "the proxy refused to connect to opsknight.invalid";
    expect(of("tls")).toEqual([["unknown", message]]);
    const hint = "the proxy requires a user and password: put USER:PASSWORD@ before its host";
    const found = ["problem", `${message} (${status})`, ...(status === 407 ? [hint] : [])];
    expect(of("latency")).toEqual([found]);
  });

  it("reports what could not be checked where a host is not found, and ends fast", async () => {
    const home = await tempDir();
    await run("profiles list", { home, profiles: profilesAt("https://no-such-host.invalid") });
    const began = performance.now();
    // The real program: a lookup that goes on would keep it from ending.
    const { code, stdout, stderr } = await start(["doctor"], bareEnv(home)).ended;
    expect(performance.now() - began).toBeLessThan(12_000);
    const rows = stdout.split("\n").map((line) => line.split("\t"));
    const of = (check: string) => rows.find((row) => row[1] === check && row[2] === "opsknight");
    expect(of("dns")).toEqual([
      "problem",
      "dns",
      "opsknight",
      expect.stringMatching(/^cannot find host no-such-host\.invalid$|^no DNS server resolved no-such-host\.invalid/),
      "check the network and the base URL: onduty profiles show opsknight",
    ]);
    for (const check of ["tls", "latency", "clock"])
      expect(of(check)?.slice(3)).toEqual(["not checked: the host was not found", ""]);
    expect(of("key")?.slice(3)).toEqual(["api key: not checked: the host was not found", ""]);
    expect({ code, stderr }).toEqual({ code: ExitCode.failure, stderr: "" });
  });

  it("does not wait for name servers that do not respond", async () => {
    const silent = createSocket("udp4");
    await new Promise<void>((resolve) => silent.bind(0, "127.0.0.1", resolve));
    const servers = dns.getServers();
    stops.push(() => {
      dns.setServers(servers);
      silent.close();
    });
    dns.setServers([`127.0.0.1:${silent.address().port}`]);
    const began = performance.now();
    const { code, of } = await examine({ profiles: profilesAt("https://silent.example.com") }, "--timeout 300ms");
    expect(performance.now() - began).toBeLessThan(2500);
    for (const profile of ["opsknight", "flashduty", "flotiq"])
      expect(of("dns", profile)[0]).toContain("no DNS server resolved silent.example.com within 0.3 s");
    expect(code).toBe(ExitCode.failure);
  });

  it("does not wait for a server that takes a connection and sends nothing, nor for a key command that hangs", async () => {
    const server = createServer((socket) => socket.on("error", () => {}));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    stops.push(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const vendor = healthy(await fakeVendor());
    const profiles = {
      ...only("opsknight", `http://127.0.0.1:${port}`),
      secure: { provider: "opsknight", baseUrl: `https://127.0.0.1:${port}`, apiKey: { text: fakeKeys.opsknight } },
      locked: { provider: "opsknight", baseUrl: vendor.url, apiKey: { command: "sleep 60" } },
    };
    const began = performance.now();
    const { code, of } = await examine({ profiles }, "--timeout 300ms");
    expect(performance.now() - began).toBeLessThan(5000);
    expect(of("latency", "opsknight")[0]).toEqual([
      "problem",
      expect.stringContaining("no response"),
      expect.anything(),
    ]);
    expect(of("tls", "secure")[0]?.[0]).toBe("unknown");
    expect(of("key", "locked")[0]).toEqual([
      "problem",
      'the key command "sleep" took longer than 0.6 s',
      "try it by hand: sleep 60",
    ]);
    expect(code).toBe(ExitCode.failure);
  });

  it.each([
    [20_000, "ok", "20 s ahead of the server's"],
    [-60_000, "warning", "60 s behind the server's"],
    [600_000, "problem", "600 s ahead of the server's"],
  ])("with a clock that is %d ms ahead says %s", async (aheadMs, status, message) => {
    const date = new Date("2026-08-01T12:00:00Z");
    const vendor = healthy(await fakeVendor(), {}, { date: date.toUTCString() });
    const now = new Date(date.getTime() + 500 + aheadMs);
    const { of } = await examine({ profiles: only("opsknight", vendor.url), now });
    expect(of("clock")[0]?.slice(0, 2)).toEqual([status, expect.stringMatching(`^${message}$`)]);
  });

  it("reports the vendor's verdict on a key", async () => {
    const vendor = healthy(await fakeVendor(), { teams: 403 });
    const profiles = {
      ...only("opsknight", vendor.url),
      none: { provider: "opsknight", baseUrl: vendor.url },
    };
    const { code, of } = await examine({ profiles });
    expect(of("key", "opsknight")).toEqual([
      ["warning", "api key: restricted, the key lacks teams:read", "onduty keys validate opsknight"],
    ]);
    expect(of("source", "none")).toEqual([["warning", "no key", "onduty keys set none"]]);
    expect(code).toBe(ExitCode.ok);
  });

  it("ends at once on Ctrl-C", async () => {
    const server = createServer((socket) => socket.on("error", () => {}));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    stops.push(() => void server.close());
    const home = await tempDir();
    await run("profiles list", {
      home,
      profiles: only("opsknight", `http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    });
    const connected = new Promise((resolve) => server.once("connection", resolve));
    const { child, ended } = start(["doctor"], bareEnv(home));
    await connected;
    const began = performance.now();
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: ExitCode.interrupted, stdout: "", stderr: "error: interrupted\n" });
    expect(performance.now() - began).toBeLessThan(1500);
  });
});
