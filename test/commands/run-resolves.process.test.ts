import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bareEnv, start } from "../support/process.ts";
import { homeWith } from "../support/profiles.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

const events = "POST /api/events";
const incidents = "GET /api/incidents";
const stateFolder = (home: string): string => join(home, ".local/state/onduty/clear");

const answer = (action: string): [string, number, object] => {
  const incident = { id: "inc_1", title: "x", status: action === "triggered" ? "OPEN" : "RESOLVED" };
  const result = action === "ignored" ? { action, reason: "nothing open" } : { action, incident };
  return [events, 202, { status: "success", result }];
};

const row = (more: object) => ({
  id: "inc_1",
  title: "x",
  status: "OPEN",
  urgency: "HIGH",
  dedupKey: "job",
  service: { id: "svc", name: "Checkout" },
  createdAt: "2026-03-01T10:00:00.000Z",
  ...more,
});

/** A vendor like OpsKnight 1.3.1, whose key may not read unless there are rows. */
async function setUp({ rows, keys = {} }: { rows?: object[]; keys?: object } = {}) {
  const vendor = await fakeVendor();
  if (rows === undefined) vendor.reply(incidents, 403, { error: "API key missing scope: incidents:read." });
  else vendor.reply(incidents, 200, { incidents: rows });
  vendor.handle(events, ({ body }, response) => {
    const { event_action: action } = body as { event_action: string };
    const [, status, reply] = answer(action === "trigger" ? "triggered" : "resolved");
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(reply));
  });
  const apiKey = { text: "sk_test_fake_run_state_0001" };
  const home = await homeWith({
    prod: { provider: "opsknight", baseUrl: vendor.url, service: "svc", apiKey, ...keys },
  });
  return { vendor, home, env: bareEnv(home) };
}

const asked = ({ requests }: FakeVendor): string[] =>
  requests.map(({ method, body }) => (method === "GET" ? "read" : (body as { event_action: string }).event_action));

async function runs(env: Record<string, string>, words: string, more: string[] = []): Promise<string> {
  let stderr = "";
  for (const word of words.split(" "))
    stderr += (await start(["run", "--dedup-key", "job", ...more, "--", word], env).ended).stderr;
  return stderr;
}

