import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ownerTag } from "../../src/disk/owner.ts";
import { ExitCode } from "../../src/errors.ts";
import { type NewEntry, Spool } from "../../src/spool/spool.ts";
import { newEntry } from "../spool/entry.ts";
import { runAndRead as run } from "../support/harness.ts";
import { fakeKeys, profilesAt } from "../support/profiles.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

const route = "POST /api/events";
const incident = { id: "inc_1", title: "Disk full", status: "OPEN" };
const taken = { status: "success", result: { action: "triggered", incident } };

async function vendorThatTakes(): Promise<FakeVendor> {
  return (await fakeVendor()).reply(route, 202, taken, { "x-request-id": "req_1" });
}

async function spooled(home: string, state = "pending"): Promise<string[]> {
  return readdir(join(home, ".local/state/onduty/spool", state)).catch(() => []);
}

const trigger = 'events trigger "Disk full" --dedup-key web-01/disk';

/** How many events are on disk. */
async function waiting(home: string): Promise<number> {
  const { stdout } = await run("spool list --json --fields id", { home });
  return (JSON.parse(stdout) as unknown[]).length;
}

const toResolve = "to resolve it: onduty events resolve k\n";

describe("events trigger", () => {
  it.each(["events trigger x --dedup-key k", "events resolve k", "deploy --status failed"])(
    "takes the service of the profile where a variable of the caller is empty: %s",
    async (line) => {
      const vendor = await vendorThatTakes();
      const profiles = profilesAt(vendor.url);
      const { code } = await run([...line.split(" "), "--service", "", "--routing-key", " "], { profiles });
      expect(code).toBe(ExitCode.ok);
      for (const { body } of vendor.requests) expect(body).toMatchObject({ service_id: "svc_1" });
    },
  );

  it("sends the event, prints one object, and leaves nothing on disk", async () => {
    const vendor = await vendorThatTakes();
    const { code, stdout, home } = await run(
      `${trigger} --severity CRIT --source web-01 --detail disk=/var --link "https://ci.example.com/7=Run 7" --json`,
      { profiles: profilesAt(vendor.url) },
    );

    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toEqual({
      action: "trigger",
      dedupKey: "web-01/disk",
      delivery: "delivered",
      result: "triggered",
      incident: { id: "inc_1", title: "Disk full", status: "open", url: expect.toSatisfy((url) => url !== undefined) },
      provider: "opsknight",
      profile: "opsknight",
      requestId: expect.toSatisfy((id) => id !== undefined),
      attempts: 1,
      spoolId: null,
      message: null,
    });
    expect(Object.keys(JSON.parse(stdout))).toEqual([
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
    expect(vendor.requests.map(({ body }) => body)).toEqual([
      expect.objectContaining({
        event_action: "trigger",
        dedup_key: "web-01/disk",
        payload: expect.objectContaining({ summary: "Disk full", severity: "critical", source: "web-01" }),
      }),
    ]);
    expect(await spooled(home)).toEqual([]);
  });

  it("prints a line at a terminal and tab-separated values in a pipe", async () => {
    const vendor = await vendorThatTakes();
    const profiles = profilesAt(vendor.url);
    expect((await run(trigger, { profiles, tty: true })).stdout).toBe(
      "triggered  web-01/disk  incident inc_1 (open)\n",
    );
    expect((await run(trigger, { profiles })).stdout).toBe("trigger\tweb-01/disk\tdelivered\ttriggered\tinc_1\n");
  });

  it("makes the same key for the same command, in CI from the job", async () => {
    const vendor = await vendorThatTakes();
    const env = { GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: "acme/web", GITHUB_WORKFLOW: "CI", GITHUB_JOB: "test" };
    const options = { profiles: profilesAt(vendor.url) };
    const outside = 'events trigger "Disk full" --source web-01 --json';
    const first = JSON.parse((await run(outside, options)).stdout) as { dedupKey: string };
    const again = JSON.parse((await run(outside, options)).stdout) as { dedupKey: string };
    const inCi = JSON.parse((await run("events trigger failed --json", { ...options, env })).stdout) as {
      dedupKey: string;
    };
    expect([first.dedupKey, again.dedupKey]).toEqual(["web-01:Disk full", "web-01:Disk full"]);
    expect(inCi.dedupKey).toBe("ci:acme/web:CI:test:service=svc_1");
    expect(JSON.stringify(vendor.requests[2]?.body)).toContain('"name":"GitHub Actions"');
  });

  it("keeps the event and exits 8 when nobody answers, and never stores a key", async () => {
    const vendor = await fakeVendor();
    const profiles = profilesAt(vendor.url);
    await vendor.close();
    const { code, stdout, stderr, home } = await run(`${trigger} --max-wait 0 --json`, { profiles });

    expect(code).toBe(ExitCode.pending);
    const [name = ""] = await spooled(home);
    const row = JSON.parse(stdout) as { spoolId: string };
    expect(row).toMatchObject({ delivery: "spooled", result: null, attempts: 1, dedupKey: "web-01/disk" });
    expect(name).toBe(`${row.spoolId}.json`);
    expect(stderr).toContain("onduty spool flush");
    const file = await readFile(join(home, ".local/state/onduty/spool/pending", name), "utf8");
    for (const key of Object.values(fakeKeys)) expect(file).not.toContain(key);

    expect((await run(`${trigger} --max-wait 0 --spool-ok`, { profiles })).code).toBe(ExitCode.ok);
    expect((await run(`${trigger} --max-wait 0 --no-spool`, { profiles })).code).toBe(ExitCode.network);
  });

  it("goes out after what waits under its key, and before all else that waits", async () => {
    const vendor = await fakeVendor();
    let up = false;
    vendor.handle(route, (_, response) => {
      response.writeHead(up ? 202 : 503, { "content-type": "application/json" }).end(up ? JSON.stringify(taken) : "{}");
    });
    const home = await tempDir();
    const options = { profiles: profilesAt(vendor.url), home };
    for (const summary of ["other-1", "own-1", "own-2"]) {
      const key = summary.slice(0, -2);
      const { code } = await run(`events trigger ${summary} --dedup-key ${key} --max-wait 0`, options);
      expect(code).toBe(ExitCode.pending);
    }
    expect(await spooled(home)).toHaveLength(3);
    up = true;
    vendor.requests.length = 0;
    const { code } = await run("events resolve own --max-wait 0", options);

    expect(code).toBe(ExitCode.ok);
    const sent = vendor.requests.map(({ body }) => body as { dedup_key: string; event_action: string });
    expect(sent.map(({ dedup_key, event_action }) => `${event_action} ${dedup_key}`)).toEqual([
      "trigger own",
      "trigger own",
      "resolve own",
      "trigger other",
    ]);
    expect(await spooled(home)).toEqual([]);
  });

  it("reports the result of earlier events of its own key", async () => {
    const vendor = await fakeVendor();
    const refusals: Record<string, number> = {};
    vendor.handle(route, ({ body }, response) => {
      const { summary } = (body as { payload: { summary: string } }).payload;
      const status = refusals[summary] ?? 202;
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(status === 202 ? taken : { error: `no ${summary}` }));
    });
    const home = await tempDir();
    const options = { profiles: profilesAt(vendor.url), home };
    const send = (summary: string, words = "") =>
      run(`events trigger ${summary} --dedup-key own --max-wait 0 ${words}`, options);
    Object.assign(refusals, { first: 503, second: 503 });
    await send("first");
    const held = await send("second", "--json");
    expect(held.code).toBe(ExitCode.pending);
    expect(JSON.parse(held.stdout)).toMatchObject({
      delivery: "spooled",
      message: "an earlier event of this key is not delivered yet: POST /api/events: no first (503)",
    });

    Object.assign(refusals, { first: 400, second: 202 });
    const { code, stderr } = await send("third");
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain("delivered 1 earlier event from the spool as well");
    expect(stderr).toContain("1 earlier event from the spool refused; see: onduty spool list --dead");
    expect(await spooled(home, "dead")).toHaveLength(1);
  });

  it("does not blame an earlier event when it was interrupted itself", async () => {
    const vendor = (await fakeVendor()).reply(route, 503);
    const interrupt = new AbortController();
    const options = { profiles: profilesAt(vendor.url), home: await tempDir() };
    await run("events trigger other --dedup-key web-01/disk --max-wait 0", options);
    // What waits under its key goes first.
    vendor.handle(route, (_, response) => {
      interrupt.abort("SIGINT");
      response.destroy();
    });
    const { code, stderr } = await run(trigger, { ...options, signal: interrupt.signal });
    expect(code).toBe(ExitCode.interrupted);
    expect(stderr).toContain('not delivered yet: "web-01/disk": interrupted\n');
  });

  it("exits 4 behind an earlier event that waits for a key, too", async () => {
    const vendor = (await fakeVendor()).reply(route, 401, { error: "Unauthorized" });
    const options = { profiles: profilesAt(vendor.url), home: await tempDir() };
    for (const words of ["", "", "--spool-ok"]) {
      const { code, stderr } = await run(`${trigger} --max-wait 0 ${words}`, options);
      expect(code).toBe(ExitCode.auth);
      expect(stderr).toContain("hint: onduty keys validate");
    }
    expect(await waiting(options.home)).toBe(3);
  });

  it("is not kept waiting by many earlier events, nor by one that the vendor does not take", async () => {
    const vendor = await fakeVendor();
    let mood: "down" | "slow" | "picky" = "down";
    vendor.handle(route, ({ body }, response) => {
      const { payload } = body as { payload?: { summary: string } };
      const fails = mood === "down" || (mood === "picky" && payload?.summary !== "new");
      const answer = (): void => {
        response.writeHead(fails ? 503 : 202, { "content-type": "application/json" }).end(JSON.stringify(taken));
      };
      if (mood === "slow" && payload?.summary !== "new") setTimeout(answer, 30);
      else answer();
    });
    const home = await tempDir();
    const options = { profiles: profilesAt(vendor.url), home };
    const lines = Array.from({ length: 60 }, (_, index) => JSON.stringify({ summary: "old", dedupKey: `k${index}` }));
    await run("events send --max-wait 0", { ...options, stdin: lines.join("\n") });
    expect(await waiting(home)).toBe(60);

    mood = "picky";
    vendor.requests.length = 0;
    expect((await run("events trigger new --dedup-key a --max-wait 0", options)).code).toBe(ExitCode.ok);
    const sent = (): string[] =>
      vendor.requests.map(({ body }) => (body as { payload: { summary: string } }).payload.summary);
    expect(sent().indexOf("new")).toBe(0);
    expect(await waiting(home)).toBe(60);

    mood = "slow";
    vendor.requests.length = 0;
    const { code, stderr } = await run("events trigger new --dedup-key b", options);
    expect(code).toBe(ExitCode.ok);
    expect(sent().indexOf("new")).toBe(0);
    expect(stderr).toContain("delivered 60 earlier events from the spool as well");
    expect(await waiting(home)).toBe(0);
  });

  it("is tried although thousands wait and the vendor is down", async () => {
    const vendor = (await fakeVendor()).reply(route, 503, {});
    const home = await tempDir();
    const options = { profiles: profilesAt(vendor.url), home };
    const spool = new Spool({ dir: join(home, ".local/state/onduty/spool"), now: () => new Date(Date.now() - 1000) });
    const whose = { profile: "opsknight", baseUrl: vendor.url };
    for (let batch = 0; batch < 6; batch += 1) {
      const old = Array.from({ length: 500 }, (_, n) => ({ ...newEntry(`k${batch}-${n}`), ...whose }));
      await (await spool.addBatch(old)).release();
    }
    const { code, stdout } = await run("events trigger new --dedup-key a --max-wait 0 --json", options);
    expect(code).toBe(ExitCode.pending);
    expect(JSON.parse(stdout)).toMatchObject({ attempts: 1, message: expect.stringContaining("503") });
    expect(vendor.requests.at(-1)?.body).toMatchObject({ dedup_key: "a" });
    expect(vendor.requests.length).toBeLessThanOrEqual(9);
  }, 60_000);

  it("puts into dead what the vendor refuses, and exits 1", async () => {
    const vendor = (await fakeVendor()).reply(route, 400, { error: "bad summary" });
    const { code, stdout, stderr, home } = await run(`${trigger} --json`, { profiles: profilesAt(vendor.url) });
    expect(code).toBe(ExitCode.failure);
    expect(JSON.parse(stdout)).toMatchObject({ delivery: "refused", spoolId: expect.any(String) });
    expect(JSON.parse(stderr.trim().split("\n").at(-1) ?? "")).toMatchObject({
      error: { kind: "failure", status: 400 },
    });
    expect(await spooled(home)).toEqual([]);
    expect(await spooled(home, "dead")).toHaveLength(1);
  });

  it.each([401, 403])("keeps the event when the key is bad (%d), and exits 4", async (status) => {
    const vendor = (await fakeVendor()).reply(route, status, { error: "no" });
    const { code, stdout, home } = await run(`${trigger} --json`, { profiles: profilesAt(vendor.url) });
    expect(code).toBe(ExitCode.auth);
    expect(JSON.parse(stdout)).toMatchObject({ delivery: "spooled" });
    expect(await spooled(home)).toHaveLength(1);
  });

  it("sends without the spool when that cannot be written, and reports it", async () => {
    const vendor = await vendorThatTakes();
    const home = await tempDir();
    await mkdir(join(home, ".local/state"), { recursive: true });
    await writeFile(join(home, ".local/state/onduty"), "a file in the way");
    const { code, stderr } = await run(trigger, { profiles: profilesAt(vendor.url), home });
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain("cannot be written");
    expect(vendor.requests).toHaveLength(1);
  });

  it.each([
    ["--severity UNKNOWN", { payload: { severity: "error" } }, ""],
    ["--severity 2", { payload: { severity: "error" } }, ""],
    ["--at 1772331247", { payload: { timestamp: "2026-03-01T02:14:07.000Z" } }, ""],
    ["--at $TIMET$", { payload: {} }, 'the time "$TIMET$" cannot be read: the event goes out without one\n'],
  ])("takes what a monitoring system passes: %s", async (words, body, warning) => {
    const vendor = await vendorThatTakes();
    const result = await run(`events trigger Disk --dedup-key k ${words}`, { profiles: profilesAt(vendor.url) });
    expect(result).toMatchObject({ code: ExitCode.ok, stderr: `${warning}${toResolve}` });
    expect(vendor.requests).toMatchObject([{ body }]);
  });

  it.each(["--severity loud", "--at nonsense", "--link nowhere"])(
    "refuses what a person mistypes: %s",
    async (words) => {
      const vendor = await vendorThatTakes();
      const { code } = await run(`events trigger Disk ${words}`, { profiles: profilesAt(vendor.url) });
      expect(code).toBe(ExitCode.usage);
      expect(vendor.requests).toEqual([]);
    },
  );

  it("prints the command that resolves it, to be pasted as it is", async () => {
    const vendor = await vendorThatTakes();
    const profiles = profilesAt(vendor.url);
    const words = ["events", "trigger", "Disk", "--dedup-key", "web 01 disk", "--service", "svc_1"];
    const { stdout, stderr } = await run([...words, "-p", "opsknight", "--json"], { profiles });
    expect(JSON.parse(stdout)).toMatchObject({ dedupKey: "web 01 disk" });
    expect(stderr).toContain("to resolve it: onduty events resolve 'web 01 disk' --service svc_1 -p opsknight");
    expect((await run([...words, "--quiet"], { profiles })).stderr).toBe("");
  });

  it("prints no such command for an event that was refused", async () => {
    const vendor = (await fakeVendor()).reply(route, 400, { error: { code: "VALIDATION_ERROR", message: "no" } });
    const { stderr } = await run("events trigger Disk --dedup-key k", { profiles: profilesAt(vendor.url) });
    expect(stderr).not.toContain("to resolve it");
  });

  it("takes a summary that begins with a dash where it can be no option", async () => {
    const vendor = await vendorThatTakes();
    const profiles = profilesAt(vendor.url);
    for (const summary of ["-12.5 C outside", "--- DISK CRITICAL ---", "-5", "-web is down", "- item", "–12 C"]) {
      const words = ["events", "trigger", "--component", "-x", summary, "--severity", "warning", "--dedup-key", "k"];
      expect(await run(words, { profiles })).toMatchObject({ code: ExitCode.ok, stderr: toResolve });
      expect(vendor.requests.at(-1)?.body).toMatchObject({
        payload: { summary, severity: "warning", component: "-x" },
      });
    }
    const resolve = await run("events resolve -web -12.5", { profiles });
    expect(resolve.code).toBe(ExitCode.ok);
    expect(vendor.requests.slice(-2).map(({ body }) => (body as { dedup_key: string }).dedup_key)).toEqual([
      "-web",
      "-12.5",
    ]);
  });

  it.each([
    "trigger x -s",
    "trigger -summary x",
    "trigger --sumary x",
    "resolve web -note done",
    "resolve -n",
    "trigger --",
  ])("does not take an option for a text: events %s", async (words) => {
    const vendor = await vendorThatTakes();
    const { code } = await run(`events ${words}`, { profiles: profilesAt(vendor.url) });
    expect(code).toBe(ExitCode.usage);
    expect(vendor.requests).toEqual([]);
  });

  it("sends a summary of many lines as one, and one that is empty under its key", async () => {
    const vendor = await vendorThatTakes();
    const profiles = profilesAt(vendor.url);
    const words = ["events", "trigger", "--dedup-key", "k", "--source", ""];
    const many = await run([...words, "--summary", "DISK CRITICAL\nsecond line\n"], { profiles });
    expect(many.code).toBe(ExitCode.ok);
    expect(many.stderr).toBe(
      `the summary has line breaks: they are replaced by blanks, and the details have all of it as "summary"\n${toResolve}`,
    );
    expect((await run([...words, "--summary", ""], { profiles })).code).toBe(ExitCode.ok);
    expect((await run(["events", "trigger", "--summary", ""], { profiles })).code).toBe(ExitCode.usage);
    expect(vendor.requests.map(({ body }) => (body as { payload: object }).payload)).toMatchObject([
      { summary: "DISK CRITICAL second line", custom_details: { summary: "DISK CRITICAL\nsecond line" } },
      { summary: "k" },
    ]);
  });

  it("writes nothing and sends nothing with --dry-run", async () => {
    const vendor = await fakeVendor();
    const { code, stdout, home } = await run(`${trigger} --dry-run --json`, { profiles: profilesAt(vendor.url) });
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject([{ method: "POST", route: "/api/events" }]);
    expect(await spooled(home)).toEqual([]);
  });

  it.each([
    ["events trigger", "the summary is missing"],
    ['events trigger ""', "the summary is missing"],
    ["events trigger a --summary b", "summary given twice"],
    ["events trigger a --severity loud", "Allowed choices are critical, error, warning, info"],
    ['events trigger a --dedup-key " "', "the dedup key is empty"],
    [`events trigger a --dedup-key ${"x".repeat(201)}`, "201"],
    ["events trigger a --details nowhere.json", 'could not read --details "nowhere.json"'],
    ["events trigger a --link nowhere", "Expected a full URL"],
    ["events trigger a --profile flotiq", "flotiq has no events"],
    ['events ack ""', "the dedup key is empty"],
    ["events resolve", "dedup-key"],
  ])("rejects `%s` before anything is written", async (commandLine, message) => {
    const vendor = await fakeVendor();
    const { code, stderr, home } = await run(commandLine, { profiles: profilesAt(vendor.url) });
    expect(stderr).toContain(message);
    expect(code).toBe(ExitCode.usage);
    expect(await spooled(home)).toEqual([]);
  });

  it("reads details from standard input, with their types", async () => {
    const vendor = await vendorThatTakes();
    const options = { profiles: profilesAt(vendor.url), stdin: '{"percent":97}' };
    expect((await run(`${trigger} --details -`, options)).code).toBe(ExitCode.ok);
    expect(JSON.stringify(vendor.requests[0]?.body)).toContain('"percent":97');
  });
});

describe("events ack and resolve", () => {
  it("prints a list for several keys, and exits 7 when they fare differently", async () => {
    const vendor = await fakeVendor();
    vendor.handle(route, (seen, response) => {
      const bad = JSON.stringify(seen.body).includes("key-2");
      response.writeHead(bad ? 400 : 202, { "content-type": "application/json" });
      response.end(
        JSON.stringify(bad ? { error: "no" } : { status: "success", result: { action: "resolved", incident } }),
      );
    });
    const { code, stdout } = await run("events resolve key-1 key-2 key-1 --json", { profiles: profilesAt(vendor.url) });
    expect(code).toBe(ExitCode.partial);
    expect(JSON.parse(stdout)).toMatchObject([
      { dedupKey: "key-1", delivery: "delivered", result: "resolved" },
      { dedupKey: "key-2", delivery: "refused" },
    ]);
    expect(vendor.requests).toHaveLength(2);
  });

  it("reads keys from the JSON of trigger", async () => {
    const vendor = await vendorThatTakes();
    const options = { profiles: profilesAt(vendor.url) };
    const { stdout } = await run(`${trigger} --json`, options);
    expect((await run("events resolve -", { ...options, stdin: stdout })).code).toBe(ExitCode.ok);
    expect(vendor.requests[1]?.body).toMatchObject({ event_action: "resolve", dedup_key: "web-01/disk" });
  });

  it("reports when nothing was open, and exits 9 if asked for the status", async () => {
    const vendor = (await fakeVendor()).reply(route, 202, {
      status: "success",
      result: { action: "ignored", reason: "no open incident" },
    });
    const options = { profiles: profilesAt(vendor.url) };
    const plain = await run("events acknowledge web-01/disk", options);
    expect(plain).toMatchObject({ code: ExitCode.ok, stderr: expect.stringContaining("ignored") });
    expect((await run("events ack web-01/disk --exit-status", options)).code).toBe(ExitCode.no);
  });

  it("names the key of a summary that was given as one", async () => {
    const vendor = (await fakeVendor()).reply(route, 202, { status: "success", result: { action: "ignored" } });
    const options = { profiles: profilesAt(vendor.url), env: { K_SERVICE: "vm" } };
    const hint = (key: string) => `hint: the alert with this summary: onduty events resolve 'vm:${key}'\n`;
    const quoted = await run("events resolve 'Disk 95 % full'", options);
    expect(quoted).toMatchObject({ code: ExitCode.ok, stderr: expect.stringContaining(hint("Disk 95 % full")) });
    const words = await run("events resolve Disk full -q", options);
    expect(words.stderr).not.toContain("hint");
    expect((await run("events resolve Disk full", options)).stderr).toContain(hint("Disk full"));
    expect((await run("events resolve web-01/disk", options)).stderr).not.toContain("hint");
  });

  it("is not good news with --exit-status when the vendor does not report what was open", async () => {
    const vendor = (await fakeVendor()).reply("POST /api/events", 202, { status: "success" });
    const options = { profiles: profilesAt(vendor.url) };
    expect(await run("events resolve web-01/disk", options)).toMatchObject({ code: ExitCode.ok, stderr: "" });
    const asked = await run("events resolve web-01/disk --exit-status", options);
    expect(asked).toMatchObject({ code: ExitCode.partial, stderr: expect.stringContaining("not known for") });
  });
});

describe("an event that a killed process left", () => {
  // No process has so high a number.
  const dead = ownerTag().replace(/-\d+-\d+$/, "-99999999-1");
  const event = { action: "trigger", summary: "first", severity: "error", source: "s", dedupKey: "k" } as const;

  async function runAfter(leave: (spool: Spool, entry: NewEntry) => Promise<void>) {
    const vendor = await vendorThatTakes();
    const home = await tempDir();
    const dir = join(home, ".local/state/onduty/spool");
    const spool = new Spool({ dir, now: () => new Date(Date.now() - 1000) });
    const target = { provider: "opsknight", profile: "opsknight", baseUrl: vendor.url } as const;
    await leave(spool, { ...target, event: { ...event, details: {}, links: [] } });
    const { code } = await run("events trigger second --dedup-key k", { home, profiles: profilesAt(vendor.url) });
    const summaries = vendor.requests.map(({ body }) => (body as { payload: { summary: string } }).payload.summary);
    expect(await readdir(join(dir, "tmp"))).toEqual([]);
    expect(await readdir(join(dir, "pending"))).toEqual([]);
    return { code, summaries };
  }

  it("while it was writing it goes out before a later one of its key", async () => {
    const { code, summaries } = await runAfter(async (spool, entry) => {
      const { id } = await spool.add(entry);
      await rename(join(spool.dir, "pending", `${id}.json`), join(spool.dir, "tmp", `${id}.${dead}.add`));
    });
    expect(code).toBe(ExitCode.ok);
    expect(summaries).toEqual(["first", "second"]);
  });

  it("while it was delivering many goes out before a later one of its key", async () => {
    const { code, summaries } = await runAfter(async (spool, entry) => {
      await spool.addBatch([entry]);
      const pending = join(spool.dir, "pending");
      const [name = ""] = await readdir(pending);
      await rename(join(pending, name), join(pending, name.replace(ownerTag(), dead)));
    });
    expect(code).toBe(ExitCode.ok);
    expect(summaries).toEqual(["first", "second"]);
  });
});

describe("events of several keys", () => {
  it("reports the result of each with --no-spool, when one cannot be sent", async () => {
    const vendor = await fakeVendor();
    vendor.handle(route, ({ body }, response) => {
      const status = (body as { dedup_key: string }).dedup_key === "b" ? 503 : 202;
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(taken));
    });
    const profiles = profilesAt(vendor.url);
    const { code, stdout, stderr } = await run("events resolve a b c --no-spool --max-wait 0 --json", { profiles });
    expect(code).toBe(ExitCode.partial);
    expect(JSON.parse(stdout)).toMatchObject([
      { dedupKey: "a", delivery: "delivered" },
      { dedupKey: "b", delivery: "refused", message: expect.stringContaining("not sent, and not in the spool: ") },
      { dedupKey: "c", delivery: "delivered" },
    ]);
    expect(stderr).toContain('"b": not sent, and not in the spool: POST /api/events: ');

    await vendor.close();
    const down = await run("events resolve a b --no-spool --max-wait 0 --json", { profiles });
    expect(down.code).toBe(ExitCode.network);
    expect(JSON.parse(down.stdout)).toHaveLength(2);
  });

  it("names the key when it is the key that is wrong", async () => {
    const profiles = profilesAt((await fakeVendor()).url);
    const control = await run(["events", "resolve", "a\tb"], { profiles });
    expect(control).toMatchObject({
      code: ExitCode.usage,
      stderr: expect.stringContaining("the dedup key has a control"),
    });
    const long = await run(["events", "resolve", "k".repeat(600)], { profiles });
    expect(long.stderr).toContain("the dedup key has 600 characters");
    const none = await run("events resolve -", { profiles, stdin: "" });
    expect(none.stderr).toContain("no keys on standard input");
    expect(none.stderr).not.toContain("incidents");
  });
});
