import fs, { linkSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { spoolCandidates } from "../../src/cli/completion/spool.ts";
import { maxBeside, Pending } from "../../src/spool/pending.ts";
import { isCorrupt, Spool, type SpoolEntry, streamOf } from "../../src/spool/spool.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";
import { newEntry } from "./entry.ts";

/* A spool with more entries than stand in `pending` itself. */

const count = maxBeside + 40;

interface Long {
  spool: Spool;
  home: string;
  entries: SpoolEntry[];
  /** What stands in `pending` itself. */
  beside(): Promise<string[]>;
}

const template = mkdtempSync(join(tmpdir(), "onduty-test-"));
afterAll(() => rm(template, { recursive: true }));
let inTemplate: SpoolEntry[] | undefined;

/** Entries "key 0" and so on, a minute old, each under its own key. */
async function longSpool(baseUrl?: string): Promise<Long> {
  const home = await tempDir();
  const dir = join(home, ".local/state/onduty/spool");
  const spool = oldSpool(dir);
  let entries: SpoolEntry[];
  if (baseUrl === undefined) {
    inTemplate ??= await fill(oldSpool(template), "https://onduty.test");
    entries = inTemplate;
    linkAll(template, dir);
  } else entries = await fill(spool, baseUrl);
  return { spool, home, entries, beside: () => readdir(join(dir, "pending")) };
}

function oldSpool(dir: string): Spool {
  // Its clock never stands still: else all names would be read for each next place in the order.
  let time = Date.now() - 60_000;
  const now = (): Date => {
    time += 1;
    return new Date(time);
  };
  return new Spool({ dir, now });
}

async function fill(spool: Spool, baseUrl: string): Promise<SpoolEntry[]> {
  const entries: SpoolEntry[] = [];
  for (let index = 0; index < count; index += 1)
    entries.push(await spool.add({ ...newEntry(`key ${index}`), profile: "opsknight", baseUrl }));
  return entries;
}

/** The same files in another folder: those of a spool are replaced and removed, never written again. */
function linkAll(source: string, target: string): void {
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) linkAll(from, to);
    else linkSync(from, to);
  }
}

/** As another process sees it. */
const reopen = ({ dir }: Spool, now = () => new Date()): Spool => new Spool({ dir, now });

async function keysIn(spool: Spool): Promise<string[]> {
  return (await spool.list("pending")).map((entry) => (isCorrupt(entry) ? entry.corrupt : entry.event.dedupKey));
}

const keys = Array.from({ length: count }, (_, index) => `key ${index}`);

