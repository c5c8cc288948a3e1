import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import type { Keyring } from "../../src/keys/keyring.ts";
import { sandboxKeys } from "../../src/sandbox/seed.ts";
import { runAndRead as run } from "../support/harness.ts";
import { fakeKeys, profilesAt } from "../support/profiles.ts";
import { type Dialect, sandbox } from "../support/sandbox.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

const areas = ["incidents", "services", "schedules", "users", "teams"];

/** An OpsKnight of the documented dialect that answers each area with that status. */
async function opsknight(statuses: Record<string, number> = {}): Promise<FakeVendor> {
  const vendor = await fakeVendor();
  for (const area of areas) {
    const status = statuses[area] ?? 200;
    const body = status === 200 ? { data: [], pagination: { total: 0 } } : { error: { code: "X", message: "no" } };
    vendor.reply(`GET /api/${area}`, status, body);
  }
  return vendor;
}

const space = { space: { id: "space_1", name: "Runbooks" }, user: { id: "u_1", email: "ada@example.test" } };
const one = (profile: object) => ({ profiles: { prod: profile } });
const stored = async (home: string) =>
  (JSON.parse(await readFile(join(home, ".config/onduty/config.json"), "utf8")) as { profiles: Record<string, object> })
    .profiles;

describe("keys validate", () => {
  it("prints one line for each key at a terminal", async () => {
    const vendor = await opsknight({ teams: 403 });
    vendor.reply("GET /api/auth-context", 200, space);
    const profiles = { prod: profilesAt(vendor.url).opsknight, docs: profilesAt(vendor.url).flotiq };
    const { code, stdout, stderr } = await run("keys validate --all --no-color", {
      profiles,
      tty: 160,
      now: new Date(0),
    });
    expect(stdout.split("\n").map((line) => line.split(/\s{2,}/))).toEqual([
      ["PROFILE", "PROVIDER", "KEY", "KIND", "STATUS", "SCOPES", "ACCOUNT", "LATENCY"],
      [
        "prod",
        "opsknight",
        "sk_test_…0001",
        "test",
        "restricted",
        "incidents:read services:read schedules:read users:read",
        "-",
        "0 ms",
      ],
      ["docs", "flotiq", "…0001", "-", "valid", "-", "Runbooks", "0 ms"],
      [""],
    ]);
    expect({ code, stderr }).toEqual({ code: ExitCode.auth, stderr: "prod: the key lacks teams:read\n" });
  });

  it("gives every field in JSON, and asks with reads alone", async () => {
    const vendor = await opsknight({ teams: 404 });
    const { code, stdout } = await run("keys validate --json", one(profilesAt(vendor.url).opsknight as object));
    expect(JSON.parse(stdout)).toEqual([
      {
        profile: "prod",
        provider: "opsknight",
        baseUrl: vendor.url,
        key: "sk_test_…0001",
        source: "config file",
        kind: "test",
        status: "valid",
        scopes: {
          granted: ["incidents:read", "services:read", "schedules:read", "users:read"],
          missing: [],
          untested: expect.arrayContaining(["events:write", "incidents:write"]),
          absent: ["teams:read"],
        },
        account: null,
        latencyMs: expect.any(Number),
        message: null,
        requestId: null,
      },
    ]);
    expect(code).toBe(ExitCode.ok);
    expect(vendor.requests.map(({ method }) => method)).toEqual(areas.map(() => "GET"));
  });

  it.each([
    ["valid", 200, ExitCode.ok],
    ["invalid", 401, ExitCode.auth],
    ["restricted", 403, ExitCode.auth],
    ["unknown", 404, ExitCode.network],
    ["unknown", 429, ExitCode.network],
    ["unknown", 503, ExitCode.network],
  ])("says %s to an answer of %i, and exits with %i", async (status, answer, exitCode) => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/auth-context", answer, {});
    const { code, stdout } = await run(
      "keys validate --json --max-wait 0",
      one(profilesAt(vendor.url).flotiq as object),
    );
    expect(JSON.parse(stdout)).toMatchObject([{ status }]);
    expect(code).toBe(exitCode);
  });

  it("reports unknown when there is no network", async () => {
    const { code, stdout, stderr } = await run(
      "keys validate --json --max-wait 0",
      one(profilesAt("http://127.0.0.1:1").flotiq as object),
    );
    expect(JSON.parse(stdout)).toMatchObject([{ status: "unknown" }]);
    expect(code).toBe(ExitCode.network);
    expect(stderr).toContain("connection refused");
  });

  it.each([
    ["opsknight", "an empty object", {}],
    ["opsknight", "null", null],
    ["opsknight", "a greeting", { data: { status: "ok" } }],
    ["flashduty", "an empty object", {}],
    ["flashduty", "nobody", { request_id: "r_1", data: {} }],
    ["flashduty", "a list", []],
  ] as const)("does not take a key of %s for valid when 200 comes with %s", async (provider, _, body) => {
    const vendor = await fakeVendor();
    for (const area of areas) vendor.reply(`GET /api/${area}`, 200, body);
    vendor.reply("POST /member/info", 200, body);
    const { code, stdout, stderr } = await run(
      "keys validate --json",
      one({ ...(profilesAt(vendor.url)[provider] as object), integrationKey: undefined, changeKey: undefined }),
    );
    expect(JSON.parse(stdout)).toMatchObject([{ status: "unknown", account: null }]);
    expect(stderr).toMatch(/^prod: (GET|POST) \S+: .*response/);
    expect(code).toBe(ExitCode.network);
  });

  it("holds one that is bad against those that could not be asked about", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/auth-context", 401, {});
    const profiles = {
      bad: profilesAt(vendor.url).flotiq,
      away: profilesAt("http://127.0.0.1:1").flotiq,
    };
    const { code, stdout } = await run("keys validate --all --json --max-wait 0", { profiles });
    expect(JSON.parse(stdout)).toMatchObject([
      { profile: "bad", status: "invalid" },
      { profile: "away", status: "unknown" },
    ]);
    expect(code).toBe(ExitCode.auth);
  });

  it("does not hold an integration key that cannot be asked about against a valid one", async () => {
    const vendor = await fakeVendor();
    vendor.reply("POST /member/info", 200, { data: { member_id: 1, member_name: "Ada" } });
    const { changeKey: _, ...profile } = profilesAt(vendor.url).flashduty as { changeKey: object };
    const { code, stdout, stderr } = await run("keys validate --json", one(profile));
    expect(JSON.parse(stdout)).toMatchObject([
      { kind: "app", status: "valid" },
      { kind: "integration", status: "unknown", latencyMs: null, message: expect.stringContaining("sending an event") },
    ]);
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toBe("prod: an integration key cannot be checked without sending an event\n");
  });

  it.each([
    ["valid", 400, { error: "Please check your input and try again." }, ExitCode.ok],
    ["invalid", 403, { error: "Please check your input and try again." }, ExitCode.auth],
    ["invalid", 401, { error: { code: "UNAUTHORIZED", message: "no" } }, ExitCode.auth],
    ["unknown", 400, "<html>a proxy's page</html>", ExitCode.network],
    ["unknown", 503, { error: "down" }, ExitCode.network],
    ["unknown", 200, {}, ExitCode.network],
  ])(
    "takes an integration key of OpsKnight for %s when an empty event is answered with %i",
    async (status, answer, body, exitCode) => {
      const vendor = await fakeVendor();
      vendor.reply("POST /api/events", answer, body);
      const profile = {
        provider: "opsknight",
        baseUrl: vendor.url,
        integrationKey: { text: fakeKeys.opsknightIntegration },
      };
      const { code, stdout } = await run("keys validate --json --max-wait 0", one(profile));
      expect(JSON.parse(stdout)).toMatchObject([{ kind: "integration", status }]);
      expect(code).toBe(exitCode);
      expect(vendor.requests.map(({ body: sent }) => sent)).toEqual([{}]);
    },
  );

  /** The status, exit code and requests of a key of the sandbox, of server 1.3.1 or the documented one. */
  async function purpose(dialect: Dialect, key: "all" | "readOnly" | "noScopes", options: string) {
    const { url } = await sandbox({ dialect });
    const profile = {
      provider: "opsknight",
      baseUrl: `${url}/opsknight`,
      apiKey: { text: sandboxKeys.opsknight[key] },
    };
    const { code, stdout } = await run(`keys validate --json ${options}`, one(profile));
    const [report] = JSON.parse(stdout) as { status: string; scopes: { granted: string[]; missing: string[] } }[];
    const asked = (await (await fetch(`${url}/_sandbox/requests`)).json()) as
      | { method: string; path: string }[]
      | { requests: { method: string; path: string }[] };
    const requests = (Array.isArray(asked) ? asked : asked.requests).map(
      ({ method, path }) => `${method} ${path.replace("/opsknight", "")}`,
    );
    return { code, ...report, requests };
  }

  const shippingScopes = ["incidents:read", "services:read", "schedules:read", "incidents:write"];

  it.each(["1.3", "documented"] as const)(
    "asks only about what a key is wanted for, and writes nothing, dialect %s",
    async (dialect) => {
      expect(await purpose(dialect, "all", "--for events")).toMatchObject({
        code: ExitCode.ok,
        status: "valid",
        scopes: {
          granted: ["events:write"],
          missing: [],
          untested: dialect === "1.3" ? shippingScopes : expect.arrayContaining(["users:read", "users:write"]),
        },
        requests: ["POST /api/events"],
      });
      expect(await purpose(dialect, "readOnly", "--for events")).toMatchObject({
        code: ExitCode.auth,
        status: "restricted",
        scopes: { missing: ["events:write"] },
      });
      expect(await purpose(dialect, "readOnly", "--for incidents")).toMatchObject({
        code: ExitCode.auth,
        status: "restricted",
        scopes: { missing: ["incidents:write"] },
      });
      expect(await purpose(dialect, "readOnly", "--for read")).toMatchObject({ code: ExitCode.ok, status: "valid" });
      expect(await purpose(dialect, "all", "--for all")).toMatchObject({
        code: ExitCode.ok,
        status: "valid",
        scopes: { missing: [] },
      });
      expect(await purpose(dialect, "noScopes", "")).toMatchObject({ code: ExitCode.auth, status: "restricted" });
    },
  );

  it("takes a key that can do nothing but send events for valid, unless events go with an integration key", async () => {
    const vendor = await opsknight({ incidents: 403, services: 403, schedules: 403, users: 404, teams: 404 });
    vendor.reply("POST /api/events", 400, { error: "Please fill in all required fields." });
    const profile = profilesAt(vendor.url).opsknight as object;
    const alone = await run("keys validate --json", one(profile));
    expect(JSON.parse(alone.stdout)).toMatchObject([{ status: "valid", scopes: { granted: ["events:write"] } }]);
    expect(alone).toMatchObject({ code: ExitCode.ok, stderr: "prod: the key can send events, and nothing else\n" });
    const both = await run(
      "keys validate --json",
      one({ ...profile, integrationKey: { text: fakeKeys.opsknightIntegration } }),
    );
    expect(JSON.parse(both.stdout)).toMatchObject([{ status: "restricted" }, { kind: "integration", status: "valid" }]);
    expect(both.code).toBe(ExitCode.auth);
  });

  it("asks a server that is down about one scope alone, and once for each wait", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents", 503, { error: "down" }, { "retry-after": "0" });
    vendor.reply("GET /api/incidents", 503, { error: "down" }, { "retry-after": "60" });
    const { code, stdout } = await run(
      "keys validate --json --max-wait 10s",
      one(profilesAt(vendor.url).opsknight as object),
    );
    expect(JSON.parse(stdout)).toMatchObject([{ status: "unknown" }]);
    expect({ code, asked: vendor.requests.length }).toEqual({ code: ExitCode.network, asked: 2 });
  });

  it.each([
    ["there is no key at all", {}, "no key"],
    ["its variable is not set", { apiKey: { env: "PROD_KEY" } }, "PROD_KEY, which holds the key, is not set"],
  ])("says missing when %s", async (_, keys, message) => {
    const profiles = { prod: { provider: "flotiq", baseUrl: "http://127.0.0.1:1", ...keys } };
    const { code, stdout, stderr } = await run("keys validate --json", { profiles });
    expect(JSON.parse(stdout)).toMatchObject([{ profile: "prod", status: "missing", latencyMs: null }]);
    expect(stderr).toContain(message);
    expect(stdout + stderr).not.toContain("leak");
    expect(code).toBe(ExitCode.auth);
  });

  it("names the environment's keys by the variable they come from", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/auth-context", 200, space);
    const env = {
      ONDUTY_PROVIDER: "flotiq",
      ONDUTY_BASE_URL: vendor.url,
      FLOTIQ_API_KEY: fakeKeys.flotiq,
      FLASHDUTY_APP_KEY: "fake_key_of_another_vendor_9999",
    };
    const { code, stdout } = await run("keys validate --json", { env });
    expect(JSON.parse(stdout)).toMatchObject([
      { profile: "env", key: "…0001", source: "environment: FLOTIQ_API_KEY", status: "valid" },
    ]);
    expect(vendor.requests[0]?.headers["x-auth-token"]).toBe(fakeKeys.flotiq);
    expect(code).toBe(ExitCode.ok);
  });

  it("shows the masked key that the keyring gave", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/auth-context", 200, space);
    const profiles = { held: { provider: "flotiq", baseUrl: vendor.url, apiKey: { keyring: "held-api" } } };
    const keyring: Keyring = { get: async () => fakeKeys.flotiq, set: async () => {}, remove: async () => {} };
    const { stdout } = await run("keys validate --all --json", { profiles, keyring });
    expect(JSON.parse(stdout)).toMatchObject([{ profile: "held", key: "…0001", status: "valid" }]);
    expect(vendor.requests[0]?.headers["x-auth-token"]).toBe(fakeKeys.flotiq);
  });

  it("reports a profile that cannot be used among the others", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/auth-context", 200, { type: "USER", scope: "ALL" });
    const profiles = {
      good: { provider: "flotiq", baseUrl: vendor.url, apiKey: { text: "fake_flotiq_key_1" } },
      plain: { provider: "flotiq", baseUrl: "http://flotiq.example.com", apiKey: { text: "fake_flotiq_key_2" } },
    };
    const { code, stdout, stderr } = await run("keys validate --all --json --fields profile,status", { profiles });
    expect({ code, rows: JSON.parse(stdout) as unknown }).toEqual({
      code: ExitCode.usage,
      rows: [
        { profile: "good", status: expect.stringMatching(/valid|restricted/) },
        { profile: "plain", status: "unknown" },
      ],
    });
    expect(stderr).toMatch(/^plain: .*http/m);
    // Alone it is an error like any other.
    expect(await run("keys validate plain", { profiles })).toMatchObject({ code: ExitCode.usage, stdout: "" });
  });

  it("asks only about the profiles named, and all at once", async () => {
    const vendor = await fakeVendor();
    const waiting: (() => void)[] = [];
    vendor.handle("GET /api/auth-context", async (_, response) => {
      // The first is answered only when the second is there.
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 2) for (const go of waiting) go();
      });
      response.setHeader("content-type", "application/json").end(JSON.stringify(space));
    });
    const { flotiq, opsknight: other } = profilesAt(vendor.url);
    const profiles = { a: flotiq, b: flotiq, other };
    const { code, stdout } = await run("keys validate a b --json", { profiles });
    expect(JSON.parse(stdout)).toMatchObject([{ profile: "a" }, { profile: "b" }]);
    expect(code).toBe(ExitCode.ok);
  });
});

