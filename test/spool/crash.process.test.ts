import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { maxBeside } from "../../src/spool/pending.ts";
import { bareEnv, launch, start } from "../support/process.ts";
import { rounds } from "../support/rounds.ts";
import { tempDir } from "../support/temp-dir.ts";

/*
 * What is on disk when a process is killed arrives, in order per key. Real processes, real sockets, kill -9 at moments
 * that nobody chose, with a vendor that is well, gone, slow, resetting or failing.
 */

const sendRounds = rounds(200, 40);
/** With two commands in each. */
const triggerRounds = rounds(50, 20);

const moods = ["up", "down", "slow", "reset", "503", "flaky"] as const;
type Mood = (typeof moods)[number];

interface Taken {
  key: string;
  number: number;
}

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A vendor with moods; `taken` is what it has accepted, in order. */
async function moodyVendor(): Promise<{ url: string; taken: Taken[]; mood(next: Mood): void; seen(): number }> {
  let mood: Mood = "up";
  let seen = 0;
  const taken: Taken[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen += 1;
    const now: Mood = mood === "flaky" ? (moods[Math.floor(Math.random() * 5)] ?? "up") : mood;
    if (now === "down") return void response.socket?.destroy();
    if (now === "reset") return void response.socket?.resetAndDestroy();
    if (now === "503") return void response.writeHead(503).end();
    const body = JSON.parse(Buffer.concat(chunks).toString()) as { dedup_key: string; payload: { summary: string } };
    taken.push({ key: body.dedup_key, number: Number(body.payload.summary) });
    // Slow to answer: what it has is its own from the moment it came.
    if (now === "slow") await new Promise((resolve) => setTimeout(resolve, 30));
    response.writeHead(202, { "content-type": "application/json" });
    response.end(JSON.stringify({ status: "success", result: { action: "triggered" } }));
  });
  server.on("clientError", (_, socket) => socket.destroy());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    seen: () => seen,
    mood(next) {
      mood = next;
    },
  };
}

async function homeFor(url: string): Promise<Record<string, string>> {
  const home = await tempDir();
  await mkdir(join(home, ".config/onduty"), { recursive: true, mode: 0o700 });
  const profile = { provider: "opsknight", baseUrl: url, apiKey: { text: "sk_test_fake_crash_0001" }, service: "svc" };
  await writeFile(
    join(home, ".config/onduty/config.json"),
    JSON.stringify({ current: "p", profiles: { p: profile } }),
    {
      mode: 0o600,
    },
  );
  return bareEnv(home);
}

/**
 * When to kill, in milliseconds, so that it meets a command at every point of its work on a machine of any speed: up to
 * a little over the time that commands take here, which those that end by themselves tell, and which is taken for
 * longer as long as all are killed.
 */
class KillTimes {
  kills = 0;
  #usualMs = 200;

  next(): number {
    return this.#usualMs * 1.2 * Math.random();
  }

  /** Notes how a command ended that was to be killed. */
  ended(signal: NodeJS.Signals | null, tookMs: number): void {
    if (signal === "SIGKILL") this.kills += 1;
    this.#usualMs = signal === "SIGKILL" ? this.#usualMs * 1.05 : (this.#usualMs + tookMs) / 2;
  }
}

/** Numbers of the events that are on disk, by key. */
async function onDisk(env: Record<string, string>): Promise<Taken[]> {
  const { stdout, code } = await start(["spool", "list", "--json", "--fields", "dedupKey,summary"], env).ended;
  expect(code).toBe(0);
  const rows = JSON.parse(stdout) as { dedupKey: string | null; summary: string | null }[];
  // Of half an event nothing is known: it was never said to be safe.
  return rows.flatMap(({ dedupKey, summary }) => (dedupKey === null ? [] : { key: dedupKey, number: Number(summary) }));
}

/** Delivers what is on disk. A kill in the middle of a write leaves half an event: told of, and for a person to delete. */
async function flushAll(env: Record<string, string>): Promise<void> {
  const { code, stdout, stderr } = await start(["spool", "flush", "--json"], env).ended;
  const { waiting, corrupt } = JSON.parse(stdout) as { waiting: number; corrupt: number };
  expect({ code, waiting }, stderr).toEqual({ code: corrupt === 0 ? 0 : 8, waiting: 0 });
  if (corrupt > 0) expect((await start(["spool", "purge", "--pending", "--yes"], env).ended).code).toBe(0);
}

/** What is left in the spool's folders, lists of what is done and locks too. */
async function filesInSpool(env: Record<string, string>): Promise<string[]> {
  const found = await readdir(join(env.HOME ?? "", ".local/state/onduty/spool"), {
    recursive: true,
    withFileTypes: true,
  });
  return found.filter((one) => !one.isDirectory()).map(({ name }) => name);
}

/** An event may come twice, but none comes once a later one of its key has been there: that would open again what was resolved. */
function expectOrder(taken: readonly Taken[]): void {
  const last = new Map<string, number>();
  const late = taken.filter(({ key, number }) => {
    const before = last.get(key) ?? 0;
    last.set(key, Math.max(before, number));
    return number < before;
  });
  expect(late).toEqual([]);
}

