import { rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../src/errors.ts";
import { forwardProxy, listen, selfSigned, tlsServer } from "./support/network.ts";
import { bareEnv, start } from "./support/process.ts";
import { tempDir } from "./support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "./support/vendor.ts";

/*
 * What the network does, against the program as it is installed: sockets, TLS and proxies are the runtime's own, and
 * there are two runtimes.
 */

const key = "sk_test_fake_network_0001";
const none = '{"data": [], "pagination": {"total": 0, "limit": 100, "offset": 0, "has_more": false}}';
const route = "GET /api/incidents";

async function listAt(url: string, env: Record<string, string> = {}, ...more: string[]) {
  const home = await tempDir();
  const settings = { ONDUTY_PROVIDER: "opsknight", ONDUTY_BASE_URL: url, ONDUTY_API_KEY: key, ...env };
  const { ended } = start(["incidents", "list", "--json", "--max-wait", "0", ...more], bareEnv(home, settings));
  const { code, stdout, stderr } = await ended;
  expect(stderr).not.toContain(key);
  return { code, stdout, stderr };
}

/** A vendor behind TLS under that name, and its certificate. */
async function tlsVendor(name: string): Promise<{ url: string; port: number; file: string; keys: string[] }> {
  const { key: privateKey, cert, file } = await selfSigned(name);
  const keys: string[] = [];
  const server = tlsServer({ key: privateKey, cert }, (request, response) => {
    keys.push(String(request.headers.authorization));
    response.setHeader("content-type", "application/json").end(none);
  });
  const port = await listen(server);
  return { url: `https://${name}:${port}`, port, file, keys };
}

const wrong: [what: string, exitCode: number, message: RegExp, (vendor: FakeVendor) => void][] = [
  ["a reset", ExitCode.network, /reset|closed/, (v) => v.handle(route, (_, r) => void r.socket?.resetAndDestroy())],
  [
    "half a body",
    ExitCode.network,
    /GET \/api\/incidents/,
    (v) =>
      v.handle(route, (_, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write('{"data": [');
        setTimeout(() => response.destroy(), 20);
      }),
  ],
];

const slow: typeof wrong = [
  ["no response in time", ExitCode.network, /300 ms|0\.3 s/, (v) => v.handle(route, () => {})],
  [
    "a body that stops",
    ExitCode.network,
    /300 ms|0\.3 s/,
    (v) =>
      v.handle(route, (_, response) => {
        response.writeHead(200, { "content-type": "application/json" }).write('{"data": [');
      }),
  ],
  [
    "a body that drips",
    ExitCode.network,
    /no complete response from .* within (300 ms|0\.3 s)/,
    (v) => v.handle(route, (_, response) => drip(response)),
  ],
];

/** A response that goes on without an end. */
function drip(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" }).write('{"data": [');
  const timer = setInterval(() => response.write(" "), 50);
  response.on("close", () => clearInterval(timer));
}

describe("the network", () => {
  it.each([
    // A machine that is busy must not take what else is wrong for slowness.
    ...wrong.map((one) => [...one, "30s"] as const),
    ...slow.map((one) => [...one, "300ms"] as const),
  ])("%s exits %i", async (_, exitCode, message, register, timeout) => {
    const vendor = await fakeVendor();
    register(vendor);
    const { code, stdout, stderr } = await listAt(vendor.url, {}, "--timeout", timeout);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at |bug/);
  });

  it.each([
    ["connection refused", "http://127.0.0.1:1", /refused/],
    ["an unknown host", "https://no-such-host.invalid", /no-such-host\.invalid/],
  ])("%s exits 3", async (_, url, message) => {
    const { code, stdout, stderr } = await listAt(url);
    expect({ code, stdout }).toEqual({ code: ExitCode.network, stdout: "" });
    expect(stderr).toMatch(message);
  });

  it("a body that drips costs no more than the time of one request, and keeps the event", async () => {
    const vendor = await fakeVendor();
    vendor.handle("POST /api/events", (_, response) => drip(response));
    const settings = { ONDUTY_PROVIDER: "opsknight", ONDUTY_BASE_URL: vendor.url, ONDUTY_API_KEY: key };
    const env = bareEnv(await tempDir(), { ...settings, ONDUTY_SERVICE: "svc" });
    const trigger = ["events", "trigger", "x", "--max-wait", "0", "--timeout", "400ms"];
    const { code, stderr } = await start(trigger, env).ended;
    expect(code, stderr).toBe(ExitCode.pending);
    expect(stderr).toContain("no complete response from");
    expect(vendor.requests).toHaveLength(1);
  });

  it("something else than a web server exits 3", async () => {
    const port = await listen(createServer((socket) => socket.on("error", () => {}).end("220 mail ready\r\n")));
    const { code, stdout, stderr } = await listAt(`http://127.0.0.1:${port}`);
    expect({ code, stdout }, stderr).toEqual({ code: ExitCode.network, stdout: "" });
  });

  it("compressed answers are read", async () => {
    const vendor = (await fakeVendor()).handle(route, (_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(gzipSync(none));
    });
    expect(await listAt(vendor.url)).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
  });
});