describe("keys set", () => {
  const profiles = {
    prod: { provider: "opsknight", baseUrl: "https://opsknight.example.test" },
    chat: { provider: "flashduty", baseUrl: "https://api.flashcat.cloud" },
  };

  it.each([
    ["keys set prod --stdin", "prod", { apiKey: { text: "sk_test_fake_0001" } }],
    ["keys set prod --key-command 'pass show prod'", "prod", { apiKey: { command: "pass show prod" } }],
    ["keys set prod --key-env PROD_KEY", "prod", { apiKey: { env: "PROD_KEY" } }],
    ["keys set chat --kind integration --stdin", "chat", { integrationKey: { text: "sk_test_fake_0001" } }],
    ["keys set chat --kind change --key-env CHANGE_KEY", "chat", { changeKey: { env: "CHANGE_KEY" } }],
  ])("`%s` stores it", async (commandLine, name, keys) => {
    const { code, stdout, stderr, home } = await run(commandLine, {
      profiles,
      stdin: "sk_test_fake_0001\n",
    });
    expect({ code, stdout }).toEqual({ code: ExitCode.ok, stdout: "" });
    expect(stderr).not.toContain("sk_test_fake_0001");
    expect(await stored(home)).toEqual({
      ...profiles,
      [name]: { ...profiles[name as keyof typeof profiles], ...keys },
    });
    expect((await stat(join(home, ".config/onduty/config.json"))).mode & 0o777).toBe(0o600);
  });

  it("asks at a terminal, also with --stdin, so that nothing is echoed", async () => {
    for (const commandLine of ["keys set prod", "keys set prod --stdin"]) {
      const { code, stderr, home } = await run(commandLine, { profiles, tty: true, answers: ["sk_test_fake_0001"] });
      expect(code).toBe(ExitCode.ok);
      expect(stderr).toContain('API key of "prod": ');
      expect(stderr).not.toContain("sk_test_fake_0001");
      expect((await stored(home)).prod).toMatchObject({ apiKey: { text: "sk_test_fake_0001" } });
    }
  });

  it.each([
    ["--no-input", {}],
    ["CI", { CI: "true" }],
  ])("never asks with %s", async (option, env) => {
    const commandLine = option === "CI" ? "keys set prod" : `keys set prod ${option}`;
    const { code, stderr } = await run(commandLine, { profiles, tty: true, env });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("hint: onduty keys set prod --stdin < FILE");
  });

  it.each(["", "\n", "two words\n", "two\nlines\n"])(
    "refuses %j from standard input, and keeps the old one",
    async (stdin) => {
      const before = { prod: { ...profiles.prod, apiKey: { text: "sk_test_fake_0001" } } };
      const { code, home } = await run("keys set prod --stdin", { profiles: before, stdin });
      expect(code).toBe(ExitCode.usage);
      expect(await stored(home)).toEqual(before);
    },
  );

  it.each([
    ["keys set prod --stdin", fakeKeys.opsknightIntegration.replaceAll("k", "c"), "looks like an integration key"],
    ["keys set prod --kind integration --stdin", fakeKeys.opsknight, "looks like an API key"],
  ])("`%s` warns of a key of another kind, also with --quiet", async (commandLine, key, warning) => {
    const { code, stderr } = await run(`${commandLine} --quiet`, { profiles, stdin: key });
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain(warning);
    expect(stderr).not.toContain(key);
  });
});

