import { createSocket } from "node:dgram";
import dns from "node:dns/promises";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { type Certified, certificate, expiredCertificate } from "../support/certificate.ts";
import { forwardProxy } from "../support/forward-proxy.ts";
import { type RunOptions, run } from "../support/harness.ts";
import { bareEnv, start } from "../support/process.ts";
import { fakeKeys, profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

interface Finding {
  check: string;
  subject: string;
  status: string;
  message: string;
  hint: string | null;
}

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Runs `doctor --json`; `of` gives the findings of one check, each as status, message and hint. */
async function examine(options: RunOptions, args = "") {
  const { code, stdout, stderr, home } = await run(`doctor --json ${args}`, options);
  const findings = JSON.parse(stdout) as Finding[];
  const of = (check: string, subject?: string) =>
    findings
      .filter((one) => one.check === check && (subject === undefined || one.subject === subject))
      .map(({ status, message, hint }) => [status, message, ...(hint === null ? [] : [hint])]);
  return { code, findings, of, stderr, home };
}

/** Answers the head of the base URL and every read that a key of OpsKnight's is checked with, with that status. */
function healthy(
  vendor: FakeVendor,
  statuses: Partial<Record<string, number>> = {},
  headers: Record<string, string> = {},
): FakeVendor {
  vendor.reply("HEAD /", 200, undefined, headers);
  for (const area of ["incidents", "services", "schedules", "users", "teams"])
    vendor.reply(`GET /api/${area}`, statuses[area] ?? 200, { data: [], pagination: { total: 0 } });
  return vendor;
}

function only(name: keyof ReturnType<typeof profilesAt>, url: string, more: object = {}): Record<string, unknown> {
  return { [name]: { ...(profilesAt(url)[name] as object), ...more } };
}

async function secureServer({ key, cert }: Certified): Promise<number> {
  const server = createTlsServer({ key, cert }, (_, response) => {
    response.setHeader("content-type", "application/json").end('{"data": [], "pagination": {"total": 0}}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => void server.close().closeAllConnections());
  return (server.address() as AddressInfo).port;
}

describe("doctor", () => {
  it("finds nothing wrong with a sandbox's profiles", async () => {
    const { home } = await sandbox();
    const { code, of, findings, stderr } = await examine({ home, env: { HOME: home, SHELL: "/bin/tcsh" } });
    expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: "" });
    expect(of("version")).toEqual([["ok", "onduty 0.0.0-dev"]]);
    expect(of("runtime", "node")).toEqual([["ok", `${process.version} on ${process.platform} ${process.arch}`]]);
    expect(of("config", "~/.config/onduty")).toEqual([["ok", "mode 0700"]]);
    expect(of("config", "~/.config/onduty/config.json")).toEqual([["ok", "mode 0600"]]);
    expect(of("state", "~/.local/state/onduty")).toEqual([["ok", "not there yet"]]);
    expect(of("spool", "pending")).toEqual([["ok", "nothing waits"]]);
    expect(of("spool", "dead")).toEqual([["ok", "nothing was refused"]]);
    const profile = (name: string) => findings.filter(({ subject }) => subject === `sandbox-${name}`);
    expect(profile("opsknight").map(({ check, status, message }) => [check, status, message])).toEqual([
      [
        "profile",
        "ok",
        expect.stringMatching(/^opsknight at http:\/\/127\.0\.0\.1:\d+\/opsknight, the current profile$/),
      ],
      ["source", "ok", "api key: in the config file"],
      ["proxy", "ok", "none"],
      ["dns", "ok", "127.0.0.1 needs no lookup"],
      ["tls", "ok", "not needed: the server is on this machine"],
      ["latency", "ok", expect.stringMatching(/^\d+ ms, \d+ ms with the connection$/)],
      ["clock", "ok", "as the server's"],
      ["key", "ok", expect.stringMatching(/^api key: valid, for incidents:read services:read /)],
    ]);
    expect(of("key", "sandbox-flotiq")).toEqual([["ok", "api key: valid"]]);
    const unsendable = "key: unknown, an? (integration|change) key cannot be checked without sending an event";
    expect(of("key", "sandbox-flashduty")).toEqual([
      ["ok", "api key: valid"],
      ["unknown", expect.stringMatching(`integration ${unsendable}`)],
      ["unknown", expect.stringMatching(`change ${unsendable}`)],
    ]);
  });

  it("prints a table at a terminal, and in full what is not right", async () => {
    const vendor = healthy(await fakeVendor(), {
      incidents: 401,
      services: 401,
      schedules: 401,
      users: 401,
      teams: 401,
    });
    const { code, stdout } = await run("doctor --no-color", {
      profiles: only("opsknight", vendor.url),
      env: { SHELL: "/bin/fish" },
      tty: true,
    });
    const [header = "", ...lines] = stdout.split("\n");
    expect(header).toMatch(/^STATUS +CHECK +SUBJECT +MESSAGE$/);
    for (const line of lines.slice(0, lines.indexOf(""))) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout.slice(stdout.indexOf("\n\n"))).toBe(`

warning: completions fish: not installed
hint: onduty completion fish --help

problem: key opsknight: api key: invalid, the key was not accepted (401)
hint: onduty keys set opsknight
`);
    expect(code).toBe(ExitCode.failure);
  });

  it("prints all of it as lines in a pipe", async () => {
    const { code, stdout, stderr } = await run("doctor", {});
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(rows.every((row) => row.length === 5)).toBe(true);
    const hint = "onduty profiles add NAME --provider opsknight --base-url URL";
    expect(rows.at(-1)).toEqual(["warning", "profile", "-", "there is no profile", hint]);
    expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: "" });
  });

  it("looks at one profile when it is named, and at the environment's", async () => {
    const vendor = healthy(await fakeVendor());
    const env = { ONDUTY_PROVIDER: "opsknight", ONDUTY_BASE_URL: vendor.url, ONDUTY_API_KEY: fakeKeys.opsknight };
    const profiles = profilesAt("http://127.0.0.1:1");
    const { code, of } = await examine({ env, profiles }, "--profile env");
    expect(of("profile")).toEqual([["ok", `opsknight at ${vendor.url}`]]);
    expect(of("source")).toEqual([["ok", "api key: in the environment variable ONDUTY_API_KEY"]]);
    expect(code).toBe(ExitCode.ok);
  });

  it.each([
    ["doctor --profile nobody", 'there is no profile "nobody"'],
    ["doctor --fields severity", "check, subject, status, message, hint"],
  ])("`%s` is refused", async (commandLine, message) => {
    const { code, stdout, stderr } = await run(commandLine, { profiles: profilesAt("http://127.0.0.1:1") });
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("holds no secret, whatever it finds", async () => {
    const proxy = await forwardProxy(1);
    const profiles = {
      ...profilesAt("http://127.0.0.1:1"),
      command: {
        provider: "flotiq",
        baseUrl: "http://127.0.0.1:1",
        apiKey: { command: "echo fake-secret-of-a-command" },
      },
      proxied: { provider: "flotiq", baseUrl: "https://flotiq.invalid", proxy: proxy.url, apiKey: { env: "UNSET" } },
      badProxy: { provider: "flotiq", baseUrl: "https://flotiq.invalid", proxy: "user:fake-proxy-password@nowhere" },
    };
    const { code, findings, of, stderr } = await examine({ profiles });
    expect(code).toBe(ExitCode.failure);
    expect(of("source", "command")).toEqual([["ok", 'api key: from the command "echo"']]);
    const text = JSON.stringify(findings) + stderr;
    for (const secret of [...Object.values(fakeKeys), "fake-secret-of-a-command", "fake-proxy-password"])
      expect(text).not.toContain(secret);
    // Not even their last characters, which help a person at the terminal and nobody who reads a ticket.
    expect(text).not.toContain("0001");
  });
});

describe("doctor, on this machine", () => {
  it("tells of modes that were too wide", async () => {
    const home = await tempDir();
    const file = join(home, ".config/onduty/config.json");
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '{"profiles": {}}');
    await chmod(dirname(file), 0o755);
    await chmod(file, 0o644);
    const { code, of, stderr } = await examine({ home, env: { HOME: home } });
    expect(of("config")).toEqual([
      ["warning", "open to others: mode 0755, not 0700", "chmod 0700 ~/.config/onduty"],
      [
        "warning",
        "was open to others: mode 0644, not 0600; it is tightened now",
        "others may have read the keys: onduty keys set NAME stores new ones",
      ],
    ]);
    expect(stderr).toContain("its mode is 0600 now");
    expect(code).toBe(ExitCode.ok);
  });

  it("tells where the configuration is broken, and goes on", async () => {
    const home = await tempDir();
    const file = join(home, ".config/onduty/config.json");
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, '{"profiles": {\n  "a": nonsense}}', { mode: 0o600 });
    const { code, of } = await examine({ home });
    expect(of("config", "config.json")).toEqual([
      ["problem", expect.stringMatching(/config\.json:2:\d+: not JSON$/), "mend the file, or move it away"],
    ]);
    expect(of("version")).toHaveLength(1);
    // That there is none is not known.
    expect(of("profile")).toEqual([["unknown", "not checked: the configuration cannot be read"]]);
    expect(code).toBe(ExitCode.failure);
    // The report may be pasted: the name of the home is not in it.
    const named = await examine({ home, env: { HOME: home } });
    expect(named.of("config", "config.json")[0]?.[1]).toBe("~/.config/onduty/config.json:2:8: not JSON");
    expect(JSON.stringify(named.findings)).not.toContain(home);
  });

  it.each([
    ["the current profile is gone", "gone", {}, ["problem", 'the current profile is "gone", which is not there']],
    [
      "ONDUTY_PROFILE names none",
      "flotiq",
      { ONDUTY_PROFILE: "nope" },
      ["problem", 'ONDUTY_PROFILE is "nope", which is not there'],
    ],
    [
      "ONDUTY_PROFILE holds a key",
      "flotiq",
      { ONDUTY_PROFILE: "sk_live_fake_typed_0001" },
      ["problem", 'ONDUTY_PROFILE is "sk_live_…0001", which is not there'],
    ],
  ] as const)("tells that commands have no profile when %s", async (_, current, env, expected) => {
    const profiles = only("flotiq", "http://127.0.0.1:1");
    const { code, of } = await examine({ profiles, current, env });
    const hint = "ONDUTY_PROFILE" in env ? "unset ONDUTY_PROFILE" : "onduty profiles use flotiq";
    expect(of("profile", "-")).toEqual([[...expected, hint]]);
    expect(code).toBe(ExitCode.failure);
  });

  it("tells of a profile that cannot be used", async () => {
    const profiles = { prod: { provider: "opsknight", baseUrl: "http://opsknight.example.com" } };
    const { code, of } = await examine({ profiles });
    expect(of("profile")).toEqual([
      ["problem", expect.stringContaining("would send keys in clear text"), expect.stringContaining("https://")],
    ]);
    expect(code).toBe(ExitCode.failure);
  });

  it("tells what waits in the spool, and what was refused", async () => {
    const vendor = await fakeVendor();
    vendor.reply("POST /api/events", 503, {});
    const profiles = only("opsknight", vendor.url);
    const first = await run("events trigger one --dedup-key one --max-wait 0", { profiles });
    expect(first.code).toBe(ExitCode.pending);
    const { home } = first;
    vendor.handle("POST /api/events", (seen, response) => {
      const bad = JSON.stringify(seen.body).includes("two");
      response.writeHead(bad ? 400 : 503).end("{}");
    });
    await run("events trigger two --dedup-key two --max-wait 0", { profiles, home });
    const later = new Date(Date.now() + 7_200_000);
    const { code, of } = await examine({ home, profiles: {}, now: later });
    expect(of("spool", "pending")).toEqual([
      ["warning", "1 event not delivered, the oldest made 2h ago", "onduty spool flush"],
    ]);
    expect(of("spool", "dead")).toEqual([
      ["warning", "1 event refused by the vendor, the oldest made 2h ago", "onduty spool list --dead"],
    ]);
    expect(of("state")).toEqual([["ok", "mode 0700"]]);
    expect(code).toBe(ExitCode.ok);
  });

  it("tells of files in the spool that cannot be read", async () => {
    const home = await tempDir();
    const pending = join(home, ".local/state/onduty/spool/pending");
    await mkdir(pending, { recursive: true });
    await writeFile(join(pending, "broken.json"), "{");
    const { code, of } = await examine({ home });
    expect(of("spool", "unreadable")).toEqual([["problem", "1 file cannot be read", "onduty spool list"]]);
    expect(code).toBe(ExitCode.failure);
  });

  it.each([
    ["bash", ".local/share/bash-completion/completions/onduty", ""],
    ["zsh", ".zfunc/_onduty", ""],
    ["fish", ".config/fish/completions/onduty.fish", ""],
    ["bash", ".bashrc", 'alias ll="ls -l"\nsource <(onduty completion bash)\n'],
    ["bash", ".bashrc", ". ~/.onduty-completion.bash\n"],
    ["zsh", ".zshrc", 'eval "$(onduty completion zsh)"\n'],
    ["powershell", ".config/powershell/Microsoft.PowerShell_profile.ps1", '. "$HOME/.onduty-completion.ps1"\n'],
  ])("finds the completions of %s in %s", async (shell, path, text) => {
    const home = await tempDir();
    const env = { HOME: home, SHELL: `/usr/bin/${shell}` };
    expect((await examine({ home, env })).of("completions", shell)).toEqual([
      ["warning", "not installed", `onduty completion ${shell} --help`],
    ]);
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text === "" ? "" : `# onduty completion ${shell}\n`);
    if (text !== "") {
      expect((await examine({ home, env })).of("completions", shell)[0]?.[0]).toBe("warning");
      await writeFile(join(home, path), text);
    }
    expect((await examine({ home, env })).of("completions", shell)).toEqual([["ok", `installed: ~/${path}`]]);
  });

  it("tells that certificates are not checked", async () => {
    const { code, of } = await examine({ env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } });
    expect(of("tls", "NODE_TLS_REJECT_UNAUTHORIZED")[0]?.[0]).toBe("problem");
    expect(code).toBe(ExitCode.failure);
  });
});

