import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isCorrupt, Spool } from "../../src/spool/spool.ts";
import { rounds } from "../support/rounds.ts";
import { tempDir } from "../support/temp-dir.ts";
import { newEntry } from "./entry.ts";
import { bundle, start } from "./support.ts";

const adder = `
import { Spool } from "./src/spool/spool.ts";
import { newEntry } from "./test/spool/entry.ts";
const [dir, name, count] = process.argv.slice(2);
const spool = new Spool({ dir, now: () => new Date() });
for (let index = 0; index < Number(count); index += 1) {
  await spool.add(newEntry(name + " " + index));
  process.stdout.write(name + " " + index + "\\n");
}
`;

async function openSpool(): Promise<Spool> {
  return new Spool({ dir: join(await tempDir(), "spool"), now: () => new Date() });
}

async function keysIn(spool: Spool): Promise<string[]> {
  return (await spool.list("pending")).map((entry) => (isCorrupt(entry) ? "?" : entry.event.dedupKey));
}

describe("processes that share a spool", () => {
  it("keeps all of what two processes add at once, each in its order", async () => {
    const spool = await openSpool();
    const script = await bundle(adder);
    const runs = ["a", "b"].map((name) => start(script, spool.dir, name, "200").done);
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual([0, 0]);

    const keys = await keysIn(spool);
    expect(keys).toHaveLength(400);
    for (const name of ["a", "b"]) {
      const own = keys.filter((key) => key.startsWith(name));
      expect(own).toEqual(Array.from({ length: 200 }, (_, index) => `${name} ${index}`));
    }
  }, 60_000);

  it("loses nothing it has reported as safe when it is killed at any moment", async () => {
    const script = await bundle(adder);
    for (let round = 0; round < rounds(12, 6); round += 1) {
      const spool = await openSpool();
      const { child, done } = start(script, spool.dir, "k", "100000");
      await new Promise<void>((resolve) => child.stdout?.once("data", () => resolve()));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      child.kill("SIGKILL");
      const said = (await done).stdout.split("\n").slice(0, -1);

      const { empty } = await spool.recover();
      const keys = await keysIn(spool);
      expect(keys.slice(0, said.length)).toEqual(said);
      // One may be on its way: on disk already and not said yet, half written, or not written at all.
      expect(keys.filter((key) => key === "?").length + empty).toBeLessThanOrEqual(1);
      expect(keys.length + empty).toBeLessThanOrEqual(said.length + 2);
      expect(await readdir(join(spool.dir, "tmp"))).toEqual([]);
    }
  }, 60_000);

  it("takes over at once the lock of a process that was killed, and waits for one that lives", async () => {
    const spool = await openSpool();
    const script = await bundle(`
      import { Spool } from "./src/spool/spool.ts";
      const spool = new Spool({ dir: process.argv[2], now: () => new Date() });
      await spool.lock("flush", { waitMs: 0 });
      process.stdout.write("locked");
      setInterval(() => {}, 1000);
    `);
    const { child, done } = start(script, spool.dir);
    await new Promise<void>((resolve) => child.stdout?.once("data", () => resolve()));

    expect(await spool.lock("flush", { waitMs: 100 })).toBeNull();
    // Adding does not care.
    await spool.add(newEntry("disk"));
    child.kill("SIGKILL");
    await done;
    const begin = performance.now();
    const release = await spool.lock("flush", { waitMs: 5000 });
    expect(release).not.toBeNull();
    expect(performance.now() - begin).toBeLessThan(1000);
    await release?.();
    expect(await readdir(join(spool.dir, "locks"))).toEqual([]);
  }, 30_000);

  it("waits for no lock of a process that was killed while it took one", async () => {
    const spool = await openSpool();
    await (await spool.lock("first", { waitMs: 0 }))?.();
    const script = await bundle(`
      import { Spool } from "./src/spool/spool.ts";
      const spool = new Spool({ dir: process.argv[2], now: () => new Date() });
      process.stdout.write("locking");
      const names = Array.from({ length: 8 }, (_, index) => "k" + index);
      while (true) await Promise.all(names.map(async (name) => (await spool.lock(name, { waitMs: 0 }))?.()));
    `);
    for (let round = 0; round < rounds(25, 10); round += 1) {
      const { child, done } = start(script, spool.dir);
      await new Promise<void>((resolve) => child.stdout?.once("data", () => resolve()));
      await new Promise((resolve) => setTimeout(resolve, 40 * Math.random()));
      child.kill("SIGKILL");
      await done;
      for (const name of await readdir(join(spool.dir, "locks"))) {
        const release = await spool.lock(name, { waitMs: 0 });
        expect(release).not.toBeNull();
        await release?.();
      }
    }
  }, 60_000);

  it("delivers each event once when several processes flush at once, also after one of them was killed", async () => {
    const spool = await openSpool();
    for (let index = 0; index < 120; index += 1)
      await spool.add(newEntry(`key ${index % 10}`, { summary: String(index) }));
    const script = await bundle(`
      import { flush } from "./src/events/flush.ts";
      import { Spool } from "./src/spool/spool.ts";
      const spool = new Spool({ dir: process.argv[2], now: () => new Date() });
      const now = () => new Date();
      const receipt = { result: "triggered", incident: null, requestId: null, message: null };
      await flush({ spool, now, deadline: Date.now() + 30000, async send(entry) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        process.stdout.write(entry.event.summary + "\\n");
        return receipt;
      } }, { includes: () => true, waitMs: 30000 });
    `);
    const victim = start(script, spool.dir);
    await new Promise<void>((resolve) => victim.child.stdout?.once("data", () => resolve()));
    victim.child.kill("SIGKILL");
    const rest = [start(script, spool.dir), start(script, spool.dir), start(script, spool.dir)];
    const outputs = await Promise.all([victim, ...rest].map(({ done }) => done));

    const sent = outputs.map(({ stdout }) => stdout.split("\n").slice(0, -1).map(Number));
    const byVictim = new Set(sent[0]);
    const others = sent.slice(1).flat();
    // What was sent by the killed one and not removed yet goes out once more, under the same dedup key.
    expect(new Set(others).size).toBe(others.length);
    expect(new Set([...byVictim, ...others]).size).toBe(120);
    expect(await spool.list("pending")).toEqual([]);
    for (const list of sent.slice(1)) {
      for (let key = 0; key < 10; key += 1) {
        const own = list.filter((index) => index % 10 === key);
        expect(own).toEqual(own.toSorted((a, b) => a - b));
      }
    }
  }, 60_000);
});
