import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bareEnv, launch } from "../support/process.ts";
import { copyOfProgram } from "../support/program-copy.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

const route = "POST /api/events";

async function vendorThatTakes(): Promise<FakeVendor> {
  return (await fakeVendor()).reply(route, 202, { status: "success", result: { action: "triggered" } });
}

function envFor(vendor: FakeVendor, home: string): Record<string, string> {
  return bareEnv(home, {
    ONDUTY_PROVIDER: "opsknight",
    ONDUTY_BASE_URL: vendor.url,
    ONDUTY_API_KEY: "sk_test_fake_disk_0001",
    ONDUTY_SERVICE: "svc_1",
  });
}

interface Setting {
  env: Record<string, string>;
  stdin?: string;
  uid?: number;
}

async function runProgram(words: readonly string[], { env, stdin = "", uid }: Setting) {
  const [file = "", ...args] = words;
  const child = spawn(file, args, { env, ...(uid !== undefined && { uid, gid: uid }) });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  child.stdin.on("error", () => {});
  child.stdin.end(stdin);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

/** A shell in which every write to a file fails (EFBIG), as on a disk that is full. */
const onFullDisk = ["bash", "-c", 'trap "" XFSZ; ulimit -f 0; exec "$@"', "full-disk", ...launch];

const lines = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `${JSON.stringify({ summary: String(index), dedupKey: `k${index}` })}\n`,
  ).join("");

describe("a disk that takes nothing more", () => {
  it("does not keep an event from going out", async () => {
    const vendor = await vendorThatTakes();
    const env = envFor(vendor, await tempDir());
    const { code, stdout, stderr } = await runProgram(
      [...onFullDisk, "events", "trigger", "Disk full", "--dedup-key", "d"],
      { env },
    );

    expect({ code, stdout }).toEqual({ code: 0, stdout: "trigger\td\tdelivered\ttriggered\t\n" });
    expect(stderr).toMatch(/^the spool ".*" cannot be written, so the event is sent without it: EFBIG/);
    expect(vendor.requests).toHaveLength(1);
  });

  it("lets no event overtake what waits under its key, and reports it where one does", async () => {
    const vendor = (await fakeVendor()).reply(route, 503);
    const env = envFor(vendor, await tempDir());
    const events = ["--dedup-key", "d", "--max-wait", "0"];
    await runProgram([...launch, "events", "trigger", "Disk full", ...events], { env });
    const told = 'an earlier event of "d" still waits in the spool and will arrive after this one';
    vendor.handle(route, ({ body }, response) => {
      const { event_action: action } = body as { event_action: string };
      response.writeHead(action === "trigger" ? 503 : 202).end('{"result": {}}');
    });
    const overtaking = await runProgram([...launch, "events", "resolve", "d", "--no-spool"], { env });
    expect(overtaking.code).toBe(0);
    expect(overtaking.stderr).toContain(told);
    vendor.requests.length = 0;
    vendor.reply(route, 503);
    vendor.reply(route, 202, { result: {} });
    const { code, stderr } = await runProgram([...onFullDisk, "events", "resolve", "d"], { env });
    expect(code).toBe(0);
    expect(stderr).not.toContain(told);
    expect(vendor.requests.map(({ body }) => (body as { event_action: string }).event_action)).toEqual([
      "trigger",
      "trigger",
      "resolve",
    ]);
  });

  it("keeps what is refused, and goes on", async () => {
    const vendor = (await fakeVendor()).reply(route, 503);
    const env = envFor(vendor, await tempDir());
    for (const key of ["a", "b"])
      await runProgram([...launch, "events", "trigger", "x", "--dedup-key", key, "--max-wait", "0"], { env });
    vendor.reply(route, 400, { error: "not this one" });
    const { code, stdout } = await runProgram([...onFullDisk, "spool", "flush", "--json"], { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '{"delivered":0,"refused":2,"waiting":0,"corrupt":0}\n' });
    expect((await runProgram([...launch, "spool", "list", "--dead", "-q"], { env })).stdout).toMatch(/^.+\n.+\n$/);
  });

  it("is reported when its folder cannot be used, as no bug", async () => {
    const home = await tempDir();
    const file = join(home, "file");
    await writeFile(file, "");
    const env = bareEnv(home, { ONDUTY_STATE_DIR: file });
    for (const words of [["list"], ["flush"], ["retry", "--all"], ["purge", "--yes"]]) {
      const { code, stderr } = await runProgram([...launch, "spool", ...words], { env });
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error: the spool ".*" cannot be used: ENOTDIR.*\nhint: onduty doctor\n$/);
    }
  });

  it("does not keep many from going out, and is reported once", async () => {
    const vendor = await vendorThatTakes();
    const home = await tempDir();
    const env = envFor(vendor, home);
    const { code, stderr } = await runProgram([...onFullDisk, "events", "send", "-o", "ndjson"], {
      env,
      stdin: lines(300),
    });

    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^\{"notice":"the spool cannot be written, so events are sent without it: EFBIG.*"\}\n\{"notice":"300 lines: 300 delivered"\}\n$/,
    );
    expect(await readdir(join(home, ".local/state/onduty/spool/tmp"))).toEqual([]);
  });

  it("reports that an event is lost when the vendor is down too", async () => {
    const vendor = (await fakeVendor()).reply(route, 503, {});
    const env = envFor(vendor, await tempDir());
    const { code, stderr } = await runProgram([...onFullDisk, "events", "trigger", "x", "--max-wait", "0"], { env });

    expect(code).toBe(1);
    expect(stderr).toContain("cannot be written");
    expect(stderr).toContain(
      "error: POST /api/events: the server is not available (503); the event is kept nowhere\nhint: set ONDUTY_STATE_DIR to",
    );
  });

  it("keeps what is on disk already", async () => {
    const vendor = (await fakeVendor()).reply(route, 503, {});
    const home = await tempDir();
    const env = envFor(vendor, home);
    expect((await runProgram([...launch, "events", "trigger", "x", "--max-wait", "0"], { env })).code).toBe(8);
    const flushed = await runProgram([...onFullDisk, "spool", "flush", "--max-wait", "0"], { env });

    expect(flushed.code).toBe(8);
    const [file = ""] = await readdir(join(home, ".local/state/onduty/spool/pending"));
    expect(JSON.parse(await readFile(join(home, ".local/state/onduty/spool/pending", file), "utf8"))).toMatchObject({
      attempts: 1,
    });
  });
});

