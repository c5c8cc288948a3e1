import { describe, expect, it } from "vitest";
import { cleanKey, looksLikeKey, type ReadKeyOptions, readKey, splitCommand } from "../../src/keys/read.ts";
import { memoryKeyring, noKeyring } from "../support/keyring.ts";

const options: ReadKeyOptions = {
  env: { PATH: process.env.PATH },
  signal: new AbortController().signal,
  keyring: memoryKeyring(),
};
const fromCommand = (command: string, more: Partial<ReadKeyOptions> = {}) =>
  readKey({ command }, { ...options, ...more });

describe("a key", () => {
  it("is read from the file, a variable, or the first line of a command", async () => {
    expect(await readKey({ text: "sk_test_fake_0001\n" }, options)).toBe("sk_test_fake_0001");
    expect(await readKey({ env: "KEY" }, { ...options, env: { KEY: "sk_test_fake_0002" } })).toBe("sk_test_fake_0002");
    expect(await fromCommand("sh -c 'echo sk_test_fake_0003; echo second line'")).toBe("sk_test_fake_0003");
    expect(await fromCommand("printf sk_test_fake_0004")).toBe("sk_test_fake_0004");
  });

  it("command runs without a shell", async () => {
    expect(await fromCommand("echo $HOME;id|cat")).toBe("$HOME;id|cat".trim());
  });

  it("command sees the environment it was given", async () => {
    expect(await fromCommand("sh -c 'echo $WHICH'", { env: { ...options.env, WHICH: "sk_test_fake_0005" } })).toBe(
      "sk_test_fake_0005",
    );
  });

  it("command gets no standard input that is meant for us", async () => {
    expect(await fromCommand("sh -c 'cat; echo sk_test_fake_0006'")).toBe("sk_test_fake_0006");
  });

  it("command may print without end", async () => {
    const command = "sh -c 'echo sk_test_fake_0007; head -c 50000000 /dev/zero'";
    expect(await fromCommand(command)).toBe("sk_test_fake_0007");
  });

  it("command is not waited for when what it started holds its output open", async () => {
    const started = Date.now();
    expect(await fromCommand("sh -c 'sleep 4 2>/dev/null & echo sk_test_fake_0008'")).toBe("sk_test_fake_0008");
    expect(Date.now() - started).toBeLessThan(3000);
  });

  it.each([
    ["sh -c 'echo sk_test_fake_leak; exit 3'", 'the key command "sh" ended with 3'],
    ["sh -c 'echo sk_test_fake_leak; kill -9 $$'", "was ended by SIGKILL"],
    ["no-such-command-here sk", "was not found"],
    ["true", "is empty"],
    ["sh -c 'echo sk_test_fake_leak with spaces'", "has spaces"],
    ["sh -c 'printf \"sk_test_fake_leak\\\\033[2J\"'", "characters that keys cannot contain"],
  ])("command that fails tells why, never what it printed: %s", async (command, why) => {
    const failed = await fromCommand(command).catch((error: Error) => error);
    expect(failed).toMatchObject({ kind: "auth", message: expect.stringContaining(why) });
    expect((failed as Error).message).not.toContain("leak");
  });

  it("command that takes too long is ended, even one that ignores being asked", async () => {
    const stubborn = "sh -c 'trap \"\" TERM; while :; do sleep 0.1; done'";
    await expect(fromCommand(stubborn, { timeoutMs: 300 })).rejects.toMatchObject({
      kind: "auth",
      message: expect.stringContaining("took longer than 0.3 s"),
    });
  });

  it("command that prints without end and without a line is ended", async () => {
    await expect(fromCommand("cat /dev/zero")).rejects.toMatchObject({
      kind: "auth",
      message: 'the key command "cat" prints no line that could be a key',
    });
  });

  it("command is ended when the user interrupts, and that is no missing key", async () => {
    const abort = new AbortController();
    const asked = fromCommand("sleep 60", { signal: abort.signal });
    abort.abort("SIGINT");
    await expect(asked).rejects.toMatchObject({ kind: "interrupted" });
  });

  it("variable that is not set is named", async () => {
    await expect(readKey({ env: "PROD_KEY" }, options)).rejects.toMatchObject({
      kind: "auth",
      message: expect.stringContaining("PROD_KEY"),
      hint: "export PROD_KEY=...",
    });
  });

  it("is read from the keyring", async () => {
    await options.keyring.set("prod/api/0001", "sk_test_fake_0010");
    expect(await readKey({ keyring: "prod/api/0001" }, options)).toBe("sk_test_fake_0010");
    await expect(readKey({ keyring: "prod/api/0002" }, options)).rejects.toMatchObject({
      kind: "auth",
      message: 'the keyring has no entry "prod/api/0002"',
    });
    const locked = noKeyring("it did not respond within 3 s; is it locked?");
    await expect(readKey({ keyring: "prod/api/0001" }, { ...options, keyring: locked })).rejects.toMatchObject({
      kind: "auth",
      message: expect.stringContaining("is it locked?"),
    });
  });

  it.each([
    ["  sk_test_fake_0001 \r\n", "sk_test_fake_0001"],
    ["\ufeffsk_test_fake_0001", "sk_test_fake_0001"],
  ])("%j is kept as %s", (text, key) => {
    expect(cleanKey(text)).toBe(key);
  });

  it.each([
    ["", "empty"],
    [" \n", "empty"],
    ["two words", "spaces"],
    ["a\nb", "lines"],
    ["ключ", "characters"],
    ["a\u0000b", "characters"],
  ])("%j is refused", (text, why) => {
    expect(() => cleanKey(text)).toThrow(why);
  });

  it.each([
    ["sk_live_fake_0001", true],
    ["sk_test_fake_0001", true],
    ["ok_fakefakefakefakefakefakefakefakefakefakefak", true],
    ["00000000fake00000000face00000001".replace("k", "c"), true],
    ["ok_production", false],
    ["eu.prod", false],
    ["PROD_KEY", false],
  ])("%s looks like one: %s", (word, looks) => {
    expect(looksLikeKey(word)).toBe(looks);
  });
});

describe("a key command", () => {
  it.each([
    ["pass show opsknight", ["pass", "show", "opsknight"]],
    ["sh -c 'a b | c'", ["sh", "-c", "a b | c"]],
    ['op read "op://Vault/On Call/key"', ["op", "read", "op://Vault/On Call/key"]],
    ["a\\ b c", ["a b", "c"]],
    ['a"b c"d', ["ab cd"]],
    ['echo ""', ["echo", ""]],
    ['"a \\"b\\""', ['a "b"']],
  ])("%s is the words %j", (command, words) => {
    expect(splitCommand(command)).toEqual(words);
  });

  it.each([
    ["", "empty"],
    ["  ", "empty"],
    ["pass 'show", "not closed"],
    ['pass "show', "not closed"],
  ])("%j is refused", (command, why) => {
    expect(() => splitCommand(command)).toThrow(why);
  });
});
