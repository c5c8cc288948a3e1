import { copyFile, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { Spool } from "../../src/spool/spool.ts";
import { newEntry } from "../spool/entry.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { rounds } from "../support/rounds.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";

const taken = { status: "success", result: { action: "triggered", incident: { id: "inc_1" } } };
const made = new Date("2026-03-01T11:57:00Z");
const now = new Date("2026-03-01T12:00:00Z");

async function homeWithSpool(): Promise<{ home: string; spool: Spool }> {
  const home = await tempDir();
  return { home, spool: new Spool({ dir: join(home, ".local/state/onduty/spool"), now: () => made }) };
}

/** An entry of the profile `opsknight`, which `profilesAt(url)` has. */
function entryFor(url: string, key: string) {
  return { ...newEntry(key), profile: "opsknight", baseUrl: url };
}

const folders = ["dead", "locks", "pending", "tmp"];

/** What a process of another machine was writing, long ago. */
const draft = "001600000000000-000000-0123456789abcdef-01234567.00000000-1-1.add";

async function homeWithDraft(text: string): Promise<{ home: string; spool: Spool }> {
  const { home, spool } = await homeWithSpool();
  await spool.remove("pending", (await spool.add(newEntry("disk"))).id);
  await (await spool.lock("k", { waitMs: 0 }))?.();
  const file = join(spool.dir, "tmp", draft);
  await writeFile(file, text);
  await utimes(file, 0, 0);
  return { home, spool };
}

describe("spool list and show", () => {
  it("reports that nothing is there", async () => {
    expect(await run("spool list --json")).toMatchObject({ code: ExitCode.ok, stdout: "[]\n" });
    const { stdout, stderr } = await run("spool list", { tty: true });
    expect(stdout + stderr).toContain("The spool is empty.");
  });

  it("reports state, age, attempts and last error, and files it cannot read", async () => {
    const { home, spool } = await homeWithSpool();
    const { id } = await spool.add(newEntry("disk"));
    const refused = await spool.add(newEntry("load"));
    const at = made.toISOString();
    await spool.update(id, { attempts: 3, lastError: { message: "no response", at, status: null } });
    await spool.bury(refused.id, { message: "bad summary", at, status: 400 });
    await writeFile(join(spool.dir, "pending", "half.json"), "{");

    const { stdout, code } = await run("spool list --json", { home, now });
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject([
      { id, state: "pending", dedupKey: "disk", ageSeconds: 180, attempts: 3, lastError: { message: "no response" } },
      { id: "half.json", state: "pending", corrupt: "the file is not complete JSON", event: null },
      { id: refused.id, state: "dead", attempts: 1, lastError: { message: "bad summary", status: 400 } },
    ]);
    expect((await run("spool list --dead --quiet", { home, now })).stdout).toBe(`${refused.id}\n`);
    expect(JSON.parse((await run(`spool show ${id} --json`, { home, now })).stdout)).toMatchObject({
      id,
      event: { action: "trigger", dedupKey: "disk" },
    });
    expect((await run("spool show nothing", { home })).code).toBe(ExitCode.notFound);
  });

  it("reports an event that a crash left half written", async () => {
    const { home, spool } = await homeWithDraft("{");
    const { stdout, stderr } = await run("spool list --json", { home });
    expect({ stdout: JSON.parse(stdout) as unknown, stderr }).toMatchObject({
      stdout: [{ id: draft.slice(0, 48), state: "pending", corrupt: "the file is not complete JSON", event: null }],
      stderr: "",
    });
    const flushed = await run("spool flush --json", { home });
    expect(flushed.code).toBe(ExitCode.pending);
    expect(JSON.parse(flushed.stdout)).toEqual({ delivered: 0, refused: 0, waiting: 0, corrupt: 1 });
    expect(flushed.stderr).toContain("onduty spool purge 000000-01234567");
    expect((await run("spool purge 000000-01234567 --yes", { home })).code).toBe(ExitCode.ok);
    expect(await readdir(spool.dir, { recursive: true })).toEqual(folders);
    expect((await run("spool flush", { home })).code).toBe(ExitCode.ok);
  });

  it.each(["spool list", "spool flush", "spool purge --yes"])(
    "removes what a crash left before anything stood in it, and says so: %s",
    async (command) => {
      const { home, spool } = await homeWithDraft("");
      const { code, stderr } = await run(command, { home });
      expect(code).toBe(ExitCode.ok);
      expect(stderr).toContain("a command was killed before its event was on disk; nothing of that event is left");
      expect(await readdir(spool.dir, { recursive: true })).toEqual(folders);
    },
  );
});

describe("spool flush", () => {
  it("with --dry-run prints what it would send, and leaves all of it waiting", async () => {
    const { home, spool } = await homeWithSpool();
    const vendor = await fakeVendor();
    const entry = await spool.add(entryFor(vendor.url, "disk"));
    await spool.add({ ...entryFor("http://127.0.0.1:1", "moved") });
    const before = await spool.list("pending");

    const { code, stdout, stderr } = await run("spool flush --dry-run --json", {
      home,
      profiles: profilesAt(vendor.url),
    });
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject([
      { method: "POST", route: "/api/events", body: { event_action: "trigger", dedup_key: entry.event.dedupKey } },
    ]);
    expect(stderr).toMatch(/would not be sent: the event is for opsknight at http:\/\/127\.0\.0\.1:1, /);
    expect(vendor.requests).toEqual([]);
    expect(await spool.list("pending")).toEqual(before);
  });

  it("names the command that sends an event to the address that its profile has now", async () => {
    const { home, spool } = await homeWithSpool();
    const vendor = await fakeVendor();
    vendor.reply("POST /api/events", 202, { status: "success", result: { action: "triggered" } });
    const { id } = await spool.add({ ...entryFor("http://127.0.0.1:1", "moved") });
    const short = `${id.slice(16, 22)}-${id.slice(-8)}`;
    const user = { home, profiles: profilesAt(vendor.url) };

    const { code, stderr } = await run("spool flush", user);
    expect(code).toBe(ExitCode.pending);
    const next = `onduty spool show ${short} --jq .event | onduty events send -p opsknight && onduty spool purge ${short}`;
    expect(stderr).toContain(`to send it there: ${next}\n`);

    const event = (await run(`spool show ${short} --jq .event`, user)).stdout;
    expect((await run("events send -p opsknight", { ...user, stdin: event })).code).toBe(ExitCode.ok);
    expect(vendor.requests.map(({ body }) => body)).toMatchObject([{ dedup_key: "moved" }]);
  });

  it("shows short ids at a terminal, and takes them", async () => {
    const { home, spool } = await homeWithSpool();
    const { id } = await spool.add(entryFor("https://opsknight.example.com", "disk"));
    const { stdout } = await run("spool list", { home, tty: true, env: { NO_COLOR: "1" } });
    const short = `${id.slice(16, 22)}-${id.slice(-8)}`;
    const [header = "", row = ""] = stdout.split("\n");
    expect(header).toMatch(/^ID .*AGE +ATTEMPTS$/);
    expect(row.split(/\s+/)[0]).toBe(short);
    expect((await run("spool list", { home })).stdout.split("\t")[0]).toBe(id);

    expect(JSON.parse((await run(`spool show ${short} --json`, { home })).stdout)).toMatchObject({ id });
    expect((await run("spool show 000000-00000000", { home })).code).toBe(ExitCode.notFound);
    expect((await run(`spool purge ${short} ${id} --yes`, { home })).stderr).toContain("deleted 1 event");
    expect(await spool.list("pending")).toEqual([]);
  });

  it("touches nothing when a short id names two events", async () => {
    const { home, spool } = await homeWithSpool();
    const { id } = await spool.add(entryFor("https://opsknight.example.com", "disk"));
    const pending = join(spool.dir, "pending");
    const other = id.replace(/^\d{15}/, "000000000000001");
    await copyFile(join(pending, `${id}.json`), join(pending, `${other}.json`));
    const { code, stderr } = await run(`spool purge ${id.slice(16, 22)}-${id.slice(-8)} --yes`, { home });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("names 2 events");
    expect(await readdir(pending)).toHaveLength(2);
  });

  it("delivers what waits and exits 0", async () => {
    const vendor = (await fakeVendor()).reply("POST /api/events", 202, taken);
    const { home, spool } = await homeWithSpool();
    for (const key of ["disk", "load"]) await spool.add(entryFor(vendor.url, key));
    const { code, stdout } = await run("spool flush --json", { home, profiles: profilesAt(vendor.url) });
    expect({ code, row: JSON.parse(stdout) as unknown }).toEqual({
      code: ExitCode.ok,
      row: { delivered: 2, refused: 0, waiting: 0, corrupt: 0 },
    });
    expect(await spool.list("pending")).toEqual([]);
  });

  it("prints a line at a terminal, and fields when they are asked for", async () => {
    const { home } = await homeWithSpool();
    expect((await run("spool flush", { home, tty: true })).stdout).toBe("Nothing waits.\n");
    expect((await run("spool flush --fields refused", { home, tty: true })).stdout).toBe("refused  0\n");
  });

  it("exits 8 while anything waits, and reports why", async () => {
    const vendor = (await fakeVendor()).reply("POST /api/events", 503, {});
    const { home, spool } = await homeWithSpool();
    await spool.add(entryFor(vendor.url, "disk"));
    const { code, stderr } = await run("spool flush --max-wait 0", { home, profiles: profilesAt(vendor.url) });
    expect(code).toBe(ExitCode.pending);
    expect(stderr).toContain("disk");
    expect(await spool.list("pending")).toMatchObject([{ attempts: 1, lastError: { status: 503 } }]);
  });

  it("shares the time for waiting among all events while none goes through", async () => {
    const vendor = (await fakeVendor()).reply("POST /api/events", 503, {});
    const { home, spool } = await homeWithSpool();
    const count = rounds(100, 60);
    for (let key = 0; key < count; key += 1) await spool.add(entryFor(vendor.url, String(key)));
    const { code } = await run(`spool flush --max-wait ${rounds(1, 0.5)}s --quiet`, {
      home,
      profiles: profilesAt(vendor.url),
    });
    expect(code).toBe(ExitCode.pending);
    // Tried again are only those that came first.
    expect(vendor.requests.length).toBeGreaterThanOrEqual(count);
    expect(vendor.requests.length).toBeLessThan(2 * count);
  });

  it("sends nothing to a host the event was not meant for, and keeps what has no profile any more", async () => {
    const vendor = await fakeVendor();
    const { home, spool } = await homeWithSpool();
    await spool.add(entryFor("https://elsewhere.test", "disk"));
    await spool.add(newEntry("load"));
    const { code, stderr } = await run("spool flush", { home, profiles: profilesAt(vendor.url) });
    expect(code).toBe(ExitCode.pending);
    expect(stderr).toContain("https://elsewhere.test");
    expect(stderr).toContain('"prod"');
    expect(vendor.requests).toEqual([]);
    expect(await spool.list("pending")).toHaveLength(2);
  });

  it("is reported by what takes the profile away that waiting events need", async () => {
    const vendor = await fakeVendor();
    const { home, spool } = await homeWithSpool();
    for (const key of ["disk", "load"]) await spool.add(entryFor(vendor.url, key));
    const told = '2 events wait in the spool for "opsknight", until there is a profile of that name again\n';
    const renamed = await run("profiles rename opsknight new", { home, profiles: profilesAt(vendor.url) });
    expect(renamed.stderr).toContain(told);
    expect((await run("profiles rename new opsknight", { home })).stderr).not.toContain("wait");
    expect((await run("profiles remove opsknight --yes", { home })).stderr).toContain(told);
  });

  it("reports the first 20 that wait, each with the reason, and then where the others are listed", async () => {
    const { home, spool } = await homeWithSpool();
    const keys = Array.from({ length: 50 }, (_, index) => `disk-${index}`);
    const batch = await spool.addBatch(keys.map((key) => ({ ...newEntry(key), profile: "gone" })));
    batch.release();
    const { code, stdout, stderr } = await run("spool flush --json", { home });
    expect(code).toBe(ExitCode.pending);
    expect(JSON.parse(stdout)).toMatchObject({ waiting: 50 });
    expect(stderr.match(/ still waits: /g)).toHaveLength(20);
    expect(stderr.match(/more events were refused or still wait: onduty spool list/g)).toHaveLength(1);
  });

  it("uses the environment's profile for what it has sent", async () => {
    const vendor = (await fakeVendor()).reply("POST /api/events", 202, taken);
    const { home, spool } = await homeWithSpool();
    await spool.add({ ...newEntry("disk", { service: "svc_1" }), profile: "env", baseUrl: vendor.url });
    const env = {
      ONDUTY_PROVIDER: "opsknight",
      ONDUTY_BASE_URL: vendor.url,
      ONDUTY_API_KEY: "sk_test_fake_0000000001",
    };
    expect((await run("spool flush", { home })).stderr).toContain(
      "still waits: it was sent with ONDUTY_PROVIDER and a key in the environment, which are not set now",
    );
    expect((await run("spool flush", { home, env })).code).toBe(ExitCode.ok);
    expect(await spool.list("pending")).toEqual([]);
  });
});

describe("spool retry and purge", () => {
  async function homeWithDead(): Promise<{ home: string; spool: Spool; dead: string; pending: string }> {
    const { home, spool } = await homeWithSpool();
    const { id: dead } = await spool.add(newEntry("disk"));
    const { id: pending } = await spool.add(newEntry("load"));
    await spool.bury(dead, { message: "no", at: made.toISOString(), status: 400 });
    return { home, spool, dead, pending };
  }

  it("puts refused events back", async () => {
    const { home, spool, dead, pending } = await homeWithDead();
    expect((await run(`spool retry ${dead} --dry-run`, { home })).stderr).toBe("would put back 1 event\n");
    expect((await spool.list("pending")).map(({ id }) => id)).toEqual([pending]);
    expect((await run(`spool retry ${dead}`, { home })).code).toBe(ExitCode.ok);
    expect((await spool.list("pending")).map(({ id }) => id)).toEqual([dead, pending]);
    expect((await run(`spool retry ${dead}`, { home })).stderr).toContain("was not refused: it waits already");
    expect((await run("spool retry", { home })).code).toBe(ExitCode.usage);
    expect((await run("spool retry nothing", { home })).code).toBe(ExitCode.notFound);
  });

  it("deletes refused events only when somebody agrees", async () => {
    const { home, spool } = await homeWithDead();
    expect((await run("spool purge", { home })).code).toBe(ExitCode.usage);
    expect((await run("spool purge", { home, tty: true, answers: ["n"] })).code).toBe(ExitCode.usage);
    expect(await spool.list("dead")).toHaveLength(1);
    expect((await run("spool purge", { home, tty: true, answers: ["y"] })).code).toBe(ExitCode.ok);
    expect(await spool.list("dead")).toEqual([]);
    expect(await spool.list("pending")).toHaveLength(1);
  });

  it("deletes what waits only by name or with --pending or --all", async () => {
    const { home, spool, pending } = await homeWithDead();
    // Nobody is there to be asked: the command that goes on deletes no more than this one would have.
    for (const line of [`spool purge ${pending}`, "spool purge --pending", "spool purge --all -p prod"])
      expect((await run(line, { home })).stderr).toContain(`hint: onduty ${line} --yes\n`);
    expect((await run(`spool purge ${pending} --yes`, { home })).code).toBe(ExitCode.ok);
    expect(await spool.list("pending")).toEqual([]);
    expect(await spool.list("dead")).toHaveLength(1);
    expect((await run("spool purge --all --pending --yes", { home })).code).toBe(ExitCode.usage);
    expect((await run("spool purge --all --yes", { home })).code).toBe(ExitCode.ok);
    expect(await spool.list("dead")).toEqual([]);
  });
});