describe("TLS", () => {
  it("a certificate nobody signed exits 3, and no key is sent", async () => {
    const vendor = await tlsVendor("localhost");
    const { code, stdout, stderr } = await listAt(vendor.url);
    expect({ code, stdout }).toEqual({ code: ExitCode.network, stdout: "" });
    expect(JSON.parse(stderr).error.message).toMatch(/certificate/);
    expect(JSON.parse(stderr).error.hint).toMatch(/ca-?file|NODE_EXTRA_CA_CERTS/i);
    expect(vendor.keys).toEqual([]);
  });

  it("NODE_EXTRA_CA_CERTS makes it trusted", async () => {
    const vendor = await tlsVendor("localhost");
    expect(await listAt(vendor.url, { NODE_EXTRA_CA_CERTS: vendor.file })).toEqual({
      code: 0,
      stdout: "[]\n",
      stderr: "",
    });
  });

  it.each(["SSL_CERT_FILE", "SSL_CERT_DIR"])("%s makes it trusted, for every request", async (variable) => {
    const vendor = await tlsVendor("localhost");
    const place = variable === "SSL_CERT_FILE" ? vendor.file : dirname(vendor.file);
    expect(await listAt(vendor.url, { [variable]: place })).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
    // One request that is refused, and the others at once.
    expect(vendor.keys.length).toBeGreaterThan(0);
    const { code } = await listAt(vendor.url, { [variable]: "/nonexistent" });
    expect(code).toBe(ExitCode.network);
  });

  it.each([
    ["SSL_CERT_FILE", "/nonexistent.pem", "file not found"],
    ["SSL_CERT_FILE", "/dev/null", "holds no PEM certificate"],
    ["SSL_CERT_DIR", "/nonexistent", "no files found"],
    ["NODE_EXTRA_CA_CERTS", "/nonexistent.pem", "file not found"],
  ])("the hint of a certificate that is not trusted names %s=%s", async (variable, place, why) => {
    const vendor = await tlsVendor("localhost");
    const { code, stderr } = await listAt(vendor.url, { [variable]: place });
    expect(code).toBe(ExitCode.network);
    expect(JSON.parse(stderr.trim().split("\n").at(-1) ?? "").error).toMatchObject({
      message: expect.stringContaining("is not trusted"),
      hint: `${variable}: "${place}": ${why}`,
    });
  });

  it("the hint names a file that is not there where others are trusted besides", async () => {
    const [vendor, other] = [await tlsVendor("localhost"), await selfSigned()];
    const files = { NODE_EXTRA_CA_CERTS: "/nonexistent.pem", SSL_CERT_FILE: other.file };
    const { code, stderr } = await listAt(vendor.url, files);
    expect(code).toBe(ExitCode.network);
    expect(JSON.parse(stderr.trim().split("\n").at(-1) ?? "").error).toMatchObject({
      hint: 'NODE_EXTRA_CA_CERTS: "/nonexistent.pem": file not found',
    });
  });

  it("the profile's caFile makes it trusted, and for that profile only", async () => {
    const [mine, other] = [await tlsVendor("localhost"), await tlsVendor("localhost")];
    const home = await tempDir();
    const env = bareEnv(home);
    for (const [name, url] of [
      ["mine", mine.url],
      ["other", other.url],
    ] as const) {
      const args = ["profiles", "add", name, "--provider", "opsknight", "--base-url", url, "--stdin"];
      const added = await start([...args, ...(name === "mine" ? ["--ca-file", mine.file] : [])], env, key).ended;
      expect(added.code, added.stderr).toBe(0);
    }
    const list = ["incidents", "list", "--json", "--max-wait", "0"];
    expect(await start(list, env).ended).toMatchObject({ code: 0, stdout: "[]\n", stderr: "" });
    expect((await start([...list, "--profile", "other"], env).ended).code).toBe(ExitCode.network);
  });

  it("a caFile that is not there exits 2, and keeps an event", async () => {
    const env = bareEnv(await tempDir());
    const add = ["profiles", "add", "mine", "--provider", "opsknight", "--base-url", "https://localhost:1", "--stdin"];
    const file = join(env.HOME ?? "", "ca.pem");
    await writeFile(file, "-----BEGIN CERTIFICATE-----\n");
    expect((await start([...add, "--service", "svc", "--ca-file", file], env, key).ended).code).toBe(0);
    await rm(file);
    expect(await start(["incidents", "list"], env).ended).toEqual({
      code: ExitCode.usage,
      signal: null,
      stdout: "",
      stderr: `error: cannot read the certificates in "${file}": file not found\nhint: onduty profiles show\n`,
    });
    const triggered = await start(["events", "trigger", "x", "--max-wait", "0"], env).ended;
    expect(triggered.code).toBe(ExitCode.pending);
    expect(triggered.stderr).not.toMatch(/\n {4}at /);
    const ran = await start(["run", "--", "sh", "-c", "exit 3"], env).ended;
    expect(ran.code).toBe(3);
  });

  it("a certificate for another name exits 3", async () => {
    const vendor = await tlsVendor("other.test");
    const { code, stderr } = await listAt(`https://127.0.0.2:${vendor.port}`, { NODE_EXTRA_CA_CERTS: vendor.file });
    expect({ code, stderr }).toMatchObject({ code: ExitCode.network });
  });
});