describe("a spool with more than a few hundred entries", () => {
  it("has the later ones in folders by stream, which only their owner can enter, and lists all in order", async () => {
    const { spool, beside, entries } = await longSpool();
    const names = await beside();
    expect(names.filter((name) => name.endsWith(".json"))).toHaveLength(maxBeside);
    for (const part of names.filter((name) => !name.endsWith(".json"))) {
      const folder = join(spool.dir, "pending", part);
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
      expect((await readdir(folder)).every((name) => name.split("-")[2]?.startsWith(part))).toBe(true);
    }
    const other = reopen(spool);
    expect(await keysIn(other)).toEqual(keys);
    expect(await other.ids("pending")).toEqual(entries.map(({ id }) => id));
    expect(await other.count("pending")).toBe(count);
    expect(await other.isEmpty()).toBe(false);
  });

  it("finds, changes, refuses, puts back and removes any of them", async () => {
    const { spool } = await longSpool();
    const late = newEntry("late");
    const { id } = await spool.add(late);
    const next = await spool.add(late);
    const other = reopen(spool);
    const stream = streamOf(late);

    expect(await other.pendingOf(stream)).toEqual([id, next.id]);
    expect(await other.streamsBefore(next.id, new Set([stream, "0000000000000000"]))).toEqual(new Set([stream]));
    const lastError = { message: "no response", at: "2026-01-01T00:00:00.000Z", status: null };
    expect(await other.update(id, { attempts: 2, lastError })).toBe(true);
    expect(await other.read("pending", id)).toMatchObject({ attempts: 2, lastError });
    expect(await other.bury(id, lastError)).toBe(true);
    expect([await other.read("pending", id), await other.ids("dead")]).toEqual([undefined, [id]]);
    expect(await other.retry(id)).toBe(true);
    expect(await other.pendingOf(stream)).toEqual([id, next.id]);
    expect(await other.remove("pending", id)).toBe(true);
    expect(await other.remove("pending", id)).toBe(false);
    expect(await other.pendingOf(stream)).toEqual([next.id]);
  });

  it("keeps the order of a key across a clock that steps back", async () => {
    const { spool } = await longSpool();
    const late = newEntry("late");
    const first = await spool.add(late);
    const longAgo = (): Date => new Date(1_500_000_000_000);
    const second = await reopen(spool, longAgo).add(late);
    const batch = await reopen(spool, longAgo).addBatch([newEntry("other"), late]);
    const ids = [first.id, second.id, batch.entries[1]?.id];
    expect(await spool.pendingOf(streamOf(late))).toEqual(ids);
    expect(ids).toEqual([...ids].sort());
  });

  it("is delivered, and leaves no folder", async () => {
    const vendor = (await fakeVendor()).reply("POST /api/events", 200, { result: { action: "triggered" } });
    const { spool, home, beside } = await longSpool(vendor.url);
    const { code } = await run("spool flush", { profiles: profilesAt(vendor.url), home });
    expect(code).toBe(0);
    expect(vendor.requests.map(({ body }) => (body as { dedup_key: string }).dedup_key).sort()).toEqual(
      [...keys].sort(),
    );
    await spool.recover();
    expect(await beside()).toEqual([]);
  });

  it("is empty without entries, whatever folders are left", async () => {
    const { spool, beside, entries } = await longSpool();
    for (const { id } of entries.slice(0, -1)) await spool.remove("pending", id);
    expect(await spool.isEmpty()).toBe(false);
    for (const { id } of entries.slice(-1)) await spool.remove("pending", id);
    expect((await beside()).length).toBeGreaterThan(1);
    expect(await spool.isEmpty()).toBe(true);
  });

  it("is offered by completion, the newest first", async () => {
    const { home, entries } = await longSpool();
    const found = await spoolCandidates("spool", {
      stateDir: join(home, ".local/state/onduty"),
      now: () => new Date(),
    });
    expect(found.slice(0, 3).map(({ word }) => word)).toEqual(
      entries
        .slice(-3)
        .reverse()
        .map(({ id }) => id),
    );
  });

  it("takes an entry whose folder another process removes meanwhile, as it is empty", async () => {
    const { spool, entries } = await longSpool();
    const [pending, other] = [new Pending(join(spool.dir, "pending")), new Pending(join(spool.dir, "pending"))];
    for (const { id } of entries) if (!pending.read().names.includes(`${id}.json`)) await spool.remove("pending", id);
    const id = entries[0]?.id.replace(/-[0-9a-f]{16}-/, "-ffffffffffffffff-") ?? "";
    const draft = join(spool.dir, "tmp", "draft");
    await writeFile(draft, "{}");
    const taking = pending.take(draft, id);
    other.removeEmptyParts();
    expect(other.read().parts).toEqual([]);
    await taking;
    expect(await readdir(join(spool.dir, "pending/ff"))).toEqual([`${id}.json`]);
  });

  it("puts an event beside the others where its folder cannot be used, and leaves nothing in tmp", async () => {
    const { spool } = await longSpool();
    const late = newEntry("late");
    const part = streamOf(late).slice(0, 2);
    await rm(join(spool.dir, "pending", part), { recursive: true, force: true });
    await writeFile(join(spool.dir, "pending", part), "no folder");
    const other = reopen(spool);
    const { id } = await other.add(late);
    expect(await readdir(join(spool.dir, "pending"))).toContain(`${id}.json`);
    expect(await readdir(join(spool.dir, "tmp"))).toEqual([]);
    expect(await other.pendingOf(streamOf(late))).toEqual([id]);
    expect(await other.remove("pending", id)).toBe(true);
  });

  it("lists a folder that cannot be read as one entry of that kind, and delivers all others", async () => {
    const vendor = (await fakeVendor()).reply("POST /api/events", 200, { result: { action: "triggered" } });
    const { spool, home, entries } = await longSpool(vendor.url);
    // Those beside the folders only have to be some.
    const gone = entries.slice(20, maxBeside);
    for (const { id } of gone) await spool.remove("pending", id);
    const { parts } = new Pending(join(spool.dir, "pending")).read();
    const [part = ""] = parts;
    const lost = await readdir(join(spool.dir, "pending", part));
    await rm(join(spool.dir, "pending", part), { recursive: true });
    await writeFile(join(spool.dir, "pending", part), "no folder");
    const options = { profiles: profilesAt(vendor.url), home };
    const { stdout, stderr, code } = await run("spool flush --json", options);
    expect(code).toBe(8);
    expect(stderr).toContain(`ls -ld ${join(spool.dir, "pending", part)}`);
    expect(JSON.parse(stdout)).toMatchObject({
      delivered: entries.length - gone.length - lost.length,
      waiting: 0,
      corrupt: 1,
    });
    expect((await run("spool list --json", options)).stdout).toContain("the folder cannot be read: ENOTDIR");
    expect(await reopen(spool).isEmpty()).toBe(false);
  });

  it("is not read as if nothing waited where a folder cannot be read for the moment", async () => {
    const { spool } = await longSpool();
    const late = newEntry("late");
    await spool.add(late);
    const original = fs.readdirSync;
    onTestFinished(() => {
      fs.readdirSync = original;
      syncBuiltinESMExports();
    });
    fs.readdirSync = ((folder: string) => {
      if (/pending\/[0-9a-f]{2}$/.test(folder))
        throw Object.assign(new Error("too many open files"), { code: "EMFILE" });
      return original(folder);
    }) as typeof original;
    syncBuiltinESMExports();
    const other = reopen(spool);
    await expect(other.pendingOf(streamOf(late))).rejects.toThrow("too many open files");
    await expect(other.count("pending")).rejects.toThrow("too many open files");
  });

  it.each(["show", "retry", "purge --yes"])("knows no folder as an entry: spool %s", async (words) => {
    const { spool, home } = await longSpool();
    const [part = ""] = new Pending(join(spool.dir, "pending")).read().parts;
    const { code, stderr } = await run(`spool ${words} ${part}`, { home });
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining(part) as string });
    expect(await spool.count("pending")).toBe(count);
  });
});
