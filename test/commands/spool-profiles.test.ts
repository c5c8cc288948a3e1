import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Spool } from "../../src/spool/spool.ts";
import { newEntry } from "../spool/entry.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";

/* The spool of one profile, or of some: what others have in it is neither shown nor touched. */

/** Events of two profiles: one of each waits, and one of each was refused. */
async function setUp(url?: string) {
  const vendor = await fakeVendor();
  const taken = { status: "success", result: { action: "triggered", incident: { id: "inc_1" } } };
  vendor.reply("POST /api/events", 202, taken);
  const { opsknight } = profilesAt(url ?? vendor.url);
  const profiles = { eu: opsknight, us: opsknight };
  const home = await tempDir();
  const spool = new Spool({ dir: join(home, ".local/state/onduty/spool"), now: () => new Date() });
  const ids: Record<string, string> = {};
  for (const profile of ["eu", "us"]) {
    const add = (key: string) => spool.add({ ...newEntry(`${profile}-${key}`), profile, baseUrl: url ?? vendor.url });
    ids[profile] = (await add("waits")).id;
    const refused = await add("refused");
    ids[`${profile}-refused`] = refused.id;
    await spool.bury(refused.id, { message: "bad", at: new Date().toISOString(), status: 400 });
  }
  const command = (line: string, stdin?: string) =>
    run(line, { home, profiles, ...(stdin !== undefined && { stdin }) });
  const left = async () =>
    (await Promise.all((["pending", "dead"] as const).map((state) => spool.list(state)))).flat().map(({ id }) => id);
  return { vendor, ids, command, left };
}

describe("--profile with a command of the spool", () => {
  it("lists and shows the events of that profile alone", async () => {
    const { ids, command } = await setUp();
    const { stdout } = await command("spool list -p eu --json --fields dedupKey");
    expect(JSON.parse(stdout)).toEqual([{ dedupKey: "eu-waits" }, { dedupKey: "eu-refused" }]);
    expect((await command("spool list -p eu -p us -q")).stdout.trim().split("\n")).toHaveLength(4);
    expect((await command("spool list -q")).stdout.trim().split("\n")).toHaveLength(4);
    expect(await command(`spool show ${ids.us} -p eu`)).toMatchObject({ code: 5, stdout: "" });
  });

  it.each(["list", "flush", "show 1", "retry --all", "purge --all --yes"])(
    "refuses one that is neither stored nor in the spool: %s",
    async (words) => {
      const { command, left } = await setUp();
      const { code, stdout, stderr } = await command(`spool ${words} -p eu,nobody`);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^error: unknown profile "nobody"/);
      expect(await left()).toHaveLength(4);
    },
  );

  it("knows the name of a profile that was removed as long as the spool has its events", async () => {
    const { command } = await setUp();
    await command("profiles remove us --yes");
    expect((await command("spool list -p us -q")).stdout.trim().split("\n")).toHaveLength(2);
  });

  it("delivers, puts back and deletes those of that profile alone", async () => {
    const { vendor, ids, command, left } = await setUp();
    expect((await command("spool flush -p eu --json")).stdout).toContain('"delivered":1,"refused":0,"waiting":0');
    expect(vendor.requests).toMatchObject([{ body: { dedup_key: "eu-waits" } }]);
    await command("spool retry --all -p eu");
    expect((await command("spool list --pending --json --fields dedupKey")).stdout).toContain("eu-refused");
    expect(await command(`spool retry ${ids["us-refused"]} -p eu`)).toMatchObject({ code: 5 });
    await command("spool purge --all --yes -p eu");
    expect((await left()).sort()).toEqual([ids.us, ids["us-refused"]].sort());
  });
});

describe("the tools of `mcp --profile`", () => {
  it("see nothing of the events of other profiles", async () => {
    // Nobody listens there: it is about what is on this machine.
    const { ids, command } = await setUp("http://127.0.0.1:1");
    const calls = [
      ["spool_list", {}],
      ["spool_show", { id: [ids.us] }],
      ["status", { maxWait: "0" }],
      ["doctor", {}],
      ["spool_flush", { dryRun: true }],
      ["spool_retry", { all: true, dryRun: true }],
      ["spool_retry", { id: [ids["us-refused"]], dryRun: true }],
    ].map(([name, given]) => ({ method: "tools/call", params: { name, arguments: given } }));
    const hello = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } };
    const lines = [{ method: "initialize", params: hello }, ...calls].map((one, id) =>
      JSON.stringify({ jsonrpc: "2.0", id, ...one }),
    );
    const { stdout } = await command("mcp --allow-writes --profile eu", `${lines.join("\n")}\n`);
    const answers = stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { id: number; result: { structuredContent?: Record<string, unknown> } })
      .sort((a, b) => a.id - b.id)
      .map(({ result }) => result.structuredContent ?? {});
    const [, list, show, status, , flush, retryAll, retryOne] = answers;
    expect(list).toMatchObject({ rows: [{ dedupKey: "eu-waits" }, { dedupKey: "eu-refused" }] });
    expect(show).toMatchObject({ error: { kind: "notFound" } });
    expect(status).toMatchObject({ object: { spool: { pending: 1, dead: 1 } } });
    expect(JSON.stringify(flush)).toContain("eu-waits");
    expect(JSON.stringify(retryAll)).toContain("would put back 1 event");
    expect(retryOne).toMatchObject({ error: { kind: "notFound" } });
    // The id that was asked for stands in its error.
    const said = JSON.stringify(answers)
      .replaceAll(ids.us ?? "", "")
      .replaceAll(ids["us-refused"] ?? "", "");
    expect(said).not.toMatch(/us-waits|us-refused|"us"/);
  });
});
