import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { type RunOptions, runAndRead as run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { rounds } from "../support/rounds.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

const route = "POST /api/events";

interface Sent {
  event_action: string;
  dedup_key: string;
  payload: { summary: string; severity: string };
}

/** A vendor that takes every event; `refuse` names the keys it answers with a status of its own. */
async function vendorThatTakes(refuse: Record<string, number> = {}): Promise<{ vendor: FakeVendor; taken: Sent[] }> {
  const taken: Sent[] = [];
  const vendor = await fakeVendor();
  vendor.handle(route, async ({ body }, response) => {
    const sent = body as Sent;
    const status = refuse[sent.dedup_key] ?? 202;
    // Answers overtake each other, as they do in the real world.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
    if (status === 202) taken.push(sent);
    const error = { code: "VALIDATION_ERROR", message: "not this one" };
    const result = {
      action: `${sent.event_action}ed`.replace("ee", "e"),
      incident: { id: `inc_${sent.dedup_key}`, title: "t", status: "OPEN" },
    };
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 202 ? { status: "success", result } : { error }));
  });
  return { vendor, taken };
}

const lines = (...events: object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join("");

async function spoolIn(home: string, state: string): Promise<string[]> {
  return readdir(join(home, ".local/state/onduty/spool", state)).catch(() => []);
}

async function send(vendor: FakeVendor, stdin: string, words = "", more: RunOptions = {}) {
  const result = await run(`events send ${words} -o ndjson --max-wait 0`, {
    profiles: profilesAt(vendor.url),
    stdin,
    ...more,
  });
  const rows = result.stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { ...result, rows };
}

describe("an output that fails", () => {
  it("does not keep events send from the rest, spooled or not", async () => {
    for (const words of ["", "--no-spool"]) {
      const { vendor, taken } = await vendorThatTakes();
      const events = Array.from({ length: 40 }, (_, index) => ({ summary: `s${index}`, dedupKey: `k${index}` }));
      const { code, stderr, home } = await send(vendor, lines(...events), `--jq 'error("no")' ${words}`);
      expect(code).toBe(ExitCode.failure);
      expect(taken).toHaveLength(40);
      expect(stderr).toContain("40 lines: 40 delivered");
      expect(stderr).toContain("the outcomes of the lines could not be printed: --jq: no");
      expect(await spoolIn(home, "pending")).toEqual([]);
    }
  });

  it("does not look as if events trigger had sent nothing", async () => {
    const { vendor, taken } = await vendorThatTakes();
    const words = ["events", "trigger", "full", "--dedup-key", "k", "--jq", '.dedupKey|error("no")'];
    const { code, stdout, stderr } = await run(words, { profiles: profilesAt(vendor.url) });
    expect({ code, stdout, sent: taken.length }).toEqual({ code: ExitCode.failure, stdout: "", sent: 1 });
    expect(stderr).toContain('"k": delivered');
    expect(stderr).toContain("what was sent could not be printed: --jq: no");
  });
});

describe("events send", () => {
  it("sends each line, and prints an outcome for each with its number", async () => {
    const { vendor, taken } = await vendorThatTakes();
    const { code, rows, stderr, home } = await send(
      vendor,
      lines(
        { summary: "Disk full", severity: "CRIT", source: "web-01", dedupKey: "a", details: { free: 0 } },
        { event_action: "trigger", dedup_key: "b", payload: { summary: "v2", severity: "warning", source: "web-02" } },
        { action: "resolve", dedupKey: "a" },
      ),
    );

    expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: "3 lines: 3 delivered\n" });
    expect(
      rows
        .map(({ line, action, dedupKey, delivery }) => ({ line, action, dedupKey, delivery }))
        .sort((a, b) => Number(a.line) - Number(b.line)),
    ).toEqual([
      { line: 1, action: "trigger", dedupKey: "a", delivery: "delivered" },
      { line: 2, action: "trigger", dedupKey: "b", delivery: "delivered" },
      { line: 3, action: "resolve", dedupKey: "a", delivery: "delivered" },
    ]);
    expect(Object.keys(rows[0] ?? {})).toEqual([
      "line",
      "action",
      "dedupKey",
      "delivery",
      "result",
      "incident",
      "provider",
      "profile",
      "requestId",
      "attempts",
      "spoolId",
      "message",
    ]);
    expect(taken.find(({ dedup_key: key }) => key === "b")?.payload).toMatchObject({
      summary: "v2",
      severity: "warning",
    });
    expect(await spoolIn(home, "pending")).toEqual([]);
  });

  it("keeps the order of each key, whatever overtakes what", async () => {
    const { vendor, taken } = await vendorThatTakes();
    const count = rounds(600, 140);
    const events = Array.from({ length: count }, (_, index) => ({
      summary: String(index),
      dedupKey: `key-${index % 7}`,
    }));
    const { code } = await send(vendor, lines(...events));

    expect(code).toBe(ExitCode.ok);
    expect(taken).toHaveLength(count);
    for (let key = 0; key < 7; key += 1) {
      const own = taken
        .filter(({ dedup_key: name }) => name === `key-${key}`)
        .map(({ payload }) => Number(payload.summary));
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
  });

  it("reports bad lines by their number, and sends the others, those too with a mistake in what decorates them", async () => {
    const { vendor, taken } = await vendorThatTakes();
    const stdin = [
      "{",
      '["a"]',
      '{"summary":"ok","dedupKey":"ok"}',
      "",
      '{"sumary":"x"}',
      '{"action":"escalate","summary":"x"}',
      '{"action":"resolve"}',
      '{"summary":"x","severity":"loud"}',
      '{"summary":"x","at":"yesterday"}',
      `{"summary":"x","dedupKey":"${"k".repeat(201)}"}`,
      '{"action":"change","summary":"x","status":"finished"}',
      '{"summary":"x","links":[{"href":"javascript:1"}]}',
      '{"summary":"x","details":[1]}',
      '{"payload":{"summary":"x"},"dedup_key":"a"}',
      `{"summary":"x","details":{"blob":"${"b".repeat(1_100_000)}"}}`,
      '{"summary":"last","dedupKey":"last"}',
    ].join("\n");
    const { code, rows, stderr } = await send(vendor, stdin);

    expect(code).toBe(ExitCode.partial);
    const repaired = taken.filter(({ payload }) => payload.summary === "x");
    expect(repaired.map(({ dedup_key: key }) => key).filter((key) => key.startsWith("k"))).toEqual([
      expect.stringMatching(/^k{183}~[0-9a-f]{16}$/),
    ]);
    expect(repaired).toHaveLength(6);
    expect(taken.map(({ dedup_key: key }) => key)).toEqual(expect.arrayContaining(["ok", "last"]));
    expect(stderr.split("\n").slice(0, -1)).toEqual([
      "line 1: it is not JSON",
      "line 2: it is not a JSON object",
      'line 5: unknown field "sumary"; is it "summary"?',
      'line 6: the action "escalate" is none of trigger, acknowledge, resolve, change',
      'line 7: "resolve" needs a "dedupKey"',
      'line 8: the severity "loud" is not known: it is taken as error',
      'line 9: the time "yesterday" in "at" cannot be read: it is left out',
      expect.stringMatching(/^line 10: the dedup key has 201 characters, and OpsKnight takes 200: it is now "k+~\w+"$/),
      'line 11: the status "finished" is not known: it is taken as failed',
      'line 12: the link "javascript:1" in "links" is not a full URL: it is left out',
      'line 14: "event_action" is missing',
      "line 15: it is longer than 1 MiB",
      "15 lines: 8 delivered, 7 bad lines",
    ]);
    expect(rows.filter(({ delivery }) => delivery === "refused").map(({ line }) => line)).toEqual([
      1, 2, 5, 6, 7, 14, 15,
    ]);
  });

  it("derives the same key as `events trigger` does", async () => {
    const { vendor, taken } = await vendorThatTakes();
    await send(vendor, lines({ summary: "Disk full", source: "web-01" }));
    await run(["events", "trigger", "Disk full", "--source", "web-01"], { profiles: profilesAt(vendor.url) });
    expect(taken.map(({ dedup_key: key }) => key)).toEqual(["web-01:Disk full", "web-01:Disk full"]);
  });

  it("keeps what the vendor refuses in dead, and goes on", async () => {
    const { vendor, taken } = await vendorThatTakes({ bad: 422 });
    const { code, rows, home, stderr } = await send(
      vendor,
      lines(
        { summary: "x", dedupKey: "bad" },
        { summary: "y", dedupKey: "good" },
        { action: "resolve", dedupKey: "bad" },
      ),
    );

    expect(code).toBe(ExitCode.partial);
    expect(taken.map(({ dedup_key: key }) => key)).toEqual(["good"]);
    const dead = await spoolIn(home, "dead");
    expect(dead).toHaveLength(2);
    expect(
      rows
        .filter(({ delivery }) => delivery === "refused")
        .map(({ spoolId }) => `${spoolId}.json`)
        .sort(),
    ).toEqual(dead);
    expect(stderr).toContain("3 lines: 1 delivered, 2 refused");
    expect(await spoolIn(home, "pending")).toEqual([]);
  });

  it("holds back only the key whose event the vendor cannot take", async () => {
    const { vendor, taken } = await vendorThatTakes({ poison: 500 });
    const events = Array.from({ length: 50 }, (_, index) => ({
      summary: String(index),
      dedupKey: index % 10 === 3 ? "poison" : `k${index}`,
    }));
    const { code, rows, home, stderr } = await send(vendor, lines(...events));

    expect(code).toBe(ExitCode.pending);
    expect(taken).toHaveLength(45);
    const spooled = rows.filter(({ delivery }) => delivery === "spooled");
    expect(spooled.map(({ line }) => line)).toEqual([4, 14, 24, 34, 44]);
    expect(stderr).toContain("50 lines: 45 delivered, 5 saved to the spool");

    const { stdout } = await run("spool list --json", { home });
    const listed = JSON.parse(stdout) as { dedupKey: string; id: string; attempts: number; summary: string }[];
    expect(listed.map(({ dedupKey, attempts, summary }) => ({ dedupKey, attempts, summary }))).toEqual(
      [3, 13, 23, 33, 43].map((index) => ({
        dedupKey: "poison",
        attempts: index === 3 ? 1 : 0,
        summary: String(index),
      })),
    );
    // What stands in one file with others can be looked at, purged and delivered like any entry.
    expect((await run(`spool show ${listed[0]?.id}`, { home })).code).toBe(0);
    expect((await run(`spool purge ${listed[4]?.id} --yes`, { home })).code).toBe(0);
    const repaired = await vendorThatTakes();
    const profiles = profilesAt(vendor.url);
    vendor.handle(route, () => {});
    await vendor.close();
    const again = await run("spool flush --max-wait 0", { home, profiles });
    expect(again.code).toBe(ExitCode.pending);
    expect(repaired.taken).toEqual([]);
    expect((await spoolIn(home, "pending")).filter((name) => name.endsWith(".batch"))).toHaveLength(1);
  });

  it("keeps everything on disk while the vendor is down, and delivers it in order later", async () => {
    const { vendor, taken } = await vendorThatTakes();
    const down = await fakeVendor();
    down.reply(route, 503, {});
    const home = await tempDir();
    const length = rounds(200, 80);
    const events = Array.from({ length }, (_, index) => ({ summary: String(index), dedupKey: `k${index % 40}` }));
    const first = await send(down, lines(...events), "", { home });

    expect(first.code).toBe(ExitCode.pending);
    expect(first.rows.filter(({ delivery }) => delivery === "spooled")).toHaveLength(length);
    expect(first.stderr).toContain("further events are kept in the spool");
    // Once it was clear that the vendor is down, it was left in peace.
    expect(down.requests.length).toBeLessThan(rounds(100, 60));

    // The same profile, and the vendor is there again.
    down.handle(route, (seen, response) => {
      taken.push(seen.body as Sent);
      response
        .writeHead(202, { "content-type": "application/json" })
        .end(JSON.stringify({ status: "success", result: {} }));
    });
    await run("events trigger later --dedup-key k1 --max-wait 10s", { home, profiles: profilesAt(down.url) });
    const flushed = await run("spool flush", { home, profiles: profilesAt(down.url) });
    expect(flushed.code).toBe(0);
    expect(taken).toHaveLength(length + 1);
    for (let key = 0; key < 40; key += 1) {
      const own = taken.filter(({ dedup_key: name }) => name === `k${key}`).map(({ payload }) => payload.summary);
      const sent = events.filter(({ dedupKey }) => dedupKey === `k${key}`).map(({ summary }) => summary);
      expect(own).toEqual(key === 1 ? [...sent, "later"] : sent);
    }
    expect(await spoolIn(home, "pending")).toEqual([]);
    expect(vendor.requests).toEqual([]);
  });

  it("waits for the rate limit, however often it takes", async () => {
    const vendor = await fakeVendor();
    let left = 10;
    let turnedAway = 0;
    const timer = setInterval(() => {
      left = 10;
    }, 400);
    vendor.handle(route, (_, response) => {
      const free = left > 0;
      if (free) left -= 1;
      else turnedAway += 1;
      response.writeHead(free ? 202 : 429, { "content-type": "application/json", "retry-after": "0.3" });
      response.end(JSON.stringify(free ? { status: "success", result: {} } : { error: "Rate limit exceeded." }));
    });
    const events = Array.from({ length: 40 }, (_, index) => ({ summary: "x", dedupKey: `k${index}` }));
    const { code, stdout } = await run("events send -o ndjson --max-wait 1s", {
      profiles: profilesAt(vendor.url),
      stdin: lines(...events),
    });
    clearInterval(timer);

    expect(code).toBe(ExitCode.ok);
    expect(stdout.match(/"delivered"/g)).toHaveLength(40);
    expect(turnedAway).toBeGreaterThan(0);
  });

  it.each([
    [401, ExitCode.auth],
    [403, ExitCode.auth],
  ])("stops asking when the key is not accepted (%i), and keeps the events", async (status, expected) => {
    const vendor = await fakeVendor();
    vendor.reply(route, status, { error: { code: "X", message: "no" } });
    const length = rounds(500, 50);
    const events = Array.from({ length }, (_, index) => ({ summary: "x", dedupKey: `k${index}` }));
    const { code, rows, home } = await send(vendor, lines(...events));

    expect(code).toBe(expected);
    expect(rows.every(({ delivery }) => delivery === "spooled")).toBe(true);
    expect(vendor.requests.length).toBeLessThanOrEqual(32);
    expect(JSON.parse((await run("spool list --json", { home })).stdout)).toHaveLength(length);
  });

  it("with --no-spool reports where to go on when the vendor is down", async () => {
    const down = await fakeVendor();
    down.reply(route, 503, {});
    const events = Array.from({ length: rounds(5000, 1600) }, (_, index) => ({ summary: "x", dedupKey: `k${index}` }));
    const { code, stderr, rows, home } = await send(down, lines(...events), "--no-spool --concurrency 4");

    expect(code).toBe(ExitCode.failure);
    expect(
      rows.every(
        ({ delivery, message }) =>
          delivery === "refused" && String(message).startsWith("not sent, and not in the spool"),
      ),
    ).toBe(true);
    expect(stderr).toContain("no more events are sent");
    expect(stderr).toMatch(/^stopped after line \d+$/m);
    expect(await spoolIn(home, "pending")).toEqual([]);
  });

  it("does not exit 7 when some events are kept nowhere: a sender would take them for bad, and not send them again", async () => {
    const { vendor } = await vendorThatTakes({ b: 503 });
    const events = lines({ summary: "x", dedupKey: "a" }, { summary: "x", dedupKey: "b" }, { dedupKeys: "bad" });
    const { code, rows } = await send(vendor, events, "--no-spool --concurrency 1");
    expect(rows.map(({ delivery }) => delivery).sort()).toEqual(["delivered", "refused", "refused"]);
    expect(code).toBe(ExitCode.failure);
  });

  it("reports why an earlier event of a key waits, and exits 4 when it is the key of the profile", async () => {
    const { vendor } = await vendorThatTakes({ a: 401, b: 503 });
    const home = await tempDir();
    const events = lines({ summary: "x", dedupKey: "a" }, { summary: "y", dedupKey: "b" });
    for (const line of events.trimEnd().split("\n")) await send(vendor, line, "", { home });
    const again = await send(vendor, events, "--spool-ok", { home });
    expect(again.code).toBe(ExitCode.auth);
    const behind = "an earlier event of this key is not delivered yet: POST /api/events:";
    expect(again.rows.map(({ dedupKey, message }) => [dedupKey, message])).toEqual([
      ["a", `${behind} the key was not accepted (401)`],
      ["b", `${behind} not this one (503)`],
    ]);
  });

  it("leaves out what is nested too deep, and goes on behind it", async () => {
    const { vendor, taken } = await vendorThatTakes();
    const deep = `{"summary": "deep", "details": {"a": ${"[".repeat(100_000)}${"]".repeat(100_000)}}}\n`;
    const { code, stderr } = await send(vendor, `${lines({ summary: "x" })}${deep}${lines({ summary: "y" })}`);
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain("line 2: details.a is nested more than 100 deep: the rest of it is left out\n");
    expect(taken.map(({ payload }) => payload.summary).sort()).toEqual(["deep", "x", "y"]);
  });

  it("prints a row, a JSON array or a line for each outcome, whatever was asked for", async () => {
    const { vendor } = await vendorThatTakes();
    const options = { profiles: profilesAt(vendor.url), stdin: lines({ summary: "x", dedupKey: "a" }) };
    expect((await run("events send", options)).stdout).toBe("1\ttrigger\ta\tdelivered\ttriggered\tinc_a\t\n");
    expect((await run("events send", { ...options, tty: true })).stdout).toBe("1  triggered  a  incident inc_a\n");
    expect((await run("events send -q", options)).stdout).toBe("a\n");
    expect(JSON.parse((await run("events send --json --fields line,delivery", options)).stdout)).toEqual([
      { line: 1, delivery: "delivered" },
    ]);
    expect((await run("events send -o csv --fields line,delivery", options)).stdout).toBe(
      "line,delivery\r\n1,delivered\r\n",
    );
    expect((await run("events send -o yaml --fields line,delivery", options)).stdout).toBe(
      "- line: 1\n  delivery: delivered\n",
    );
    expect((await run("events send --json", { ...options, stdin: "" })).stdout).toBe("[]\n");
  });

  it("reads a file, and shows with --dry-run what it would send", async () => {
    const { vendor } = await vendorThatTakes();
    const file = join(await tempDir(), "events.ndjson");
    await writeFile(file, lines({ summary: "x", dedupKey: "a" }, { summary: "y", dedupKey: "b" }));
    const { code, stdout } = await run(["events", "send", file, "--dry-run", "-o", "ndjson"], {
      profiles: profilesAt(vendor.url),
    });
    expect(code).toBe(0);
    expect(
      stdout
        .split("\n")
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { body: Sent }).body.dedup_key),
    ).toEqual(["a", "b"]);
    expect(vendor.requests).toEqual([]);
    expect(await readFile(file, "utf8")).toContain("x");
  });

  it.each([
    ["events send /nowhere/events.ndjson", "file not found"],
    ["events send /", '"/" is a folder'],
    ["events send --concurrency 0", "Expected a number from 1 to 64"],
    ["events send --fields lines", "line"],
    ["events send -p flotiq", "flotiq has no events"],
  ])("refuses `%s` with exit 2, before anything is written", async (commandLine, message) => {
    const { vendor } = await vendorThatTakes();
    const { code, stderr, home } = await run(commandLine, {
      profiles: profilesAt(vendor.url),
      stdin: lines({ summary: "x" }),
    });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(message);
    expect(await spoolIn(home, "pending")).toEqual([]);
    expect(vendor.requests).toEqual([]);
  });
});