describe("doctor, on the network", () => {
  it("tells of a certificate that nobody signed, and of one that caFile makes trusted", async () => {
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
      expect(refused.of(check)).toEqual([["unknown", "not checked: there is no secure connection"]]);
    expect(refused.of("key")).toEqual([["unknown", "api key: not checked: the server gave no answer"]]);
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

  it("tells of a certificate that has expired, and when", async () => {
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

  it("tells of a caFile that cannot be read", async () => {
    const profiles = only("opsknight", "https://localhost:1", { caFile: "/no/such.pem" });
    const { code, of } = await examine({ profiles });
    const message = 'cannot read the certificates in "/no/such.pem": there is no such file';
    expect(of("tls")).toEqual([["problem", message, "onduty profiles show"]]);
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

  it("tells of a proxy that is away, and asks nothing more", async () => {
    const profiles = only("opsknight", "https://opsknight.invalid", { proxy: "http://127.0.0.1:1" });
    const { code, of } = await examine({ profiles });
    const message = "connection refused by the proxy http://127.0.0.1:1 (profile)";
    expect(of("proxy")).toEqual([["problem", message, "onduty profiles show"]]);
    for (const check of ["tls", "latency", "clock"])
      expect(of(check)).toEqual([["unknown", "not checked: there is no way through the proxy"]]);
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
    const hint = "the proxy asks who you are: put USER:PASSWORD@ before its host";
    const found = ["problem", `${message} (${status})`, ...(status === 407 ? [hint] : [])];
    expect(of("latency")).toEqual([found]);
  });

  it("says what could not be checked where a host is not found, and ends fast", async () => {
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
      expect.stringMatching(
        /^cannot find host no-such-host\.invalid$|^no name server says where no-such-host\.invalid is/,
      ),
      "is the network up, and the base URL right? onduty profiles show",
    ]);
    for (const check of ["tls", "latency", "clock"])
      expect(of(check)?.slice(3)).toEqual(["not checked: the host was not found", ""]);
    expect(of("key")?.slice(3)).toEqual(["api key: not checked: the host was not found", ""]);
    expect({ code, stderr }).toEqual({ code: ExitCode.failure, stderr: "" });
  });

  it("does not wait for name servers that say nothing", async () => {
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
      expect(of("dns", profile)[0]).toContain("no name server says where silent.example.com is, within 0.3 s");
    expect(code).toBe(ExitCode.failure);
  });

  it("does not wait for a server that takes a connection and says nothing, nor for a key command that hangs", async () => {
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
    expect(of("latency", "opsknight")[0]).toEqual(["problem", expect.stringContaining("no answer"), expect.anything()]);
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

  it("says what the vendor says of a key", async () => {
    const vendor = healthy(await fakeVendor(), { teams: 403 });
    const profiles = {
      ...only("opsknight", vendor.url),
      none: { provider: "opsknight", baseUrl: vendor.url },
    };
    const { code, of } = await examine({ profiles });
    expect(of("key", "opsknight")).toEqual([
      ["warning", "api key: restricted, the key lacks teams:read", "onduty keys validate opsknight"],
    ]);
    expect(of("source", "none")).toEqual([["warning", "there is no key", "onduty keys set none"]]);
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
