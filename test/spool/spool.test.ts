import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isCorrupt, type NewEntry, Spool } from "../../src/spool/spool.ts";
import { tempDir } from "../support/temp-dir.ts";
import { newEntry } from "./entry.ts";

async function spoolAt(...times: number[]): Promise<Spool> {
  const dir = join(await tempDir(), "spool");
  return new Spool({ dir, now: () => new Date((times.length > 1 ? times.shift() : times[0]) ?? 0) });
}

async function keysIn(spool: Spool): Promise<string[]> {
  return (await spool.list("pending")).map((entry) => (isCorrupt(entry) ? "?" : entry.event.dedupKey));
}

describe("the spool", () => {
  it("keeps an event in a file only its owner can read, and nothing in tmp", async () => {
    const spool = await spoolAt(1_700_000_000_000);
    const { id } = await spool.add(newEntry("disk"));

    const file = join(spool.dir, "pending", `${id}.json`);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual({
      version: 1,
      id,
      createdAt: "2023-11-14T22:13:20.000Z",
      ...newEntry("disk"),
      attempts: 0,
      lastError: null,
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    for (const folder of ["", "tmp", "pending", "dead"]) {
      expect((await stat(join(spool.dir, folder))).mode & 0o777).toBe(0o700);
    }
    expect(await readdir(join(spool.dir, "tmp"))).toEqual([]);
  });

  it("closes folders that others could look into", async () => {
    const dir = join(await tempDir(), "spool");
    await mkdir(join(dir, "pending"), { recursive: true });
    await chmod(dir, 0o755);
    await new Spool({ dir, now: () => new Date() }).add(newEntry("disk"));
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
  });

  it("keeps the order within one millisecond", async () => {
    const spool = await spoolAt(1_700_000_000_000);
    const keys = Array.from({ length: 30 }, (_, index) => `key ${index}`);
    for (const key of keys) await spool.add(newEntry(key));
    expect(await keysIn(spool)).toEqual(keys);
  });

  it("keeps the order across a clock that steps back, also for another process", async () => {
    const dir = join(await tempDir(), "spool");
    const spool = new Spool({ dir, now: () => new Date(1_700_000_000_000) });
    const later = new Spool({ dir, now: () => new Date(1_600_000_000_000) });
    await spool.add(newEntry("first"));
    await later.add(newEntry("second"));
    await spool.add(newEntry("third"));
    await later.add(newEntry("fourth"));
    expect(await keysIn(spool)).toEqual(["first", "second", "third", "fourth"]);
  });

  it("adds at once what is added at once", async () => {
    const spool = await spoolAt(1_700_000_000_000);
    const keys = Array.from({ length: 50 }, (_, index) => `key ${index}`);
    const entries = await Promise.all(keys.map((key) => spool.add(newEntry(key))));
    expect(new Set(entries.map(({ id }) => id)).size).toBe(50);
    expect(await keysIn(spool)).toEqual(keys);
  });

  it("reports what it cannot read, keeps it, and lists the rest", async () => {
    const spool = await spoolAt(1_700_000_000_000);
    const { id } = await spool.add(newEntry("disk"));
    await writeFile(
      join(spool.dir, "pending", "000000000000000-000000-0000000000000000-00000000.json"),
      '{"version":1,',
    );
    await writeFile(join(spool.dir, "pending", "notes.txt"), "mine");
    await writeFile(join(spool.dir, "pending", "empty.json"), "");
    await writeFile(join(spool.dir, "pending", "new.json"), '{"version":7}');

    expect(await spool.list("pending")).toEqual([
      { id: "000000000000000-000000-0000000000000000-00000000", corrupt: "the file is not complete JSON" },
      expect.objectContaining({ id }),
      { id: "empty.json", corrupt: "the file is empty" },
      { id: "new.json", corrupt: 'format version "7" is not known' },
      { id: "notes.txt", corrupt: "the file is not complete JSON" },
    ]);
    expect(await spool.remove("pending", "notes.txt")).toBe(true);
    expect(await readdir(join(spool.dir, "pending"))).toHaveLength(4);
  });

  it("notes a failure, buries, and puts back at the old place", async () => {
    let time = 1_700_000_000_000;
    const dir = join(await tempDir(), "spool");
    const spool = new Spool({ dir, now: () => new Date(time++) });
    const { id } = await spool.add(newEntry("first"));
    await spool.add(newEntry("second"));
    const lastError = { message: "summary is too long", at: "2023-11-14T22:13:20.000Z", status: 400 };

    expect(await spool.update(id, { attempts: 3, lastError: null })).toBe(true);
    expect(await spool.bury(id, lastError)).toBe(true);
    expect(await keysIn(spool)).toEqual(["second"]);
    expect(await spool.list("dead")).toEqual([expect.objectContaining({ id, attempts: 4, lastError })]);

    expect(await spool.retry(id)).toBe(true);
    expect(await spool.list("dead")).toEqual([]);
    expect(await keysIn(spool)).toEqual(["first", "second"]);
    expect(await spool.retry(id)).toBe(false);
  });

  it("does not bring back by a note what was removed", async () => {
    const spool = await spoolAt(1_700_000_000_000);
    const { id } = await spool.add(newEntry("disk"));
    await spool.remove("pending", id);
    expect(await spool.update(id, { attempts: 1, lastError: null })).toBe(false);
    expect(await spool.list("pending")).toEqual([]);
    expect(await readdir(join(spool.dir, "tmp"))).toEqual([]);
  });

  it.each(["../pending/x", "..", ".", "", "a/b", "a\\b"])("takes the id `%s` for no file", async (id) => {
    const spool = await spoolAt(1_700_000_000_000);
    await spool.add(newEntry("disk"));
    expect(await spool.read("dead", id)).toBeUndefined();
    expect(await spool.remove("dead", id)).toBe(false);
  });

  it("fails when its folder cannot be made", async () => {
    const file = join(await tempDir(), "file");
    await writeFile(file, "");
    const spool = new Spool({ dir: join(file, "spool"), now: () => new Date() });
    await expect(spool.add(newEntry("disk"))).rejects.toThrow("ENOTDIR");
    expect(await spool.list("dead").catch(() => [])).toEqual([]);
  });
});

describe("recovery after a crash", () => {
  const gone = "00000000-1-1";

  async function leave(name: string, entry: NewEntry | string, ageMs = 3_600_000): Promise<Spool> {
    const spool = await spoolAt(1_700_000_000_000);
    await mkdir(join(spool.dir, "tmp"), { recursive: true });
    await mkdir(join(spool.dir, "pending"), { recursive: true });
    const rest = { version: 1, id: "x", createdAt: "2023-11-14T22:13:20.000Z", attempts: 0, lastError: null };
    const text = typeof entry === "string" ? entry : JSON.stringify({ ...rest, ...entry });
    const file = join(spool.dir, "tmp", name);
    await writeFile(file, text);
    const { utimes } = await import("node:fs/promises");
    await utimes(file, new Date(Date.now() - ageMs), new Date(Date.now() - ageMs));
    return spool;
  }

  const id = "001600000000000-000000-0123456789abcdef-01234567";

  it("makes a complete event pending", async () => {
    const spool = await leave(`${id}.${gone}.add`, newEntry("disk"));
    expect(await spool.recover()).toEqual({ recovered: [id], empty: 0 });
    expect(await keysIn(spool)).toEqual(["disk"]);
    expect(await readdir(join(spool.dir, "tmp"))).toEqual([]);
  });

  it("keeps half an event among those that wait, to be reported", async () => {
    const name = `${id}.${gone}.add`;
    const spool = await leave(name, '{"version":1,"id":');
    expect(await spool.recover()).toEqual({ recovered: [], empty: 0 });
    expect(await spool.list("pending")).toEqual([{ id, corrupt: "the file is not complete JSON" }]);
    expect(await spool.streamsBefore("~", new Set(["0123456789abcdef"]))).toEqual(new Set());
    expect(await spool.remove("pending", id)).toBe(true);
    expect(await readdir(join(spool.dir, "tmp"))).toEqual([]);
  });

  it.each([`${id}.${gone}.add`, `001600000000000-000000+3-01234567.${gone}.batch`])(
    "removes a file in which nothing stood yet, and counts it: %s",
    async (name) => {
      const spool = await leave(name, "");
      expect(await spool.recover()).toEqual({ recovered: [], empty: 1 });
      expect(await spool.isEmpty()).toBe(true);
    },
  );

  it("leaves alone what a living process writes", async () => {
    const { ownerTag } = await import("../../src/disk/owner.ts");
    const spool = await leave(`${id}.${ownerTag()}.add`, newEntry("disk"));
    expect(await spool.recover()).toEqual({ recovered: [], empty: 0 });
    expect(await keysIn(spool)).toEqual([]);
  });

  it("waits ten minutes for a process of another machine", async () => {
    const spool = await leave(`${id}.${gone}.add`, newEntry("disk"), 60_000);
    expect(await spool.recover()).toEqual({ recovered: [], empty: 0 });
  });

  it("drops a note about an event that may have been delivered since", async () => {
    const spool = await leave(`${id}.${gone}.update`, newEntry("disk"));
    expect(await spool.recover()).toEqual({ recovered: [], empty: 0 });
    expect(await keysIn(spool)).toEqual([]);
    expect(await readdir(join(spool.dir, "tmp"))).toEqual([]);
  });
});
