import { describe, expect, it } from "vitest";
import { checkBaseUrl, resolveSettings } from "../../src/config/settings.ts";
import type { Config } from "../../src/config/store.ts";
import { ExitCode } from "../../src/errors.ts";
import { opsknight } from "../../src/providers/opsknight/descriptor.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { tempDir } from "../support/temp-dir.ts";

const config: Config = {
  current: "prod",
  profiles: new Map([
    [
      "prod",
      {
        provider: "opsknight",
        baseUrl: "https://prod.example.test",
        service: "svc_1",
        apiKey: { text: "sk_test_fake_0001" },
      },
    ],
    ["stage", { provider: "flashduty", baseUrl: "https://stage.example.test" }],
  ]),
};

const settleWith = (env: Record<string, string>, named?: string) =>
  resolveSettings({ env, config, ...(named !== undefined && { named }) });

describe("the profile that applies", () => {
  it.each([
    ["the option", { ONDUTY_PROFILE: "stage", ONDUTY_PROVIDER: "flotiq" }, "prod", "prod"],
    ["ONDUTY_PROFILE", { ONDUTY_PROFILE: "stage", ONDUTY_PROVIDER: "flotiq" }, undefined, "stage"],
    ["the environment profile", { ONDUTY_PROVIDER: "flotiq" }, undefined, "env"],
    ["the current one", {}, undefined, "prod"],
  ])("is that of %s", (_, env, named, expected) => {
    expect(settleWith(env, named).name).toBe(expected);
  });

  it("takes service, routing key and user from the environment, but never a key or an address", () => {
    const settled = settleWith({
      ONDUTY_SERVICE: "svc_9",
      ONDUTY_API_KEY: "sk_test_fake_other",
      ONDUTY_BASE_URL: "https://evil.example.test",
    });
    expect(settled.values.service).toEqual({ value: "svc_9", from: "ONDUTY_SERVICE" });
    expect(settled.values.baseUrl).toEqual({ value: "https://prod.example.test", from: "profile" });
    expect(settled.keys.get("api")).toEqual({ source: { text: "sk_test_fake_0001" }, from: "profile" });
  });

  it("reads the vendors' own names for keys", () => {
    expect(settleWith({ ONDUTY_PROVIDER: "flashduty", FLASHDUTY_APP_KEY: "x" }).keys.get("api")?.from).toBe(
      "FLASHDUTY_APP_KEY",
    );
    expect(settleWith({ ONDUTY_PROVIDER: "flotiq", FLOTIQ_API_KEY: "x" }).keys.get("api")?.from).toBe("FLOTIQ_API_KEY");
    expect(settleWith({ ONDUTY_PROVIDER: "flotiq", FLASHDUTY_APP_KEY: "x" }).keys.has("api")).toBe(false);
    const both = { ONDUTY_PROVIDER: "flotiq", FLOTIQ_API_KEY: "x", ONDUTY_API_KEY: "y" };
    expect(settleWith(both).keys.get("api")?.from).toBe("ONDUTY_API_KEY");
  });

  it("of the environment has the vendor's own address where there is one", () => {
    expect(settleWith({ ONDUTY_PROVIDER: "flashduty" }).values.baseUrl).toEqual({
      value: "https://api.flashcat.cloud",
      from: "default",
    });
    expect(() => settleWith({ ONDUTY_PROVIDER: "opsknight" })).toThrow("ONDUTY_BASE_URL is not set");
    expect(() => settleWith({ ONDUTY_PROVIDER: "pager" })).toThrow("opsknight, flashduty, flotiq");
  });

  it.each([
    ["http://opsknight.example.test", "clear text"],
    ["https://user:pass@opsknight.example.test", "must not hold a user or password"],
  ])("written by hand with the address %s is refused", (baseUrl, message) => {
    const byHand: Config = { current: "prod", profiles: new Map([["prod", { provider: "opsknight", baseUrl }]]) };
    const refused = () => resolveSettings({ env: {}, config: byHand });
    expect(refused).toThrow(message);
    expect(refused).toThrow('profile "prod"');
  });
});

