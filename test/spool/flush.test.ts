import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { CliError } from "../../src/errors.ts";
import { type DeliveryTools, deliverEntry, flush, isRefusal } from "../../src/events/flush.ts";
import { isCorrupt, Spool, type SpoolEntry, streamOf } from "../../src/spool/spool.ts";
import { tempDir } from "../support/temp-dir.ts";
import { newEntry } from "./entry.ts";

const receipt = { result: "triggered", incident: null, requestId: null, message: null } as const;
const outage = new CliError("failure", "the server failed (503)", { status: 503, retryable: true });
const refusal = new CliError("failure", "summary is too long (400)", { status: 400 });

let spool: Spool;
let sent: string[];

beforeEach(async () => {
  spool = new Spool({ dir: join(await tempDir(), "spool"), now: () => new Date() });
  sent = [];
});

/** Sends what `fail` does not throw at; the names of all tried are in `sent`. */
function tools(
  fail: (name: string) => Error | undefined = () => undefined,
  change: Partial<DeliveryTools> = {},
): DeliveryTools {
  return {
    spool,
    now: () => new Date(),
    deadline: Date.now() + 10_000,
    async send({ event }) {
      sent.push(event.summary);
      const error = fail(event.summary);
      if (error !== undefined) throw error;
      return receipt;
    },
    ...change,
  };
}

async function add(key: string, name: string): Promise<SpoolEntry> {
  return spool.add(newEntry(key, { summary: name }));
}

async function names(state: "pending" | "dead"): Promise<string[]> {
  return (await spool.list(state)).map((entry) => (isCorrupt(entry) ? "?" : entry.event.summary));
}

const everything = { waitMs: 0 };

describe("a flush", () => {
  it("delivers each key's events oldest first and leaves nothing", async () => {
    for (const name of ["a1", "b1", "a2", "b2", "a3"]) await add(name.slice(0, 1), name);
    expect(await flush(tools(), everything)).toEqual({
      delivered: 5,
      refused: 0,
      waiting: 0,
      corrupt: [],
      busy: false,
    });
    expect(sent.filter((name) => name.startsWith("a"))).toEqual(["a1", "a2", "a3"]);
    expect(sent.filter((name) => name.startsWith("b"))).toEqual(["b1", "b2"]);
    expect(await names("pending")).toEqual([]);
  });

  it("holds back only the later events of the key that fails", async () => {
    for (const name of ["a1", "b1", "a2", "b2"]) await add(name.slice(0, 1), name);
    const report = await flush(
      tools((name) => (name === "a1" ? outage : undefined)),
      everything,
    );
    expect(report).toMatchObject({ delivered: 2, waiting: 2 });
    expect(sent).not.toContain("a2");
    expect(await names("pending")).toEqual(["a1", "a2"]);
    const [first, second] = await spool.list("pending");
    expect(first).toMatchObject({ attempts: 1, lastError: { message: "the server failed (503)", status: 503 } });
    expect(second).toMatchObject({ attempts: 0, lastError: null });
  });

  it.each([1, 2, 3, 100])("keeps the order of a key with %i entries in hand at a time", async (atOnce) => {
    for (const name of ["a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3"]) await add(name.slice(0, 1), name);
    const includes = ({ event }: SpoolEntry): boolean => event.dedupKey !== "c";
    const failing = tools((name) => (name === "a2" ? outage : undefined));
    expect(await flush(failing, { ...everything, includes, atOnce })).toMatchObject({ delivered: 4, waiting: 2 });
    expect(sent.filter((name) => name.startsWith("a"))).toEqual(["a1", "a2"]);
    expect(sent.filter((name) => name.startsWith("b"))).toEqual(["b1", "b2", "b3"]);
    expect(await names("pending")).toEqual(["c1", "a2", "c2", "a3"]);
  });

  it("keeps back no other key while one is waited for, with few entries in hand", async () => {
    for (const name of ["a1", "b1", "a2", "b2", "c1", "d1", "a3", "e1"]) await add(name.slice(0, 1), name);
    let endWait = (): void => {};
    const wait = new Promise<void>((resolve) => {
      endWait = resolve;
    });
    const { send } = tools();
    const slow: DeliveryTools["send"] = async (entry, leftMs) => {
      if (entry.event.summary === "a1") await wait;
      const result = await send(entry, leftMs);
      if (entry.event.summary === "e1") endWait();
      return result;
    };
    expect(await flush(tools(undefined, { send: slow }), { ...everything, atOnce: 2 })).toMatchObject({ delivered: 8 });
    expect(sent.filter((name) => !name.startsWith("a")).join(" ")).toMatch(/b1.*b2/);
    expect(sent.filter((name) => name.startsWith("a"))).toEqual(["a1", "a2", "a3"]);
    expect(sent.indexOf("e1")).toBeLessThan(sent.indexOf("a1"));
  });

  it("does not send what another process puts on disk and holds between its two looks", async () => {
    await add("a", "a1");
    const other = new Spool({ dir: spool.dir, now: () => new Date() });
    let looks = 0;
    async function look<Found>(find: () => Promise<Found>): Promise<Found> {
      const found = await find();
      looks += 1;
      if (looks === 1) await other.addBatch([newEntry("b", { summary: "b1" })]);
      return found;
    }
    class Watched extends Spool {
      override heldIds() {
        return look(() => super.heldIds());
      }
      override ids(state: "pending" | "dead") {
        return look(() => super.ids(state));
      }
    }
    const watched = new Watched({ dir: spool.dir, now: () => new Date() });
    await flush(tools(undefined, { spool: watched }), everything);
    expect(sent).toEqual(["a1"]);
    expect(looks).toBe(2);
  });

  it("puts what the vendor refuses into dead and goes on with its key", async () => {
    for (const name of ["a1", "a2"]) await add("a", name);
    const report = await flush(
      tools((name) => (name === "a1" ? refusal : undefined)),
      everything,
    );
    expect(report).toMatchObject({ delivered: 1, refused: 1, waiting: 0 });
    expect(await names("dead")).toEqual(["a1"]);
    expect(await spool.list("dead")).toMatchObject([{ attempts: 1, lastError: { status: 400 } }]);
  });

  it("never gives up on an event during an outage, however long", async () => {
    await add("a", "a1");
    for (let round = 0; round < 70; round += 1)
      await flush(
        tools(() => outage),
        everything,
      );
    expect(await spool.list("pending")).toMatchObject([{ attempts: 70 }]);
    expect(await names("dead")).toEqual([]);
  });

  it("reports a corrupt file and delivers the rest", async () => {
    await add("a", "a1");
    await writeFile(join(spool.dir, "pending", "000000000000000-000000-0000000000000000-00000000.json"), "{");
    const report = await flush(tools(), everything);
    expect(report).toMatchObject({ delivered: 1, corrupt: [{ corrupt: "the file is not complete JSON" }] });
  });

  it("sends eight keys at once, and of one key one", async () => {
    for (let index = 0; index < 40; index += 1) await add(`key ${index % 20}`, `${index}`);
    let now = 0;
    let most = 0;
    const keys = new Set<string>();
    const slow = tools(undefined, {
      async send({ event }) {
        expect(keys.has(event.dedupKey)).toBe(false);
        keys.add(event.dedupKey);
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setTimeout(resolve, 5));
        now -= 1;
        keys.delete(event.dedupKey);
        return receipt;
      },
    });
    expect(await flush(slow, everything)).toMatchObject({ delivered: 40 });
    expect(most).toBe(8);
  });

  it("begins nothing after the deadline", async () => {
    await add("a", "a1");
    const report = await flush(tools(undefined, { deadline: Date.now() - 1 }), everything);
    expect(report).toMatchObject({ delivered: 0, waiting: 1 });
    expect(sent).toEqual([]);
  });

  it("tries nothing while another flusher is at work", async () => {
    await add("a", "a1");
    const release = await spool.lock("flush", { waitMs: 0 });
    expect(await flush(tools(), everything)).toMatchObject({ busy: true, waiting: 1 });
    await release?.();
    expect(await flush(tools(), everything)).toMatchObject({ busy: false, delivered: 1 });
  });
});