describe("run", () => {
  it("does not resolve again what the last run has left resolved", async () => {
    const { vendor, env } = await setUp();
    const stderr = await runs(env, "true true true false true true");
    expect(asked(vendor)).toEqual(["read", "resolve", "trigger", "resolve"]);
    expect(stderr).toContain("OpsKnight: nothing to resolve  job\n");
  });

  it("does not resolve what the vendor shows to be closed, or not to exist", async () => {
    for (const rows of [[], [row({ status: "RESOLVED" })], [row({ dedupKey: "other" })]]) {
      const { vendor, env } = await setUp({ rows });
      await runs(env, "true true false true");
      expect(asked(vendor)).toEqual(["read", "trigger", "resolve"]);
    }
  });

  it.each([
    ["is open", [row({ status: "SNOOZED" })]],
    ["may be open on another service", [row({ service: { id: "other", name: "Other" } })]],
    ["may be among the older ones", Array.from({ length: 100 }, (_, n) => row({ id: `inc_${n}`, dedupKey: `k${n}` }))],
    ["cannot be told, for rows have no keys", [{ id: "inc_1", title: "x", status: "OPEN", urgency: "HIGH" }]],
  ])("resolves what %s", async (_, rows) => {
    const { vendor, env } = await setUp({ rows });
    await runs(env, "true");
    expect(asked(vendor)).toEqual(["read", "resolve"]);
  });

  it("resolves where an integration key sends, and the API key may see only a part", async () => {
    const integrationKey = { text: "00000000fake00000000fake00000001" };
    const { vendor, env } = await setUp({ rows: [row({ dedupKey: "other" })], keys: { integrationKey } });
    await runs(env, "true");
    expect(asked(vendor)).toEqual(["read", "resolve"]);
  });

  it("resolves after a failure that is still in the spool, and behind it", async () => {
    const { vendor, env } = await setUp({ rows: [] });
    await runs(env, "true");
    await vendor.close();
    await runs(env, "false", ["--max-wait", "0"]);
    const stderr = await runs(env, "true", ["--max-wait", "0"]);
    expect(stderr).toContain("an earlier event of this key is not delivered yet");
    expect(stderr).not.toContain("nothing to resolve");
  });

  it("gives what waits in the spool its turn when there is nothing to resolve", async () => {
    const { vendor, env } = await setUp();
    await runs(env, "true");
    vendor.reply(events, 503);
    await start(["events", "trigger", "x", "--dedup-key", "other", "--max-wait", "0"], env).ended;
    vendor.reply(...answer("triggered"));
    const stderr = await runs(env, "true");
    expect(stderr).toContain("nothing to resolve  job\ndelivered 1 earlier event from the spool as well\n");
  });

  it("resolves what another command has triggered since", async () => {
    for (const words of [
      ["events", "trigger", "x", "--dedup-key", "job"],
      ["events", "send"],
    ]) {
      const { vendor, env } = await setUp();
      await runs(env, "true");
      const stdin = words.includes("send") ? '{"summary":"x","dedupKey":"job"}\n' : "";
      await start(words, env, stdin).ended;
      await runs(env, "true");
      expect(asked(vendor)).toEqual(["read", "resolve", "trigger", "resolve"]);
    }
  });

  it("keeps apart keys, services and profiles", async () => {
    const { vendor, env } = await setUp();
    await runs(env, "true");
    await runs(env, "true", ["--service", "other"]);
    await start(["run", "--dedup-key", "job2", "--", "true"], env).ended;
    expect(asked(vendor)).toEqual(["read", "resolve", "read", "resolve", "read", "resolve"]);
  });

  it("trusts what it knows for an hour", async () => {
    const { vendor, home, env } = await setUp();
    await runs(env, "true");
    const [name = ""] = await readdir(stateFolder(home));
    const file = join(stateFolder(home), name);
    for (const [minutes, expected] of [
      [-59, ["read", "resolve"]],
      [-61, ["read", "resolve", "read", "resolve"]],
      [5, ["read", "resolve", "read", "resolve", "read", "resolve"]],
    ] as const) {
      await writeFile(file, `clear ${new Date(Date.now() + minutes * 60_000).toISOString()} x\n`);
      await runs(env, "true");
      expect(asked(vendor)).toEqual(expected);
    }
  });

  it("does not trust it in CI, where the last run may have been on another machine", async () => {
    const { vendor, env } = await setUp();
    await runs({ ...env, CI: "true", GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: "acme/web" }, "true true");
    expect(asked(vendor)).toEqual(["read", "resolve", "read", "resolve"]);
  });

  it("keeps a small file for each key, which only its owner reads", async () => {
    const { home, env } = await setUp();
    await runs(env, "true false");
    const names = await readdir(stateFolder(home));
    expect(names).toHaveLength(1);
    const file = join(stateFolder(home), names[0] ?? "");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(stateFolder(home))).mode & 0o777).toBe(0o700);
    expect(await readFile(file, "utf8")).toMatch(/^open \S+ \S+\n$/);
    expect(await readFile(file, "utf8")).not.toContain("job");
  });

  it("has at most a thousand of them", async () => {
    const { home, env } = await setUp();
    await mkdir(stateFolder(home), { recursive: true, mode: 0o700 });
    for (let n = 0; n < 1000; n += 1)
      await writeFile(join(stateFolder(home), n.toString(16).padStart(16, "0")), "open 2026-03-01T10:00:00.000Z x\n");
    await runs(env, "true");
    expect(await readdir(stateFolder(home))).toHaveLength(500);
    expect(await runs(env, "true")).toContain("nothing to resolve");
  });

  it.each([
    ["holds something else", async (folder: string, name: string) => writeFile(join(folder, name), "\0\xff")],
    ["is empty", async (folder: string, name: string) => writeFile(join(folder, name), "")],
    ["cannot be written any more", async (folder: string) => chmod(folder, 0o500)],
  ])("resolves as if it knew nothing when its state %s", async (what, spoil) => {
    const { vendor, home, env } = await setUp();
    await runs(env, "true");
    const [name = ""] = await readdir(stateFolder(home));
    await spoil(stateFolder(home), name);
    // The system lets root write everywhere.
    const isRoot = process.getuid?.() === 0 && what.includes("written");
    await runs(env, "true");
    await chmod(stateFolder(home), 0o700);
    expect(asked(vendor)).toEqual(isRoot ? ["read", "resolve"] : ["read", "resolve", "read", "resolve"]);
  });

  it("resolves after a failure whose process was killed as it sent", async () => {
    const { vendor, env } = await setUp();
    await runs(env, "true");
    vendor.handle(events, () => {});
    const waiting = vendor.requests.length;
    const running = start(["run", "--dedup-key", "job", "--", "false"], env);
    while (vendor.requests.length === waiting) await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill("SIGKILL");
    await running.ended;
    vendor.reply(...answer("triggered")).reply(...answer("resolved"));
    const stderr = await runs(env, "true");
    expect(stderr).not.toContain("nothing to resolve");
  });
});
