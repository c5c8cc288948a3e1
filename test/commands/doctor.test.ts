import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { forwardProxy } from "../support/forward-proxy.ts";
import { run } from "../support/harness.ts";
import { listen } from "../support/network.ts";
import { fakeKeys, profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";
import { examine, healthy, only } from "./examine.ts";

describe("doctor", () => {
  it("finds nothing wrong with a sandbox's profiles", async () => {
    const { home } = await sandbox();
    const { code, of, findings, stderr } = await examine({ home, env: { HOME: home, SHELL: "/bin/tcsh" } });
    expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: "" });
    expect(of("version")).toEqual([["ok", "onduty 0.0.0-dev"]]);
    expect(of("runtime", "node")).toEqual([["ok", `${process.version} on ${process.platform} ${process.arch}`]]);
    expect(of("config", "~/.config/onduty")).toEqual([["ok", "mode 0700"]]);
    expect(of("config", "~/.config/onduty/config.json")).toEqual([["ok", "mode 0600"]]);
    expect(of("state", "~/.local/state/onduty")).toEqual([["ok", "does not exist yet"]]);
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

  it("finds the reason of a server whose database is down, which answers every route with a failure", async () => {
    const vendor = healthy(await fakeVendor(), { incidents: 500 });
    const checks = { database: { status: "unhealthy", error: "connect ECONNREFUSED" }, memory: { status: "healthy" } };
    vendor.reply("GET /api/health", 503, { status: "unhealthy", mode: "readiness", checks });
    const { code, of } = await examine({ profiles: only("opsknight", vendor.url) });
    expect(of("server", "opsknight")).toEqual([
      ["problem", "the server is not ready: database failed (503)", "onduty doctor -p opsknight, once it is back"],
    ]);
    expect(of("key", "opsknight")[0]?.[0]).toBe("unknown");
    expect(code).toBe(ExitCode.failure);
    expect(vendor.requests.find(({ path }) => path === "/api/health")).toMatchObject({ query: { mode: "readiness" } });
    expect(vendor.requests.find(({ path }) => path === "/api/health")?.headers.authorization).toBeUndefined();
  });

  it("is a problem when the base URL has none of the routes, and no success when a key could not be checked", async () => {
    const port = await listen(createServer((_, response) => void response.writeHead(404).end()));
    const url = `http://127.0.0.1:${port}`;
    const pagerduty = { provider: "pagerduty", baseUrl: url, apiKey: { text: "u+fake0000000000000001" } };
    for (const [name, profile] of Object.entries({ ...profilesAt(url), pagerduty })) {
      const { code, of } = await examine({ profiles: { [name]: profile } });
      const hint = `onduty profiles edit ${name} --base-url URL`;
      expect([code, ...of("key", name)]).toEqual([
        ExitCode.failure,
        ["problem", expect.stringMatching(/^api key: unknown, .*(404|base URL)/), hint],
        ...(name === "flashduty"
          ? [
              ["unknown", expect.any(String)],
              ["unknown", expect.any(String)],
            ]
          : []),
      ]);
    }
    const failing = healthy(await fakeVendor(), { incidents: 500 });
    failing.reply("GET /api/health", 200, { status: "healthy" });
    const { code, of } = await examine({ profiles: only("opsknight", failing.url) });
    expect([code, of("key", "opsknight")[0]?.[0]]).toEqual([ExitCode.network, "unknown"]);
  });

  it("checks many profiles without a word of Node about listeners", async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listener);
    const { url } = healthy(await fakeVendor());
    const { opsknight } = only("opsknight", url) as { opsknight: object };
    const profiles = Object.fromEntries(Array.from({ length: 14 }, (_, number) => [`p${number}`, opsknight]));
    const { code } = await examine({ profiles });
    // A warning comes with the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listener);
    expect({ code, warnings }).toEqual({ code: ExitCode.ok, warnings: [] });
  });

  it("prints all of it as lines in a pipe", async () => {
    const { code, stdout, stderr } = await run("doctor", {});
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(rows.every((row) => row.length === 5)).toBe(true);
    const hint = "onduty profiles add prod";
    expect(rows.at(-1)).toEqual(["warning", "profile", "-", "no profile", hint]);
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
    ["doctor --profile nobody", 'unknown profile "nobody"'],
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
  it("reports modes that were too wide", async () => {
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

  it("reports where the configuration is broken, and goes on", async () => {
    const home = await tempDir();
    const file = join(home, ".config/onduty/config.json");
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, '{"profiles": {\n  "a": nonsense}}', { mode: 0o600 });
    const { code, of } = await examine({ home });
    expect(of("config", "config.json")).toEqual([
      ["problem", expect.stringMatching(/config\.json:2:\d+: not JSON$/), "fix the file, or move it away"],
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
    ["the current profile is gone", "gone", {}, ["problem", 'the current profile is "gone", which does not exist']],
    [
      "ONDUTY_PROFILE names none",
      "flotiq",
      { ONDUTY_PROFILE: "nope" },
      ["problem", 'ONDUTY_PROFILE is "nope", which does not exist'],
    ],
    [
      "ONDUTY_PROFILE holds a key",
      "flotiq",
      { ONDUTY_PROFILE: "sk_live_fake_typed_0001" },
      ["problem", 'ONDUTY_PROFILE is "sk_live_…0001", which does not exist'],
    ],
  ] as const)("tells that commands have no profile when %s", async (_, current, env, expected) => {
    const profiles = only("flotiq", "http://127.0.0.1:1");
    const { code, of } = await examine({ profiles, current, env });
    const hint = "ONDUTY_PROFILE" in env ? "unset ONDUTY_PROFILE" : "onduty profiles use flotiq";
    expect(of("profile", "-")).toEqual([[...expected, hint]]);
    expect(code).toBe(ExitCode.failure);
  });

  it("reports a profile that cannot be used", async () => {
    const profiles = { prod: { provider: "opsknight", baseUrl: "http://opsknight.example.com" } };
    const { code, of } = await examine({ profiles });
    expect(of("profile")).toEqual([
      ["problem", expect.stringContaining("would send keys in clear text"), expect.stringContaining("https://")],
    ]);
    expect(code).toBe(ExitCode.failure);
  });

  it("reports what waits in the spool, and what was refused", async () => {
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

  it("reports files in the spool that cannot be read", async () => {
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

  it("reports that certificates are not checked", async () => {
    const { code, of } = await examine({ env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } });
    expect(of("tls", "NODE_TLS_REJECT_UNAUTHORIZED")[0]?.[0]).toBe("problem");
    expect(code).toBe(ExitCode.failure);
  });
});

describe("doctor with files of certificates in the environment", () => {
  it("names those that cannot be read or hold none, with the variable", async () => {
    const home = await tempDir();
    const empty = join(home, "empty.pem");
    await writeFile(empty, "no certificate\n");
    const env = { NODE_EXTRA_CA_CERTS: empty, SSL_CERT_FILE: "/no/such.pem", SSL_CERT_DIR: "/no/such" };
    const { of } = await examine({ env });
    for (const [variable, why] of [
      ["NODE_EXTRA_CA_CERTS", `"${empty}": holds no PEM certificate`],
      ["SSL_CERT_FILE", '"/no/such.pem": file not found'],
      ["SSL_CERT_DIR", '"/no/such": no files found'],
    ] as const)
      expect(of("tls", variable)).toEqual([["warning", why, `unset ${variable}, or name a PEM file`]]);
  });

  it("has nothing to report of those that are not set", async () => {
    const { of } = await examine({});
    expect(of("tls", "NODE_EXTRA_CA_CERTS")).toEqual([]);
  });
});

describe("doctor --paths", () => {
  it("lists what stays on this machine, and asks nobody", async () => {
    const { code, stdout, home } = await run("doctor --paths --json");
    expect(code).toBe(0);
    const rows = JSON.parse(stdout) as { what: string; path: string; exists: boolean }[];
    expect(rows.map(({ path }) => path)).toEqual([
      join(home, ".config/onduty/config.json"),
      join(home, ".local/state/onduty/spool"),
      join(home, ".local/state/onduty"),
      ...rows.slice(3).map(({ path }) => path),
    ]);
    expect(rows.every(({ exists }) => !exists)).toBe(true);
    const table = (await run("doctor --paths", { home, tty: 80 })).stdout;
    for (const { path } of rows) expect(table).toContain(path);
  });

  it("lists the completions that were installed, of any shell", async () => {
    const home = await tempDir();
    const file = join(home, ".local/share/bash-completion/completions/onduty");
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, "# completion\n");
    const { stdout } = await run("doctor --paths --json", { home, env: { HOME: home } });
    expect(JSON.parse(stdout)).toContainEqual({ what: "completions of a shell", path: file, exists: true });
  });
});