describe("delivery of one new event", () => {
  it("sends what stands before it in its key first, and nothing else", async () => {
    await add("a", "a1");
    await add("b", "b1");
    const own = await add("a", "a2");
    await add("a", "a3");
    expect(await deliverEntry(tools(), streamOf(own), own.id)).toMatchObject({ outcome: "delivered" });
    expect(sent).toEqual(["a1", "a2"]);
  });

  it("waits behind an earlier one that fails", async () => {
    await add("a", "a1");
    const own = await add("a", "a2");
    expect(
      await deliverEntry(
        tools(() => outage),
        streamOf(own),
        own.id,
      ),
    ).toMatchObject({ outcome: "held" });
    expect(sent).toEqual(["a1"]);
    expect(await names("pending")).toEqual(["a1", "a2"]);
  });

  it("does not send what another process has just sent", async () => {
    const own = await add("a", "a1");
    const release = await spool.lock(streamOf(own), { waitMs: 0 });
    const delivery = deliverEntry(tools(), streamOf(own), own.id);
    await spool.remove("pending", own.id);
    await release?.();
    expect(await delivery).toEqual({ outcome: "gone", id: own.id });
    expect(sent).toEqual([]);
  });

  it("leaves a key whose sending is a bug of ours pending", async () => {
    const own = await add("a", "a1");
    const bug = new TypeError("x is not a function");
    expect(
      await deliverEntry(
        tools(() => bug),
        streamOf(own),
        own.id,
      ),
    ).toMatchObject({ outcome: "waiting", error: bug });
    expect(await names("pending")).toEqual(["a1"]);
  });
});

describe("what counts as refused", () => {
  it.each([400, 404, 405, 409, 410, 413, 415, 422])("%d is", (status) => {
    expect(isRefusal(new CliError(status === 404 ? "notFound" : "failure", "no", { status }))).toBe(true);
  });

  it.each([
    ["no response", new CliError("network", "no response", { retryable: true })],
    ["401", new CliError("auth", "no", { status: 401 })],
    ["403", new CliError("auth", "no", { status: 403 })],
    ["408", new CliError("failure", "no", { status: 408 })],
    ["425", new CliError("failure", "no", { status: 425 })],
    ["402, an unpaid bill", new CliError("failure", "no", { status: 402 })],
    ["407, of a proxy", new CliError("failure", "no", { status: 407 })],
    ["423, a locked account", new CliError("failure", "no", { status: 423 })],
    ["428, a second factor", new CliError("failure", "no", { status: 428 })],
    ["429", new CliError("rateLimited", "no", { status: 429 })],
    ["500", new CliError("failure", "no", { status: 500 })],
    ["503", new CliError("failure", "no", { status: 503 })],
    ["a redirect", new CliError("failure", "no", { status: 302 })],
    ["a page of some network in between", new CliError("failure", "not JSON", { status: 200 })],
    ["what its configuration lacks", new CliError("usage", "no service")],
    ["a bug of ours", new TypeError("x is not a function")],
  ])("%s is not", (_, error) => {
    expect(isRefusal(error)).toBe(false);
  });

  it("a vendor's own no in a 200 is", () => {
    expect(isRefusal(new CliError("failure", "no", { status: 200, code: "InvalidParameter" }))).toBe(true);
  });
});
