import { renameSync } from "node:fs";
import { chmod, readdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCache } from "../../../src/cli/completion/cache.ts";
import { answerRequest } from "../../../src/cli/completion/request.ts";
import { createContext } from "../../../src/cli/runtime.ts";
import { noKeyring } from "../../support/keyring.ts";
import { fakeKeys, profilesAt } from "../../support/profiles.ts";
import { memoryStreams } from "../../support/streams.ts";
import { cacheOf, homeAt, incident, offered, readCache, vendorWith } from "./requests.ts";

function writeConfig(home: string, config: object | string): Promise<void> {
  const text = typeof config === "string" ? config : JSON.stringify(config);
  return writeFile(join(home, ".config/onduty/config.json"), text, { mode: 0o600 });
}

/**
 * Asks in this process, which has run for too long to wait for a vendor. What is to go on in the background has ended when
 * this resolves; `started` is how often that was.
 */
async function ask(home: string, args: string[], now: () => Date = () => new Date()) {
  const { streams, stdout, stderr } = memoryStreams({});
  const context = createContext({
    streams,
    env: {},
    signal: new AbortController().signal,
    takeSignals: () => () => {},
    home,
    platform: "linux",
    keyring: noKeyring(),
    now,
    prompt: () => Promise.reject(new Error("nobody is there")),
  });
  const started: string[][] = [];
  await answerRequest(args, context, async (words) => void started.push(words));
  const said = { stdout: stdout(), stderr: stderr(), started: started.length };
  for (const [, ...words] of started) await answerRequest(words, context, async () => {});
  expect(stdout() + stderr()).toBe(said.stdout + said.stderr);
  return said;
}

const silence = { stdout: "", stderr: "" };

/** Asks for what nobody has asked for yet; gives the file of the cache. */
async function cached(home: string, args: string[]): Promise<{ file: string; text: string }> {
  expect(await ask(home, args)).toEqual({ ...silence, started: 1 });
  const found = await readCache(home);
  if (found === undefined) throw new Error("nothing was kept");
  return found;
}

describe("a completion request", () => {
  it("asks the vendor once a minute", async () => {
    const vendor = await vendorWith([incident]);
    const home = await homeAt(vendor.url);
    const { file, text } = await cached(home, ["incidents"]);
    const answer = { stdout: offered, stderr: "", started: 0 };
    expect(await ask(home, ["incidents"])).toEqual(answer);
    expect(await ask(home, ["incidents"])).toEqual(answer);
    expect(vendor.requests).toHaveLength(1);
    expect(text).not.toContain(fakeKeys.opsknight);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(cacheOf(home))).mode & 0o777).toBe(0o700);

    const { at, ...rest } = JSON.parse(text) as { at: number };
    await writeFile(file, JSON.stringify({ ...rest, at: at - 61_000, found: [{ word: "old", about: "" }] }));
    expect((await cached(home, ["incidents"])).text).toContain("inc_1");
    expect(await ask(home, ["incidents"])).toEqual(answer);
    expect(vendor.requests).toHaveLength(2);
  });

  it("asks anew in the background when half a minute has gone, and answers at once", async () => {
    const vendor = await vendorWith([incident]);
    const home = await homeAt(vendor.url);
    const { file, text } = await cached(home, ["incidents"]);
    const { at, ...rest } = JSON.parse(text) as { at: number };
    await writeFile(file, JSON.stringify({ ...rest, at: at - 31_000 }));
    expect(await ask(home, ["incidents"])).toEqual({ stdout: offered, stderr: "", started: 1 });
    expect(vendor.requests).toHaveLength(2);
    expect(await ask(home, ["incidents"])).toEqual({ stdout: offered, stderr: "", started: 0 });
    expect(vendor.requests).toHaveLength(2);
  });

  it("does not ask the vendor again when another process has just done so", async () => {
    const home = await homeAt("http://127.0.0.1:9");
    const cache = openCache(
      join(home, ".local/state/onduty"),
      { name: "opsknight", baseUrl: "http://127.0.0.1:9" },
      "incidents",
    );
    await cache.claim(Date.now());
    await cache.write([{ word: "inc_1", about: "open: Disk full" }], Date.now());
    await cache.release();
    const [name = ""] = await readdir(cacheOf(home));
    const [file, aside] = [join(cacheOf(home), name), join(home, "aside")];
    await rename(file, aside);
    let looks = 0;
    // Between the look into the cache and the right to refresh it.
    const now = (): Date => {
      looks += 1;
      if (looks === 2) renameSync(aside, file);
      return new Date();
    };
    expect(await ask(home, ["incidents"], now)).toEqual({ stdout: offered, stderr: "", started: 0 });
    // The right is given back.
    expect(await readdir(cacheOf(home))).toEqual([name]);
  });

  it("does not mix up profiles", async () => {
    const [one, other] = [await vendorWith([incident]), await vendorWith([{ ...incident, id: "inc_2" }])];
    const home = await homeAt(one.url);
    const { opsknight } = profilesAt(other.url);
    await writeConfig(home, { current: "opsknight", profiles: { ...profilesAt(one.url), other: opsknight } });
    for (const [args, id] of [
      [[], "inc_1"],
      [["--profile", "other"], "inc_2"],
    ] as const) {
      await ask(home, ["incidents", ...args]);
      expect((await ask(home, ["incidents", ...args])).stdout).toContain(id);
    }
  });

  it("has nothing of what a vendor does not have", async () => {
    const home = await homeAt("http://127.0.0.1:9");
    const { text } = await cached(home, ["incidents", "--profile", "flotiq"]);
    expect(JSON.parse(text)).toMatchObject({ found: [] });
    expect(await ask(home, ["incidents", "--profile", "flotiq"])).toMatchObject(silence);
  });

  it.each([
    ["a configuration that is not JSON", "{"],
    ["one of an unknown shape", '{"profiles": []}'],
    ["a current profile that is not there", '{"current": "gone", "profiles": {}}'],
  ])("says nothing of %s", async (_, text) => {
    const home = await homeAt("http://127.0.0.1:9");
    await writeConfig(home, text);
    for (const kind of ["profiles", "incidents", "spool"]) expect(await ask(home, [kind])).toMatchObject(silence);
  });

  it.each([[[]], [["nonsense"]], [["incidents", "--profile"]], [["incidents", "--profile", "nobody"]]])(
    "says nothing to %j",
    async (args) => {
      const home = await homeAt("http://127.0.0.1:9");
      await writeConfig(home, { profiles: {} });
      expect(await ask(home, args)).toMatchObject(silence);
    },
  );

  it("leaves the telling of a file that others can read to a command that somebody reads", async () => {
    const home = await homeAt("http://127.0.0.1:9");
    const file = join(home, ".config/onduty/config.json");
    await chmod(file, 0o644);
    await cached(home, ["incidents", "--profile", "flotiq"]);
    expect(await ask(home, ["incidents", "--profile", "flotiq"])).toMatchObject(silence);
    expect((await stat(file)).mode & 0o777).toBe(0o644);
  });

  it("reads a cache that somebody has damaged as none", async () => {
    const vendor = await vendorWith([incident]);
    const home = await homeAt(vendor.url);
    const { file } = await cached(home, ["incidents"]);
    for (const text of ["", "{", "null", '{"version":1,"at":"now"}', '{"version":1,"at":9e15,"found":[1]}']) {
      await writeFile(file, text);
      expect(await ask(home, ["incidents"])).toMatchObject({ ...silence, started: 1 });
    }
    expect((await ask(home, ["incidents"])).stdout).toBe(offered);
    expect(vendor.requests).toHaveLength(6);
  });
});