describe("keys list and remove", () => {
  const profiles = {
    prod: {
      provider: "opsknight",
      baseUrl: "https://opsknight.example.test",
      apiKey: { text: "sk_live_fake_secret_c123" },
      integrationKey: { command: "pass show prod" },
    },
    docs: { provider: "flotiq", baseUrl: "https://api.flotiq.com", apiKey: { env: "DOCS_KEY" } },
    short: { provider: "flotiq", baseUrl: "https://api.flotiq.com", apiKey: { text: "short" } },
  };

  it("reports where each key lives, masked, and runs no command", async () => {
    const home = await tempDir();
    const marker = join(home, "ran");
    const touching = { ...profiles, prod: { ...profiles.prod, integrationKey: { command: `touch ${marker}` } } };
    const { code, stdout, stderr } = await run("keys list --json", { home, profiles: touching });
    expect(JSON.parse(stdout)).toEqual([
      { profile: "prod", provider: "opsknight", kind: "api", key: "sk_live_…c123", source: "config file" },
      { profile: "prod", provider: "opsknight", kind: "integration", key: null, source: `command: touch ${marker}` },
      { profile: "docs", provider: "flotiq", kind: "api", key: null, source: "environment: DOCS_KEY" },
      { profile: "short", provider: "flotiq", kind: "api", key: "…", source: "config file" },
    ]);
    expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: "" });
    await expect(stat(marker)).rejects.toThrow("ENOENT");
  });

  it("is empty without profiles", async () => {
    const { code, stdout } = await run("keys list --json");
    expect({ code, stdout }).toEqual({ code: ExitCode.ok, stdout: "[]\n" });
  });

  it("removes one kind and leaves the others, after asking", async () => {
    const no = await run("keys remove prod", { profiles, tty: true, answers: ["n"] });
    expect(no.code).toBe(ExitCode.usage);
    expect(no.stderr).toContain("nothing was changed\n");
    expect(await stored(no.home)).toEqual(profiles);

    const yes = await run("keys remove prod --kind integration", { profiles, tty: true, answers: ["y"] });
    expect(yes.code).toBe(ExitCode.ok);
    const { integrationKey: _, ...rest } = profiles.prod;
    expect(await stored(yes.home)).toEqual({ ...profiles, prod: rest });
  });

  it("does not bring back a profile that another process has removed while it asked", async () => {
    const { code, stderr, home } = await run("keys remove prod", {
      profiles,
      tty: true,
      answers: [
        async (place) => {
          await run("profiles remove prod --yes", { home: place });
          return "y";
        },
      ],
    });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain('unknown profile "prod"');
    expect(Object.keys(await stored(home))).not.toContain("prod");
  });
});
