import { readFile, rename, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { type RunOptions, type RunResult, run } from "../support/harness.ts";
import { memoryKeyring, noKeyring } from "../support/keyring.ts";
import { fakeKeys, profilesAt } from "../support/profiles.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";

const key = "sk_test_fake_in_the_keyring_0001";
const other = "sk_test_fake_in_the_keyring_0002";

/** A home with a keyring, and the commands that are run there. */
async function machine(vendor = "flotiq") {
  const home = await tempDir();
  const keyring = memoryKeyring();
  const file = join(home, ".config/onduty/config.json");
  const at = (commandLine: string, options: RunOptions = {}): Promise<RunResult> =>
    run(commandLine, { home, keyring, ...options });
  await at(`profiles add prod --provider ${vendor}`, { tty: true, answers: [""] });
  return { home, keyring, file, at, config: async () => JSON.parse(await readFile(file, "utf8")) };
}

describe("a key in the keyring", () => {
  it("is put there by `keys set`, and nowhere else", async () => {
    const { keyring, at, file, config } = await machine();
    const { code, stdout, stderr } = await at("keys set prod --keyring --stdin", { stdin: `${key}\n` });

    const [[account, stored] = []] = keyring.entries;
    expect(account).toMatch(/^prod\/api\/[0-9a-f]{8}$/);
    expect(stored).toBe(key);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: "",
      stderr: `stored the api key of "prod" sk_test_…0001 (keyring: ${account})\n`,
    });
    expect((await config()).profiles.prod.apiKey).toEqual({ keyring: account });
    expect(await readFile(file, "utf8")).not.toContain("in_the_keyring");
  });

  it("is put there by `profiles add`, under the kind it turns out to be", async () => {
    const { keyring, at, config } = await machine();
    const add = "profiles add ops --provider opsknight --base-url https://opsknight.example.test --keyring --stdin";
    expect((await at(add, { stdin: fakeKeys.opsknightIntegration.replaceAll("k", "c") })).code).toBe(0);
    const [account = ""] = keyring.entries.keys();
    expect(account).toMatch(/^ops\/(api|integration)\/[0-9a-f]{8}$/);
    expect(Object.values((await config()).profiles.ops)).toContainEqual({ keyring: account });
  });

  it("is asked for at a terminal", async () => {
    const { keyring, at } = await machine();
    expect((await at("keys set prod --keyring", { tty: true, answers: [key] })).code).toBe(0);
    expect([...keyring.entries.values()]).toEqual([key]);
  });

  it("is listed with the place where it lives, and not asked for to do so", async () => {
    const { keyring, at } = await machine();
    await at("keys set prod --keyring --stdin", { stdin: key });
    const [account] = keyring.entries.keys();
    const listed = await at("keys list --json", { keyring: noKeyring() });
    expect(JSON.parse(listed.stdout)).toEqual([
      { profile: "prod", provider: "flotiq", kind: "api", key: null, source: `keyring: ${account}` },
    ]);
    expect((await at("profiles show prod", { keyring: noKeyring() })).stdout).toContain(
      `api key\t\tprofile, keyring: ${account}`,
    );
  });

  it("is what the vendor gets, also under the profile's next name", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: [] });
    const home = await tempDir();
    const keyring = memoryKeyring();
    const { opsknight } = profilesAt(vendor.url);
    await run("keys set opsknight --keyring --stdin", { home, keyring, profiles: { opsknight }, stdin: key });
    await run("profiles rename opsknight eu.prod", { home, keyring });
    expect(await run("incidents list --json", { home, keyring })).toMatchObject({ code: 0, stdout: "[]\n" });
    expect(vendor.requests[0]?.headers.authorization).toBe(`Bearer ${key}`);
  });

  it("leaves it when it is replaced or removed, or its profile is", async () => {
    const { keyring, at } = await machine("opsknight --base-url https://opsknight.example.test");
    const set = "keys set prod --keyring --stdin";
    await at(set, { stdin: key });
    await at(set, { stdin: other });
    expect([...keyring.entries.values()]).toEqual([other]);
    await at("keys set prod --key-env KEY_OF_PROD");
    expect(keyring.entries.size).toBe(0);
    await at(set, { stdin: key });
    await at("keys remove prod --yes");
    expect(keyring.entries.size).toBe(0);
    await at(set, { stdin: key });
    await at(`${set} --kind integration`, { stdin: other });
    expect(keyring.entries.size).toBe(2);
    expect((await at("profiles remove prod --yes")).code).toBe(0);
    expect(keyring.entries.size).toBe(0);
  });

  it.each(["keys set prod --keyring --stdin", "profiles add new --provider flotiq --keyring --stdin"])(
    "is taken back when the configuration cannot be written: `%s`",
    async (commandLine) => {
      const { home, keyring, at } = await machine();
      await rename(join(home, ".config/onduty"), join(home, "elsewhere"));
      await symlink(join(home, "elsewhere"), join(home, ".config/onduty"));
      expect((await at(commandLine, { stdin: key })).code).toBe(ExitCode.usage);
      expect(keyring.entries.size).toBe(0);
    },
  );
});

describe("where no keyring answers", () => {
  it("the key is stored in the config file, and that is reported", async () => {
    const { at, config, file } = await machine();
    const { code, stderr } = await at("keys set prod --keyring --stdin --quiet", {
      stdin: key,
      keyring: noKeyring("there is no session bus"),
    });
    expect(code).toBe(0);
    expect(stderr).toBe(
      "warning: no keyring took the key: there is no session bus; it is stored in the config file (mode 0600)\nhint: install one\n",
    );
    expect((await config()).profiles.prod.apiKey).toEqual({ text: key });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse((await at("keys list --json")).stdout)).toMatchObject([{ source: "config file" }]);
  });

  it("a command that needs the key exits 4, with the reason", async () => {
    const { at } = await machine();
    await at("keys set prod --keyring --stdin", { stdin: key });
    const { code, stdout, stderr } = await at("content types", {
      keyring: noKeyring("it did not respond within 3 s; is it locked?"),
    });
    expect({ code, stdout, stderr }).toEqual({
      code: ExitCode.auth,
      stdout: "",
      stderr:
        "error: the key is in the keyring, which cannot be read: it did not respond within 3 s; is it locked?\nhint: install one\n",
    });
  });

  it("a key that cannot be removed is reported, and exits 7", async () => {
    const { at, keyring, config } = await machine();
    await at("keys set prod --keyring --stdin", { stdin: key });
    const [account] = keyring.entries.keys();
    const { code, stderr } = await at("profiles remove prod --yes", { keyring: noKeyring("it is locked") });
    expect(code).toBe(ExitCode.partial);
    expect(stderr).toContain(`warning: the keyring still has the key, as "${account}" of onduty: it is locked\n`);
    expect((await config()).profiles).toEqual({});
  });
});