describe("a base URL", () => {
  it.each([
    ["https://opsknight.example.test/", "https://opsknight.example.test"],
    ["https://opsknight.example.test/api", "https://opsknight.example.test"],
    ["https://example.test/tools/opsknight/api/", "https://example.test/tools/opsknight"],
    ["http://127.0.0.1:4010/opsknight", "http://127.0.0.1:4010/opsknight"],
  ])("%s is kept as %s", (text, expected) => {
    expect(checkBaseUrl(text, opsknight, false)).toBe(expected);
  });

  it.each([
    ["opsknight.example.test", "has no scheme"],
    ["http://opsknight.example.test", "clear text"],
    ["https://user:pass@opsknight.example.test", "must not hold a user or password"],
    ["https://opsknight.example.test/?a=1", "must end before"],
    ["ftp://opsknight.example.test", "has no scheme"],
  ])("%s is refused: %s", (text, message) => {
    expect(() => checkBaseUrl(text, opsknight, false)).toThrow(message);
  });
});

describe("bad input", () => {
  it.each([
    ["profiles add prod --provider opsknight --base-url opsknight.example.test --stdin", "has no scheme"],
    ["profiles add prod --provider pager --stdin", "is not a provider"],
    ["profiles add prod --provider opsk --stdin", "hint: onduty profiles add prod --provider opsknight\n"],
    ["profiles add bad/name --provider flotiq --stdin", "cannot be the name of a profile"],
    ["profiles add opsknight --provider flotiq --stdin", 'profile "opsknight" already exists'],
    ["profiles use opsknigth", "did you mean opsknight?"],
    ["profiles add prod --provider flotiq --stdin --key-env X", "exclude each other"],
    ["profiles add prod --provider opsknight --stdin", 'cannot ask "Base URL"'],
    ["profiles add prod --provider flotiq", "cannot ask"],
    ["profiles remove opsknight", "onduty profiles remove opsknight --yes"],
    ["keys set opsknight --api-key sk_live_fake_argument_key", "shell's history"],
    ["incidents list --token=sk_live_fake_argument_key", "shell's history"],
    ["--key sk_live_fake_argument_key incidents list", "shell's history"],
    ["keys set sk_live_fake_argument_key", "shell's history"],
    ["keys set opsknight sk_live_fake_argument_key", "shell's history"],
    ["keys set opsknight --stdin fake_argument_key_of_any_form", "shell's history"],
    ["profiles add new sk_live_fake_argument_key --provider flotiq", "shell's history"],
    ["keys set opsknight --api-key=sk_live_fake_argument_key", "shell's history"],
    ["keys set opsknight --apikey=sk_live_fake_argument_key", "shell's history"],
    ["keys set opsknight --change-key=sk_live_fake_argument_key", "shell's history"],
    ["profiles add new --provider flotiq --password sk_live_fake_argument_key", "shell's history"],
    ["keys set opsknight --key-env sk_live_fake_argument_key", "shell's history"],
    ["keys set opsknight --key-command sk_live_fake_argument_key", "shell's history"],
    ["profiles add new --provider sk_live_fake_argument_key_0001", "sk_live_…0001"],
    ["profiles use sk_live_fake_argument_key_0001", "sk_live_…0001"],
    ["profiles rename opsknight sk_live_fake_argument_key/0001", "sk_live_…0001"],
    ["profiles add new --provider opsknight --base-url sk_live_fake_argument_key_0001", "sk_live_…0001"],
    ["profiles add new --provider opsknight --base-url user:argument_key@host.test", 'the base URL "…@host.test"'],
    ["profiles add new --provider opsknight --base-url ftp://u:argument_key/x@host.test", "has no scheme"],
    ["profiles add new --provider flotiq --stdin --proxy socks5://user:argument_key@host.test:1", "is not an http"],
    ["keys set opsknight --keyring", "onduty keys set opsknight --keyring --stdin < FILE"],
    ["keys set opsknight --keyring --key-env KEY", "--keyring stores a key itself"],
    ["keys set opsknight --key-command 'pass \"show'", "a quote that is not closed"],
    ["keys remove opsknight --kind change", 'profile "opsknight" has no change key'],
    ["keys remove opsknight", "onduty keys remove opsknight --kind api --yes"],
    ["keys set opsknight", "onduty keys set opsknight --stdin < FILE"],
    ["keys set flashduty --kind change", "onduty keys set flashduty --kind change --stdin < FILE"],
    ["keys set opsknight --kind change --stdin", "OpsKnight has no change key\nhint: --kind api or integration"],
    ["keys set flotiq --kind integration --key-env K", "Flotiq has no integration key\nhint: --kind api"],
    ["keys validate opsknight --all", "exclude each other"],
    ["keys validate opsknigth", "did you mean opsknight?"],
    ["keys set opsknight --key-env sk-live-fake_argument_key", "takes the name of an environment variable"],
  ])("`%s` is refused, nothing is written, and no key is repeated", async (commandLine, message) => {
    const { code, stdout, stderr } = await run(commandLine, {
      profiles: profilesAt("http://127.0.0.1:1"),
      stdin: "sk_test_fake_stdin_0001\n",
    });
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("argument_key");
    expect(stderr).not.toContain("stdin_0001");
  });

  it("without any profile shows how to add one", async () => {
    const { code, stderr } = await run("incidents list");
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toBe(
      "error: no profile yet\nhint: onduty profiles add prod (to try: onduty sandbox --add-profiles; in CI: set ONDUTY_PROVIDER and ONDUTY_API_KEY)\n",
    );
  });

  it("an integration key where an API key is needed shows what to do", async () => {
    const integration = "00000000fake00000000fake00000001";
    const profiles = {
      prod: { provider: "opsknight", baseUrl: "http://127.0.0.1:1", integrationKey: { text: integration } },
    };
    const { code, stderr } = await run("incidents list", { profiles });
    expect(code).toBe(ExitCode.auth);
    expect(stderr).toContain('profile "prod" has no API key; it has only an integration key, which cannot do this');
    expect(stderr).toContain("hint: onduty keys set prod");
  });
});