describe("a state folder that the user may not write", () => {
  it("does not keep events from going out", async () => {
    const vendor = await vendorThatTakes();
    // Its own copy of the program, where any user can read it.
    const place = await tempDir();
    await chmod(place, 0o755);
    const [state, program] = [join(place, "state"), join(place, "program")];
    await mkdir(state, { mode: 0o555 });
    const words = await copyOfProgram(program);
    const env = { ...envFor(vendor, place), ONDUTY_STATE_DIR: state };
    // To root every folder is open.
    const uid = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    const one = await runProgram([...words, "events", "trigger", "x", "--dedup-key", "x"], { env, ...uid });
    const many = await runProgram([...words, "events", "send", "-q"], { env, ...uid, stdin: lines(3) });

    expect({ code: one.code, stdout: one.stdout }).toEqual({ code: 0, stdout: "trigger\tx\tdelivered\ttriggered\t\n" });
    expect(one.stderr).toMatch(/^the spool ".*" cannot be written, so the event is sent without it: EACCES/);
    expect({ code: many.code, stdout: many.stdout.split("\n").sort().join(" ").trim() }).toEqual({
      code: 0,
      stdout: "k0 k1 k2",
    });
    expect(vendor.requests).toHaveLength(4);
  });
});

describe("a file of one event that cannot be read", () => {
  it("is reported, and is in the way of no other event of its key", async () => {
    const down = (await fakeVendor()).reply(route, 503, {});
    const home = await tempDir();
    const words = ["events", "trigger", "x", "--dedup-key", "k0", "--max-wait", "0"];
    await runProgram([...launch, ...words], { env: envFor(down, home) });
    const pending = join(home, ".local/state/onduty/spool/pending");
    const [file = ""] = await readdir(pending);
    await writeFile(join(pending, file), "{");

    const env = envFor(await vendorThatTakes(), home);
    const sent = await runProgram([...launch, "events", "send", "-o", "tsv"], { env, stdin: lines(1) });
    expect(sent).toMatchObject({ code: 0, stdout: expect.stringContaining("k0\tdelivered") as unknown });
    expect((await runProgram([...launch, ...words], { env })).code).toBe(0);
    const flushed = await runProgram([...launch, "spool", "flush"], { env });
    expect(flushed.code).toBe(8);
    expect(flushed.stderr).toContain(`onduty spool purge 000000-${file.slice(-13, -5)}`);
    expect(await readdir(pending)).toEqual([file]);
  });
});

describe("a file of many events that is damaged", () => {
  it("is reported and kept, and what can be read of it is delivered", async () => {
    const down = (await fakeVendor()).reply(route, 503, {});
    const home = await tempDir();
    const env = envFor(down, home);
    await runProgram([...launch, "events", "send", "--max-wait", "0", "--concurrency", "1"], { env, stdin: lines(10) });
    const pending = join(home, ".local/state/onduty/spool/pending");
    const [batch = ""] = (await readdir(pending)).filter((name) => name.endsWith(".batch"));
    const text = await readFile(join(pending, batch), "utf8");
    const damaged = text.split("\n").map((line, index) => (index === 4 ? line.slice(0, 40) : line));
    await writeFile(join(pending, batch), damaged.join("\n").slice(0, -30));

    const up = await vendorThatTakes();
    const listed = await runProgram([...launch, "spool", "list", "-o", "tsv"], { env });
    expect(listed.stdout.match(/corrupt/g)).toHaveLength(2);

    // The same address, and well again.
    down.handle(route, () => {});
    await down.close();
    const moved = { ...env, ONDUTY_BASE_URL: up.url };
    await writeFile(join(pending, batch), damaged.join("\n").slice(0, -30).replaceAll(down.url, up.url));
    const flushed = await runProgram([...launch, "spool", "flush", "--json"], { env: moved });
    expect(flushed.code).toBe(8);
    expect(JSON.parse(flushed.stdout)).toEqual({ delivered: 8, refused: 0, waiting: 0, corrupt: 2 });
    expect(flushed.stderr).toContain("cannot read");

    const rows = await runProgram([...launch, "spool", "list", "--json", "--fields", "id,corrupt"], { env });
    const ids = (JSON.parse(rows.stdout) as { id: string }[]).map(({ id }) => id);
    expect(ids.map((id) => id.replace(/^.*#/, "#"))).toEqual(["#5", "#10"]);
    const purged = await runProgram([...launch, "spool", "purge", "--yes", ...ids], { env });
    expect(purged.code, purged.stderr).toBe(0);
    expect(await readdir(pending)).toEqual([]);
  });
});
