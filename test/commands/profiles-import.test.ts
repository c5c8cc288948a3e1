import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { type RunOptions, run } from "../support/harness.ts";
import { memoryKeyring } from "../support/keyring.ts";
import { tempDir } from "../support/temp-dir.ts";

/* Keys and accounts are made up; the shape is that of the file that pd 0.1.17 writes. */

const keys = {
  user: "u+fakeKEYnotreal0001",
  account: "fakeAccountKey000001",
  oauth: "pdus+_0XFAKE_notreal_0123456789",
};
const user = (email: string, host: string) => ({
  id: "PUMINA1",
  type: "user",
  name: "Mina",
  email,
  role: "limited_user",
  html_url: `https://${host}.pagerduty.com/users/PUMINA1`,
});
const config = {
  defaultSubdomain: "work",
  subdomains: [
    { alias: "spare", subdomain: "lumen-old", legacyToken: keys.account, isDomainToken: true },
    { alias: "work", subdomain: "lumen", user: user("mina@example.com", "lumen"), legacyToken: keys.user },
    {
      alias: "Over the sea!",
      subdomain: "lumen.eu",
      user: user("mina@example.com", "lumen.eu"),
      accessToken: keys.oauth,
      refreshToken: "pdus+_1XFAKE_refresh_0123456789",
      expiresAt: "2026-11-27T08:00:00.000Z",
    },
  ],
};
const now = new Date("2026-11-28T22:00:00Z");

/** A machine with a file of pd. */
async function machine(content: unknown, options: RunOptions = {}) {
  const home = await tempDir();
  const file = join(home, ".config/pagerduty-cli/config.json");
  if (content !== undefined) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  }
  const onduty = async (line: string, more: RunOptions = {}) => {
    const result = await run(line, { home, now, ...options, ...more });
    for (const key of [...Object.values(keys), "refresh_0123"])
      expect(`${result.stdout}${result.stderr}`).not.toContain(key);
    return result;
  };
  const stored = async () =>
    JSON.parse(await readFile(join(home, ".config/onduty/config.json"), "utf8").catch(() => "null"));
  return { home, file, onduty, stored };
}

