import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { Spool, type SpoolEntry, streamOf } from "../../src/spool/spool.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";
import { newEntry } from "./entry.ts";

/* What a spool costs that an outage has made long. */

const route = "POST /api/events";
const taken = { status: "success", result: { action: "triggered", incident: { id: "inc_1", title: "x" } } };

/** Names of the files in `pending` that are read from now on. */
function watchReads(): string[] {
  const names: string[] = [];
  const { readFileSync, promises } = fs;
  const { readFile } = promises;
  const note = (file: unknown): void => {
    if (typeof file === "string" && file.includes("spool/pending")) names.push(basename(file));
  };
  fs.readFileSync = ((file: string, ...rest: []) => {
    note(file);
    return readFileSync(file, ...rest);
  }) as typeof readFileSync;
  promises.readFile = ((file: string, ...rest: []) => {
    note(file);
    return readFile(file, ...rest);
  }) as typeof readFile;
  syncBuiltinESMExports();
  onTestFinished(() => {
    fs.readFileSync = readFileSync;
    promises.readFile = readFile;
    syncBuiltinESMExports();
  });
  return names;
}

async function fill(dir: string, baseUrl: string, keys: readonly string[]): Promise<SpoolEntry[]> {
  const spool = new Spool({ dir, now: () => new Date(Date.now() - 60_000) });
  const entries: SpoolEntry[] = [];
  for (const key of keys) entries.push(await spool.add({ ...newEntry(key), profile: "opsknight", baseUrl }));
  return entries;
}

describe("a new event", () => {
  it("goes out before any file is read but those of its own key, however many wait", async () => {
    const vendor = await fakeVendor();
    const home = await tempDir();
    const dir = join(home, ".local/state/onduty/spool");
    const others = Array.from({ length: 60 }, (_, index) => `other-${index}`);
    const [, own] = await fill(dir, vendor.url, [...others.slice(0, 30), "own", ...others.slice(30)]).then(
      (entries) => [entries, entries.find(({ event }) => event.dedupKey === "own")] as const,
    );
    const stream = own === undefined ? "" : streamOf(own);
    const names = watchReads();
    const readBefore: string[][] = [];
    vendor.handle(route, (_, response) => {
      readBefore.push([...names]);
      response.writeHead(202, { "content-type": "application/json" }).end(JSON.stringify(taken));
    });

    const options = { profiles: profilesAt(vendor.url), home };
    expect((await run("events trigger again --dedup-key own", options)).code).toBe(ExitCode.ok);

    const sent = vendor.requests.map(({ body }) => (body as { dedup_key: string }).dedup_key);
    expect(sent.slice(0, 2)).toEqual(["own", "own"]);
    expect(sent).toHaveLength(62);
    const [, beforeNew = []] = readBefore;
    expect(beforeNew.length).toBeGreaterThan(0);
    expect(beforeNew.filter((name) => !name.includes(stream))).toEqual([]);
  });
});

describe("a long spool", () => {
  it("is read once by a list, and by a flush", async () => {
    const vendor = (await fakeVendor()).reply(route, 202, taken);
    const home = await tempDir();
    const keys = Array.from({ length: 60 }, (_, index) => `key-${index}`);
    await fill(join(home, ".local/state/onduty/spool"), vendor.url, keys);
    const names = watchReads();
    const options = { profiles: profilesAt(vendor.url), home };
    const { stdout } = await run("spool list -o ndjson", options);
    expect(stdout.trim().split("\n")).toHaveLength(60);
    expect(names).toHaveLength(60);

    names.length = 0;
    expect((await run("spool flush --json", options)).code).toBe(ExitCode.ok);
    expect(vendor.requests).toHaveLength(60);
    expect(names).toHaveLength(60);
  });
});
