import { existsSync, readdirSync, readFileSync } from "node:fs";
import { appendFile, mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ownerTag } from "../../src/disk/owner.ts";
import { isCorrupt, Spool } from "../../src/spool/spool.ts";
import { rounds } from "../support/rounds.ts";
import { tempDir } from "../support/temp-dir.ts";
import { newEntry } from "./entry.ts";

// No process has so high a number.
const dead = ownerTag().replace(/-\d+-\d+$/, "-99999999-1");

async function openSpool(): Promise<Spool> {
  return new Spool({ dir: join(await tempDir(), "spool"), now: () => new Date() });
}

async function keysIn(spool: Spool): Promise<string[]> {
  return (await spool.list("pending")).map((entry) => (isCorrupt(entry) ? "?" : entry.event.dedupKey));
}

const filesOf = (spool: Spool): Promise<string[]> => readdir(join(spool.dir, "pending"));

describe("events that share a file", () => {
  it("are known to be done before the file goes, should a crash come in between", async () => {
    const spool = await openSpool();
    const batch = await spool.addBatch([newEntry("a"), newEntry("b")]);
    const pending = join(spool.dir, "pending");
    const [file = ""] = await filesOf(spool);
    // A folder of that name cannot be removed as a file, so that all stops before that.
    await rename(join(pending, file), join(pending, "aside"));
    await mkdir(join(pending, file));
    for (const { id } of batch.entries) batch.finish(id);
    const log = readdirSync(pending).find((name) => name.endsWith(".log")) ?? "";
    const marks = readFileSync(join(pending, log), "utf8");
    for (const { id } of batch.entries) expect(marks).toContain(JSON.stringify({ id, done: true }));
  });

  it("leave nothing on disk when they are done", async () => {
    const spool = await openSpool();
    const batch = await spool.addBatch([newEntry("a"), newEntry("b")]);
    for (const { id } of batch.entries) batch.finish(id);
    expect(await filesOf(spool)).toEqual([]);
  });

  it("leave nothing on disk when many are done at the same time", async () => {
    for (let round = 0; round < rounds(20, 5); round += 1) {
      const spool = await openSpool();
      const batch = await spool.addBatch(Array.from({ length: 40 }, (_, index) => newEntry(`k${index}`)));
      await batch.release();
      await Promise.all(batch.entries.map(({ id }) => spool.remove("pending", id)));
      expect(await filesOf(spool)).toEqual([]);
    }
  });

  it("are one and the same for all who look at once", async () => {
    const spool = await openSpool();
    const batch = await spool.addBatch([newEntry("a"), newEntry("b")]);
    const { entries } = batch;
    await batch.release();
    const found = await Promise.all(entries.map(({ id }) => spool.remove("pending", id)));
    expect(found).toEqual([true, true]);
    expect(await filesOf(spool)).toEqual([]);
    expect(await Promise.all(entries.map(({ id }) => spool.remove("pending", id)))).toEqual([false, false]);
  });

  it("heed a mark of which only the first half had been written at the last look", async () => {
    const spool = await openSpool();
    const batch = await spool.addBatch([newEntry("a"), newEntry("b")]);
    const { entries } = batch;
    await batch.release();
    const [name = ""] = await filesOf(spool);
    const log = join(spool.dir, "pending", name.replace(/batch$/, "log"));
    const mark = `\n${JSON.stringify({ id: entries[0]?.id, done: true })}\n`;
    await writeFile(log, mark.slice(0, 30));
    expect(await keysIn(spool)).toEqual(["a", "b"]);
    await appendFile(log, mark.slice(30));
    expect(await keysIn(spool)).toEqual(["b"]);
  });
});

describe("what a killed process leaves", () => {
  it("hinders no lock, and no guard of one stays", async () => {
    const spool = await openSpool();
    await (await spool.lock("k", { waitMs: 0 }))?.();
    const file = join(spool.dir, "locks", "k");
    await writeFile(file, dead);
    await writeFile(`${file}.break`, dead);
    await spool.recover();
    expect(existsSync(`${file}.break`)).toBe(false);
    const release = await spool.lock("k", { waitMs: 0 });
    expect(release).not.toBeNull();
    await release?.();
    expect(await readdir(join(spool.dir, "locks"))).toEqual([]);
  });

  it("is seen to need a recovery", async () => {
    const spool = await openSpool();
    const batch = await spool.addBatch([newEntry("a")]);
    const next = (): Spool => new Spool({ dir: spool.dir, now: () => new Date() });
    expect(await spool.mayNeedRecovery()).toBe(false);
    const [name = ""] = await filesOf(spool);
    await rename(join(spool.dir, "pending", name), join(spool.dir, "pending", name.replace(ownerTag(), dead)));
    expect(await next().mayNeedRecovery()).toBe(true);
    expect((await spool.recover()).recovered).toEqual(batch.entries.map(({ id }) => id));
    expect(await next().mayNeedRecovery()).toBe(false);
  });
});
