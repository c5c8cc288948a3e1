import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { fakeKeys } from "../support/profiles.ts";
import { tempDir } from "../support/temp-dir.ts";

const profiles = {
  prod: {
    provider: "opsknight",
    baseUrl: "https://opsknight.example.test",
    apiKey: { text: "sk_live_fake_secret_c123" },
    service: "svc_1",
  },
  "eu.prod": { provider: "flashduty", baseUrl: "https://api.flashcat.cloud", apiKey: { env: "EU_KEY" } },
};

const stored = async (home: string): Promise<{ current?: string; profiles: Record<string, object> }> =>
  JSON.parse(await readFile(join(home, ".config/onduty/config.json"), "utf8"));

describe("profiles add", () => {
  it("stores what the options give", async () => {
    const { code, stdout, stderr, home } = await run(
      "profiles add prod --provider opsknight --base-url https://opsknight.example.test/api/ --stdin --service svc_1 " +
        "--routing-key r_1 --user ada@example.test --ca-file ca.pem --proxy http://proxy.test:3128",
      { stdin: "sk_live_fake_secret_c123\n" },
    );
    expect({ code, stdout }).toEqual({ code: ExitCode.ok, stdout: "" });
    expect(stderr).toBe('added profile "prod", which is the current one\ncheck it: onduty keys validate prod\n');
    expect(await stored(home)).toEqual({
      current: "prod",
      profiles: {
        prod: {
          provider: "opsknight",
          baseUrl: "https://opsknight.example.test",
          apiKey: { text: "sk_live_fake_secret_c123" },
          service: "svc_1",
          routingKey: "r_1",
          user: "ada@example.test",
          // Found from every folder.
          caFile: resolve("ca.pem"),
          proxy: "http://proxy.test:3128",
        },
      },
    });
  });

  it("leaves the current profile as it is when there is one", async () => {
    const { stderr, home } = await run("profiles add docs --provider flotiq --key-env DOCS_KEY", { profiles });
    expect(stderr).toContain("onduty profiles use docs makes it the current one");
    expect(await stored(home)).toEqual({
      current: "prod",
      profiles: {
        ...profiles,
        docs: { provider: "flotiq", baseUrl: "https://api.flotiq.com", apiKey: { env: "DOCS_KEY" } },
      },
    });
  });

  it("asks for what is missing at a terminal, and does not show the key", async () => {
    const { code, stderr, home } = await run("profiles add prod", {
      tty: true,
      answers: ["OpsKnight", "https://opsknight.example.test", "sk_live_fake_secret_c123"],
    });
    expect(code).toBe(ExitCode.ok);
    expect(stderr).not.toContain("secret");
    expect((await stored(home)).profiles.prod).toEqual({
      provider: "opsknight",
      baseUrl: "https://opsknight.example.test",
      apiKey: { text: "sk_live_fake_secret_c123" },
    });
  });

  it("makes a profile without a key when none is typed, and shows how to set one", async () => {
    const { code, stderr, home } = await run("profiles add chat --provider flashduty", { tty: true, answers: [""] });
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain("it has no key yet: onduty keys set chat");
    expect((await stored(home)).profiles.chat).toEqual({
      provider: "flashduty",
      baseUrl: "https://api.flashcat.cloud",
    });
  });

  it("without a terminal shows what to paste", async () => {
    const { code, stderr } = await run(
      "profiles add prod --provider opsknight --base-url https://opsknight.example.test",
    );
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(
      "hint: onduty profiles add prod --provider opsknight --base-url https://opsknight.example.test --stdin < FILE",
    );
  });

  it("stores what can only be an integration key as one, and warns", async () => {
    const key = fakeKeys.opsknightIntegration.replaceAll("k", "c");
    const { code, stderr, home } = await run(
      "profiles add prod --provider opsknight --base-url https://opsknight.example.test --stdin",
      { stdin: key },
    );
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain("looks like an integration key");
    expect((await stored(home)).profiles.prod).toMatchObject({ integrationKey: { text: key } });
    expect((await stored(home)).profiles.prod).not.toHaveProperty("apiKey");
  });

  it("takes http:// to another host only with the option for it", async () => {
    const commandLine = "profiles add lab --provider opsknight --base-url http://lab.example.test --key-env LAB_KEY";
    expect((await run(commandLine)).code).toBe(ExitCode.usage);
    const { code, home } = await run(`${commandLine} --allow-http`);
    expect(code).toBe(ExitCode.ok);
    expect((await stored(home)).profiles.lab).toMatchObject({ baseUrl: "http://lab.example.test", allowHttp: true });
  });
});