describe("profiles and keys", () => {
  it("are added, listed, shown masked, renamed and removed", async () => {
    const home = await tempDir();
    const onduty = async (commandLine: string, stdin?: string) => {
      const result = await run(commandLine, { home, ...(stdin !== undefined && { stdin }) });
      expect(result, commandLine).toMatchObject({ code: 0 });
      expect(result.stdout + result.stderr).not.toContain("secret_part");
      return result;
    };
    await onduty(
      "profiles add eu.prod --provider opsknight --base-url https://opsknight.example.test --stdin",
      "sk_live_fake_secret_part_c123\n",
    );
    await onduty("profiles add second --provider flotiq --key-env SECOND_KEY");
    expect((await onduty("keys list")).stdout).toBe(
      "eu.prod\topsknight\tapi\tsk_live_…c123\tconfig file\nsecond\tflotiq\tapi\t\tenvironment: SECOND_KEY\n",
    );
    expect((await onduty("profiles show")).stdout).toBe(
      "profile\teu.prod\tcurrent\nprovider\topsknight\tprofile\nbaseUrl\thttps://opsknight.example.test\tprofile\napi key\tsk_live_…c123\tprofile, config file\n",
    );
    await onduty("profiles rename eu.prod main");
    await onduty("profiles remove second --yes");
    expect(JSON.parse((await onduty("profiles list --json")).stdout)).toEqual([
      {
        name: "main",
        current: true,
        provider: "opsknight",
        baseUrl: "https://opsknight.example.test",
        keys: ["api"],
        service: null,
      },
    ]);
  });
});