describe("profiles import pd", () => {
  it("makes a profile of each account, with its key in the keyring, and the default as the current one", async () => {
    const keyring = memoryKeyring();
    const { onduty, stored, file } = await machine(config, { keyring });
    const { code, stdout, stderr } = await onduty("profiles import pd --json");
    const common = { outcome: "added", stored: "keyring" };
    expect({ code, rows: JSON.parse(stdout) }).toEqual({
      code: 0,
      rows: [
        {
          profile: "spare",
          account: "lumen-old",
          kind: "account",
          user: null,
          ...common,
          message:
            "the key belongs to no user, and changes need the e-mail address of one: onduty profiles edit spare --user EMAIL",
        },
        {
          profile: "work",
          account: "lumen",
          kind: "user",
          user: "mina@example.com",
          ...common,
          message: null,
        },
        {
          profile: "Over-the-sea",
          account: "lumen.eu",
          kind: "oauth",
          user: "mina@example.com",
          ...common,
          message: "the token of the login expired at 2026-11-27T08:00:00.000Z; a key of a user does not expire",
        },
      ],
    });
    for (const line of [
      `${file} still holds the keys`,
      "check them: onduty keys validate spare work Over-the-sea",
      "spare: the key belongs to no user, and changes need the e-mail address of one",
    ])
      expect(stderr).toContain(line);
    const { current, profiles } = await stored();
    expect(current).toBe("work");
    expect(profiles).toMatchObject({
      spare: { provider: "pagerduty", baseUrl: "https://api.pagerduty.com" },
      work: { baseUrl: "https://api.pagerduty.com", user: "mina@example.com" },
      "Over-the-sea": { baseUrl: "https://api.eu.pagerduty.com" },
    });
    expect(JSON.stringify(profiles)).not.toContain("fake");
    expect([...keyring.entries.values()]).toEqual([keys.account, keys.user, keys.oauth]);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(config);
  });

  it("stores the keys in the config file where no keyring responds, and reports it once", async () => {
    const { onduty, stored, home } = await machine(config);
    const { code, stdout, stderr } = await onduty("profiles import pd");
    expect(code).toBe(0);
    expect(stdout).toContain("work\tadded\tlumen\tuser\tmina@example.com\tconfig file\t\n");
    expect(stderr.match(/no keyring took the key/g)).toHaveLength(1);
    expect((await stored()).profiles.work.apiKey).toEqual({ text: keys.user });
    expect((await stat(join(home, ".config/onduty/config.json"))).mode & 0o777).toBe(0o600);
  });

  it("overwrites no profile, and changes nothing the second time", async () => {
    const profiles = { work: { provider: "flotiq", baseUrl: "https://api.flotiq.com" } };
    const { onduty, stored } = await machine(config, { keyring: memoryKeyring() });
    await onduty("profiles import pd --quiet", { profiles });
    const before = await stored();
    expect(before).toMatchObject({ current: "work", profiles: { work: profiles.work } });
    const { code, stdout } = await onduty("profiles import pd --json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      "exists",
      "exists",
      "exists",
    ]);
    expect(await stored()).toEqual(before);
  });

  it("stores nothing with --dry-run", async () => {
    const keyring = memoryKeyring();
    const { onduty, stored } = await machine(config, { keyring });
    const { code, stdout, stderr } = await onduty("profiles import pd --dry-run");
    expect(code).toBe(0);
    expect(stderr).toContain("nothing was changed\n");
    expect(stdout.split("\n").filter((line) => line.includes("\tadded\t"))).toHaveLength(3);
    expect(await stored()).toBeNull();
    expect(keyring.entries.size).toBe(0);
  });

  it("takes the single token of its first versions, and a person for a key of the account", async () => {
    const old = await machine({ token: keys.user });
    expect((await old.onduty("profiles import pd")).stdout).toBe("pd\tadded\t\tuser\t\tconfig file\t\n");
    const { onduty, stored } = await machine(config);
    await onduty("profiles import pd --user ops@example.com");
    expect((await stored()).profiles).toMatchObject({
      spare: { user: "ops@example.com" },
      work: { user: "mina@example.com" },
    });
  });

  it("reads the file that is named, and the folders that pd reads", async () => {
    const { onduty, home, file } = await machine(config);
    expect((await onduty(`profiles import pd ${file} --dry-run`)).code).toBe(0);
    const elsewhere = { env: { PD_CONFIG_DIR: dirname(file), XDG_CONFIG_HOME: "" } };
    expect((await onduty("profiles import pd --dry-run", elsewhere)).code).toBe(0);
    const xdg = { env: { XDG_CONFIG_HOME: join(home, "none") } };
    const { code, stderr } = await onduty("profiles import pd --dry-run", xdg);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(join(home, "none/pagerduty-cli/config.json"));
  });

  it.each([
    ["is not there", undefined, "is not found"],
    ["is empty", "", "it is not JSON"],
    ["is no JSON", "{", "it is not JSON"],
    ["is a list", "[]", "it is not a JSON object"],
    ["is of another program", { profiles: {} }, 'it has neither "subdomains" nor "token"'],
    ["has no accounts", { defaultSubdomain: null, subdomains: [] }, "it has no accounts"],
  ])("is usage, with the path, when the file %s", async (_, content, why) => {
    const { onduty, file, stored } = await machine(content);
    const { code, stdout, stderr } = await onduty("profiles import pd");
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toContain(file);
    expect(stderr).toContain(why);
    expect(await stored()).toBeNull();
  });

  it("is usage when the file is a folder, or the program is unknown", async () => {
    const { onduty, home } = await machine(config);
    expect(await onduty(`profiles import pd ${home}`)).toMatchObject({ code: ExitCode.usage });
    const { code, stderr } = await onduty("profiles import opsgenie");
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("hint: onduty profiles import pd");
  });

  it("imports the good accounts of a file with odd ones, and names those, exit 7", async () => {
    const odd = {
      defaultSubdomain: "gone",
      subdomains: [
        null,
        { alias: "a", legacyToken: "two words" },
        { alias: "a", legacyToken: keys.user },
        { alias: "events", legacyToken: "0123fake89abcdef0123456789abcdef" },
        { alias: keys.account, legacyToken: keys.account },
      ],
    };
    const { onduty, stored } = await machine(odd);
    const { code, stdout, stderr } = await onduty("profiles import pd --json");
    expect(code).toBe(ExitCode.partial);
    const rows = JSON.parse(stdout) as { profile: string; outcome: string; message: string }[];
    expect(rows.map(({ profile, outcome, message }) => [profile, outcome, message])).toEqual([
      ["pd", "failed", "it has no key"],
      ["a", "failed", "the key has spaces or several lines"],
      ["a-2", "added", null],
      ["events", "failed", "its key can only send events"],
      ["pd-2", "added", null],
    ]);
    expect(stderr).toContain("could not import 3 of 5 accounts");
    expect(await stored()).toMatchObject({ current: "a-2" });
  });
});