describe("a forward proxy", () => {
  it("is asked for a tunnel, and sees neither key nor request", async () => {
    const vendor = await tlsVendor("vendor.test");
    const proxy = await forwardProxy();
    const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: vendor.file };
    expect(await listAt(vendor.url, env)).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
    expect(proxy.asked).toEqual([`CONNECT vendor.test:${vendor.port}`]);
    expect(vendor.keys).toEqual([`Bearer ${key}`]);
  });

  it("gets its user and password, and nobody else does", async () => {
    const vendor = await tlsVendor("vendor.test");
    const proxy = await forwardProxy("user:fake-pass");
    const extra = { NODE_EXTRA_CA_CERTS: vendor.file };
    const url = `http://user:fake-pass@127.0.0.1:${proxy.port}`;
    expect((await listAt(vendor.url, { HTTPS_PROXY: url, ...extra })).code).toBe(0);
    expect(proxy.asked).toEqual([`CONNECT vendor.test:${vendor.port} Basic ${btoa("user:fake-pass")}`]);

    const refused = await listAt(vendor.url, { HTTPS_PROXY: proxy.url, ...extra });
    expect(refused.code).toBe(ExitCode.network);
    expect(JSON.parse(refused.stderr).error).toMatchObject({
      message: `GET /api/incidents: the proxy refused to connect to vendor.test:${vendor.port} (407)`,
      hint: "the proxy requires a user and password: put USER:PASSWORD@ before its host",
    });
    expect(vendor.keys).toHaveLength(1);
  });

  it("of the profile is used, with its certificate authority", async () => {
    const vendor = await tlsVendor("vendor.test");
    const proxy = await forwardProxy();
    const env = bareEnv(await tempDir());
    const args = ["--provider", "opsknight", "--base-url", vendor.url, "--proxy", proxy.url, "--ca-file", vendor.file];
    await start(["profiles", "add", "prod", ...args, "--stdin"], env, key).ended;
    const listed = await start(["incidents", "list", "--json"], env).ended;
    expect(listed).toMatchObject({ code: 0, stdout: "[]\n", stderr: "" });
    expect(proxy.asked).toHaveLength(1);
  });

  it.each([
    ["http://user:fake-pass@127.0.0.1:1", "connection refused by the proxy 127.0.0.1:1"],
    ["http://no-such-proxy.invalid:3128", "cannot find the proxy no-such-proxy.invalid:3128"],
  ])("that is not there exits 3, and is what is blamed: %s", async (proxy, message) => {
    const { code, stdout, stderr } = await listAt("https://vendor.test", { HTTPS_PROXY: proxy });
    expect({ code, stdout }).toEqual({ code: ExitCode.network, stdout: "" });
    expect(JSON.parse(stderr).error).toMatchObject({
      message: `GET /api/incidents: ${message}`,
      hint: "is the proxy right? HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, or onduty profiles show",
    });
  });

  it.each(["socks5://user:fake-pass@127.0.0.1:1", "http://", "::"])(
    "that is no address exits 2, and keeps an event: %s",
    async (proxy) => {
      const { code, stdout, stderr } = await listAt("https://vendor.test", { HTTPS_PROXY: proxy });
      expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
      expect(JSON.parse(stderr).error.message).toBe("the address of the proxy is not an http:// or https:// URL");
      const settings = { ONDUTY_PROVIDER: "opsknight", ONDUTY_BASE_URL: "https://vendor.test", ONDUTY_API_KEY: key };
      const env = bareEnv(await tempDir(), { ...settings, ONDUTY_SERVICE: "svc", HTTPS_PROXY: proxy });
      const triggered = await start(["events", "trigger", "x", "--json", "--max-wait", "0"], env).ended;
      expect(triggered.code).toBe(ExitCode.pending);
      expect(triggered.stderr).not.toMatch(/fake-pass|\n {4}at /);
    },
  );

  it("is not asked for what NO_PROXY names, nor for this machine", async () => {
    const vendor = await tlsVendor("localhost");
    const proxy = await forwardProxy();
    const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: vendor.file };
    expect((await listAt(vendor.url, env)).code).toBe(0);
    const named = await listAt("https://no-such-host.invalid", { ...env, NO_PROXY: ".invalid" });
    expect(named.code).toBe(ExitCode.network);
    expect(proxy.asked).toEqual([]);
  });
});

describe("a folder", () => {
  it("does not steer the program that is started in it: a .env file is never read", async () => {
    const folder = await tempDir();
    await writeFile(join(folder, ".env"), "ONDUTY_PROVIDER=flotiq\nONDUTY_API_KEY=fake_key_of_the_folder\n");
    await writeFile(join(folder, "bunfig.toml"), 'preload = ["./preload.js"]\n');
    await writeFile(join(folder, "preload.js"), 'process.stdout.write("steered");\n');
    const { ended } = start(["profiles", "list", "--json"], bareEnv(await tempDir()), null, folder);
    expect(await ended).toMatchObject({ code: 0, stdout: "[]\n", stderr: "" });
  });
});