describe("kill -9 at any moment", () => {
  it(`loses no event that \`events send\` has put on disk, in ${sendRounds} rounds`, async () => {
    const vendor = await moodyVendor();
    const env = await homeFor(vendor.url);
    const everOnDisk = new Set<number>();
    const killTimes = new KillTimes();
    let number = 0;
    for (let round = 0; round < sendRounds; round += 1) {
      // Every tenth is left alone while nothing can be delivered, so that there is something on disk whatever was killed.
      const alone = round % 10 === 9;
      vendor.mood(alone ? "503" : (moods[round % moods.length] ?? "up"));
      const [file, ...first] = launch;
      const child = spawn(file, [...first, "events", "send", "--max-wait", "0", "-q"], {
        env,
        stdio: ["pipe", "ignore", "ignore"],
      });
      child.stdin.on("error", () => {});
      const events = Array.from({ length: 60 }, () => {
        number += 1;
        return `${JSON.stringify({ summary: String(number), dedupKey: `k${number % 5}` })}\n`;
      });
      child.stdin.end(events.join(""));
      const begin = performance.now();
      const timer = alone ? undefined : setTimeout(() => child.kill("SIGKILL"), killTimes.next());
      const [, signal] = await once(child, "close");
      clearTimeout(timer);
      if (!alone) killTimes.ended(signal as NodeJS.Signals | null, performance.now() - begin);
      if (alone) for (const event of await onDisk(env)) everOnDisk.add(event.number);
    }
    expect(killTimes.kills).toBeGreaterThan(0.3 * sendRounds);
    expect(everOnDisk.size).toBeGreaterThanOrEqual((sendRounds / 10) * 60);

    vendor.mood("up");
    await flushAll(env);
    expect(await onDisk(env)).toEqual([]);
    const arrived = new Set(vendor.taken.map((event) => event.number));
    expect([...everOnDisk].filter((one) => !arrived.has(one))).toEqual([]);
    expectOrder(vendor.taken);
    expect(await filesInSpool(env)).toEqual([]);
  }, 400_000);

  it.each([
    [0, triggerRounds],
    // New events then go to folders of their own below `pending`.
    [maxBeside, triggerRounds / 2],
  ])(
    "loses no event that `events trigger` and `spool flush` were at, beside %i other files, in %i rounds of two",
    async (others, triggerRounds) => {
      const vendor = await moodyVendor();
      const env = await homeFor(vendor.url);
      const pending = join(env.HOME ?? "", ".local/state/onduty/spool/pending");
      await mkdir(pending, { recursive: true });
      for (let index = 0; index < others; index += 1)
        await writeFile(join(pending, `note-${index}.txt`), "not an event");
      const everOnDisk = new Set<number>();
      const killTimes = new KillTimes();
      let number = 0;
      for (let round = 0; round < triggerRounds; round += 1) {
        // Every fifth is left alone while nothing can be delivered, so that there is something on disk whatever was killed.
        const alone = round % 5 === 4;
        vendor.mood(alone ? "503" : (moods[round % moods.length] ?? "up"));
        const runs = [0, 1].map((which) => {
          number += 1;
          const words = ["events", "trigger", String(number), "--dedup-key", `k${which}`, "--max-wait", "0", "-q"];
          return round % 4 === 3 && which === 1 ? ["spool", "flush", "--max-wait", "0"] : words;
        });
        await Promise.all(
          runs.map(async (words) => {
            const { child, ended } = start(words, env);
            const begin = performance.now();
            const timer = alone ? undefined : setTimeout(() => child.kill("SIGKILL"), killTimes.next());
            const { signal } = await ended;
            clearTimeout(timer);
            if (!alone) killTimes.ended(signal, performance.now() - begin);
          }),
        );
        if (alone) for (const event of await onDisk(env)) everOnDisk.add(event.number);
      }
      expect(killTimes.kills).toBeGreaterThan(0.4 * triggerRounds);
      expect(everOnDisk.size).toBeGreaterThanOrEqual(triggerRounds / 5);

      vendor.mood("up");
      await flushAll(env);
      const arrived = new Set(vendor.taken.map((event) => event.number));
      expect([...everOnDisk].filter((one) => !arrived.has(one))).toEqual([]);
      expectOrder(vendor.taken);
      expect(await filesInSpool(env)).toEqual([]);
    },
    200_000,
  );

  it("lets two flushers and a sender share one spool, and none sends what another is at", async () => {
    const vendor = await moodyVendor();
    const env = await homeFor(vendor.url);
    vendor.mood("503");
    const lines = (from: number) =>
      Array.from(
        { length: 300 },
        (_, index) => `${JSON.stringify({ summary: String(from + index), dedupKey: `k${index % 20}` })}\n`,
      ).join("");
    expect((await start(["events", "send", "--max-wait", "0", "-q"], env, lines(0)).ended).code).toBe(8);

    vendor.mood("slow");
    const runs = [
      start(["spool", "flush"], env).ended,
      start(["spool", "flush"], env).ended,
      start(["events", "send", "-q"], env, lines(1000)).ended,
    ];
    await Promise.all(runs);
    expect((await start(["spool", "flush"], env).ended).code).toBe(0);
    expect(vendor.taken).toHaveLength(600);
    expectOrder(vendor.taken);
    expect(await filesInSpool(env)).toEqual([]);
  }, 60_000);
});

describe("spool flush --watch", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("delivers what comes meanwhile, and ends on %s with %i", async (name, code) => {
    const vendor = await moodyVendor();
    const env = await homeFor(vendor.url);
    vendor.mood("503");
    expect((await start(["events", "trigger", "1", "--dedup-key", "k", "--max-wait", "0"], env).ended).code).toBe(8);
    vendor.mood("up");
    const { child, ended } = start(["spool", "flush", "--watch"], env);
    // Not when the vendor has it: the response may still be on its way, and then it waits.
    while ((await onDisk(env)).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(name);
    expect(await ended).toMatchObject({ code, stdout: "delivered\t1\nrefused\t0\nwaiting\t0\ncorrupt\t0\n" });
    expect(await onDisk(env)).toEqual([]);
  });
});