describe("profiles list", () => {
  it("marks the current one at a terminal", async () => {
    const { stdout } = await run("profiles list --no-color", { profiles, tty: 120 });
    expect(stdout.split("\n").map((line) => line.split(/\s{2,}/))).toEqual([
      ["NAME", "PROVIDER", "BASE URL", "KEYS", "SERVICE"],
      ["prod *", "opsknight", "https://opsknight.example.test", "api", "svc_1"],
      ["eu.prod", "flashduty", "https://api.flashcat.cloud", "api", "-"],
      [""],
    ]);
  });

  it("shows the address at a narrow terminal before keys and service", async () => {
    const many = {
      "a-long-name-of-a-profile": {
        provider: "opsknight",
        baseUrl: "https://opsknight.example.test/eu",
        apiKey: { env: "A" },
        integrationKey: { env: "B" },
        service: "svc_checkout",
      },
    };
    const { stdout } = await run("profiles list --no-color", { profiles: many, tty: 80 });
    expect(stdout).toContain("https://opsknight.example.test/eu");
  });

  it("prints plain names in a pipe, and with --quiet nothing else", async () => {
    expect((await run("profiles ls", { profiles })).stdout).toBe(
      "prod\topsknight\thttps://opsknight.example.test\tapi\tsvc_1\neu.prod\tflashduty\thttps://api.flashcat.cloud\tapi\t\n",
    );
    expect((await run("profiles list --quiet", { profiles })).stdout).toBe("prod\neu.prod\n");
  });

  it("shows the environment profile, and that it is the one used", async () => {
    const env = { ONDUTY_PROVIDER: "flotiq", FLOTIQ_API_KEY: fakeKeys.flotiq };
    const { stdout } = await run("profiles list --json", { profiles, env });
    expect(JSON.parse(stdout)).toMatchObject([
      { name: "env", current: true, provider: "flotiq", baseUrl: "https://api.flotiq.com", keys: ["api"] },
      { name: "prod", current: false },
      { name: "eu.prod", current: false },
    ]);
  });

  it("does not fail for an environment profile that is not complete", async () => {
    const env = { ONDUTY_PROVIDER: "opsknight", ONDUTY_BASE_URL: "https://user:fake_secret@host.test" };
    const { code, stdout } = await run("profiles list --json", { env });
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject([{ name: "env", provider: "opsknight", baseUrl: null }]);
    expect(stdout).not.toContain("secret");
  });
});

describe("profiles show", () => {
  it("prints each value with where it came from", async () => {
    const env = { ONDUTY_SERVICE: "svc_9", ONDUTY_USER: "ada" };
    const { stdout } = await run("profiles show prod", { profiles, env });
    expect(stdout.split("\n").map((line) => line.split("\t"))).toEqual([
      ["profile", "prod", "argument"],
      ["provider", "opsknight", "profile"],
      ["baseUrl", "https://opsknight.example.test", "profile"],
      ["service", "svc_9", "ONDUTY_SERVICE"],
      ["user", "ada", "ONDUTY_USER"],
      ["api key", "sk_live_…c123", "profile, config file"],
      [""],
    ]);
  });

  it.each([
    ["profiles show", {}, "prod\tcurrent"],
    ["profiles show --profile eu.prod", {}, "eu.prod\t--profile"],
    ["profiles show", { ONDUTY_PROFILE: "eu.prod" }, "eu.prod\tONDUTY_PROFILE"],
    ["profiles show", { ONDUTY_PROVIDER: "flotiq" }, "env\tONDUTY_PROVIDER"],
  ])("`%s` with %j says why it is that one", async (commandLine, env, expected) => {
    const { stdout } = await run(commandLine, { profiles, env });
    expect(stdout.split("\n")[0]).toBe(`profile\t${expected}`);
  });

  it("names the default address, and masks the keys of the environment", async () => {
    const env = { ONDUTY_PROVIDER: "flotiq", FLOTIQ_API_KEY: fakeKeys.flotiq };
    const { stdout } = await run("profiles show", { env });
    expect(stdout).toContain("baseUrl\thttps://api.flotiq.com\tdefault\n");
    expect(stdout).toContain("api key\t…0001\tFLOTIQ_API_KEY\n");
  });

  it("masks the password of a proxy", async () => {
    const proxied = { prod: { ...profiles.prod, proxy: "http://user:fake_secret@proxy.test:3128" } };
    const { stdout } = await run("profiles show", { profiles: proxied });
    expect(stdout).toContain("proxy\thttp://user:…@proxy.test:3128\tprofile\n");
    expect(stdout).not.toContain("fake_secret");
  });
});

