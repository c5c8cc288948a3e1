import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ExitCode } from "../src/errors.ts";
import { run } from "./support/harness.ts";
import { profilesAt } from "./support/profiles.ts";
import { type FakeVendor, fakeVendor } from "./support/vendor.ts";

const list = "GET /api/incidents";
const html = "<html><body>502 Bad Gateway</body></html>";

/** What a vendor or the network does wrong, the exit code, and what is said. */
const faults: [name: string, exitCode: number, message: RegExp, (vendor: FakeVendor) => void][] = [
  [
    "no key",
    ExitCode.auth,
    /key was not accepted.*\(401\)/,
    (v) => v.reply(list, 401, { error: { code: "UNAUTHORIZED", message: "Invalid key" } }),
  ],
  [
    "a scope too few",
    ExitCode.auth,
    /incidents:read/,
    (v) => v.reply(list, 403, { error: { code: "FORBIDDEN", message: "Forbidden" } }),
  ],
  [
    "an unknown route",
    ExitCode.failure,
    /no such route \(404\)\nhint: check the base URL/,
    (v) => v.reply(list, 404, html, { "content-type": "text/html" }),
  ],
  [
    "an unknown route of an API that reports it as JSON",
    ExitCode.failure,
    /no such route \(404\)\nhint: check the base URL/,
    (v) => v.reply(list, 404, { error: "nope" }),
  ],
  [
    "429 with seconds",
    ExitCode.rateLimited,
    /asked to wait 57 s/,
    (v) => v.reply(list, 429, { error: "Rate limit exceeded." }, { "retry-after": "57" }),
  ],
  [
    "429 with a date",
    ExitCode.rateLimited,
    /asked to wait/,
    (v) => v.reply(list, 429, {}, { "retry-after": new Date(Date.now() + 300_000).toUTCString() }),
  ],
  [
    "429 with the wait in the body",
    ExitCode.rateLimited,
    /asked to wait 90 s/,
    (v) => v.reply(list, 429, { error: { code: "RATE_LIMITED", message: "slow", retry_after: 90 } }),
  ],
  [
    "a proxy's web page",
    ExitCode.failure,
    /web page, not JSON \(502\)/,
    (v) => v.reply(list, 502, html, { "content-type": "text/html" }),
  ],
  ["an error with no body", ExitCode.failure, /\(500\)/, (v) => v.reply(list, 500, "")],
  ["a login page", ExitCode.failure, /not JSON/, (v) => v.reply(list, 200, html, { "content-type": "text/html" })],
  ["JSON of another kind", ExitCode.failure, /GET \/api\/incidents/, (v) => v.reply(list, 200, { hello: "world" })],
  [
    "a redirect to another host",
    ExitCode.failure,
    /evil\.test/,
    (v) => v.reply(list, 302, "", { location: "https://evil.test/api/incidents" }),
  ],
  [
    "a reset",
    ExitCode.network,
    /reset|closed/,
    (v) => v.handle(list, (_, response) => void response.socket?.resetAndDestroy()),
  ],
  [
    "half a body",
    ExitCode.network,
    /GET \/api\/incidents/,
    (v) =>
      v.handle(list, (_, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write('{"data": [');
        setTimeout(() => response.destroy(), 20);
      }),
  ],
  ["no response in time", ExitCode.network, /100 ms|0\.1 s/, (v) => v.handle(list, () => {})],
];

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

describe("a request that fails", () => {
  it.each(faults)("%s exits %i", async (name, exitCode, message, register) => {
    const vendor = await fakeVendor();
    register(vendor);
    const profiles = profilesAt(vendor.url);
    const timeout = name === "no response in time" ? "100ms" : "2s";
    const { code, stdout, stderr } = await run(`incidents list --max-wait 0 --timeout ${timeout}`, { profiles });
    expect({ code, stdout, stderr }).toMatchObject({
      code: exitCode,
      stdout: "",
      stderr: expect.stringMatching(message),
    });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toMatch(/<html|\n {4}at |sk_test_fake/);

    const json = await run(`incidents list --max-wait 0 --timeout ${timeout} --json`, { profiles });
    expect(json).toMatchObject({ code: exitCode, stdout: "" });
    const { error } = JSON.parse(json.stderr) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ exitCode });
    expect(Object.keys(error)).toEqual([
      "kind",
      "message",
      "hint",
      "status",
      "code",
      "requestId",
      "retryable",
      "retryAfter",
      "exitCode",
    ]);
  });

  it("connection refused exits 3", async () => {
    const { code, stdout, stderr } = await run("incidents list --max-wait 0", {
      profiles: profilesAt("http://127.0.0.1:1"),
    });
    expect({ code, stdout }).toEqual({ code: ExitCode.network, stdout: "" });
    expect(stderr).toContain("refused");
  });

  it("an unknown host exits 3", async () => {
    const { code, stdout, stderr } = await run("incidents list --max-wait 0", {
      profiles: profilesAt("https://no-such-host.invalid"),
    });
    expect({ code, stdout }).toEqual({ code: ExitCode.network, stdout: "" });
    expect(stderr).toContain("no-such-host.invalid");
  });

  it("something else than a web server exits 3", async () => {
    const server = createServer((socket) => socket.on("error", () => {}).end("220 mail ready\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    stops.push(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, stdout } = await run("incidents list --max-wait 0", { profiles: profilesAt(url) });
    expect({ code, stdout }).toEqual({ code: ExitCode.network, stdout: "" });
  });
});

it("a list of PagerDuty that the server does not have is a wrong base URL, also when it is reported as JSON", async () => {
  const vendor = await fakeVendor();
  vendor.reply("GET /services", 404, { error: "nope" });
  const profiles = { pd: { provider: "pagerduty", baseUrl: vendor.url, apiKey: { text: "fake-pagerduty-key" } } };
  const { code, stderr } = await run("services list --max-wait 0", { profiles });
  expect({ code, stderr }).toEqual({
    code: ExitCode.failure,
    stderr: expect.stringMatching(/no such route \(404\)\nhint: check the base URL/),
  });
});