describe("profiles use, rename and remove", () => {
  it("make another one current", async () => {
    const { code, home } = await run("profiles use eu.prod", { profiles });
    expect(code).toBe(ExitCode.ok);
    expect((await stored(home)).current).toBe("eu.prod");
  });

  it("keep the place, the values and the use of a renamed one", async () => {
    const { code, home } = await run("profiles rename prod main", { profiles });
    expect(code).toBe(ExitCode.ok);
    const { current, profiles: now } = await stored(home);
    expect(current).toBe("main");
    expect(Object.entries(now)).toEqual([
      ["main", profiles.prod],
      ["eu.prod", profiles["eu.prod"]],
    ]);
  });

  it("do not rename onto another one", async () => {
    const { code, home } = await run("profiles rename prod eu.prod", { profiles });
    expect(code).toBe(ExitCode.usage);
    expect((await stored(home)).profiles).toEqual(profiles);
  });

  it("report it when the current one is removed", async () => {
    const { code, stderr, home } = await run("profiles remove prod --yes", { profiles });
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toBe('removed profile "prod"; no profile is the current one now: onduty profiles use eu.prod\n');
    expect(await stored(home)).toEqual({ profiles: { "eu.prod": profiles["eu.prod"] } });

    const next = await run("incidents list", { home });
    expect(next.code).toBe(ExitCode.usage);
    expect(next.stderr).toContain("hint: onduty profiles use eu.prod");

    const last = await run("profiles remove eu.prod --yes", { home });
    expect(last.stderr).toBe('removed profile "eu.prod"\n');
    await run("profiles add one --provider flotiq --key-env KEY", { home });
    const only = await run("profiles remove one --yes", { home });
    expect(only.stderr).toBe('removed profile "one"; no profile is left\n');
  });

  it("remove nothing without a yes", async () => {
    const { code, stderr, home } = await run("profiles remove prod", { profiles, tty: true, answers: [""] });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("nothing was changed\n");
    expect((await stored(home)).profiles).toEqual(profiles);
  });

  it.each(["__proto__", "constructor", "eu.prod", "-", "a".repeat(64)])(
    "take the name %s like any other",
    async (name) => {
      const added = await run(["profiles", "add", "--provider", "flotiq", "--key-env", "KEY", "--", name]);
      expect(added.code).toBe(ExitCode.ok);
      const { home } = added;
      const listed = await run("profiles list --json", { home });
      expect(JSON.parse(listed.stdout)).toMatchObject([{ name, current: true, provider: "flotiq" }]);
      expect((await run(["profiles", "remove", "--yes", "--", name], { home })).code).toBe(ExitCode.ok);
      expect((await run("profiles list --json", { home })).stdout).toBe("[]\n");
    },
  );

  it.each(["a".repeat(65), "a b", "a/b", "ä", ""])("refuse the name %j", async (name) => {
    const { code } = await run(["profiles", "add", name, "--provider", "flotiq", "--key-env", "KEY"]);
    expect(code).toBe(ExitCode.usage);
  });
});

describe("--dry-run", () => {
  it.each([
    [
      "profiles add docs --provider flotiq --key-env DOCS_KEY",
      'would add profile "docs": flotiq at https://api.flotiq.com',
    ],
    ["profiles use eu.prod", 'would make "eu.prod" the current profile'],
    ["profiles rename prod live", 'would rename "prod" to "live"'],
    ["profiles remove prod", 'would remove profile "prod" and its keys'],
    ["keys set prod --key-env PROD_KEY", 'would store the api key of "prod"'],
    ["keys remove prod", 'would remove the api key of "prod"'],
  ])("stores nothing: %s", async (command, said) => {
    const home = await tempDir();
    await run("profiles list", { home, profiles });
    const before = await stored(home);
    const { code, stdout, stderr } = await run(`${command} --dry-run`, { home });
    expect({ code, stdout, stderr }).toEqual({ code: ExitCode.ok, stdout: "", stderr: `${said}\n` });
    expect(await stored(home)).toEqual(before);
  });

  it("reports what would fail", async () => {
    expect((await run("profiles remove nobody --dry-run", { profiles })).code).toBe(ExitCode.usage);
    expect((await run("profiles rename prod eu.prod --dry-run", { profiles })).code).toBe(ExitCode.usage);
    expect((await run("keys remove eu.prod --kind change --dry-run", { profiles })).code).toBe(ExitCode.usage);
  });
});
