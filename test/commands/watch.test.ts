import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { spawn as spawnTerminal } from "@lydell/node-pty";
import { afterEach, describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { changesBetween } from "../../src/incidents/changes.ts";
import type { Incident } from "../../src/model/incident.ts";
import { run } from "../support/harness.ts";
import { bareEnv, launch, start } from "../support/process.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

interface Row {
  id: string;
  title: string;
  status: string;
  urgency: string;
  created_at: string;
  acknowledged_at?: string;
  resolved_at?: string;
}

const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
const open = (id: string, more: Partial<Row> = {}): Row => ({
  id,
  title: `Title of ${id}`,
  status: "OPEN",
  urgency: "HIGH",
  created_at: at(0),
  ...more,
});

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A vendor whose incidents the test changes; `fail` makes it answer that status instead. */
async function setUp(rows: Row[]) {
  const state = { rows, fail: 0, looks: 0, behindMs: 0 };
  const vendor: FakeVendor = await fakeVendor();
  vendor.handle("GET /api/incidents", ({ query }, response) => {
    if (query.status !== undefined) state.looks += 1;
    const wanted = query.status?.split(",");
    const since = query.created_after ?? "";
    const data = state.rows.filter(
      ({ status, created_at: created }) => (wanted?.includes(status) ?? true) && created >= since,
    );
    const date = new Date(Date.now() - state.behindMs).toUTCString();
    const headers = { "content-type": "application/json", date, ...(state.fail === 429 && { "retry-after": "1" }) };
    response.writeHead(state.fail === 0 ? 200 : state.fail, headers);
    response.end(
      JSON.stringify(
        state.fail === 0 ? { data, pagination: { total: data.length, limit: 100, offset: 0, has_more: false } } : {},
      ),
    );
  });
  for (const id of ["a", "b", "c", "d"])
    vendor.handle(`GET /api/incidents/${id}`, (_, response) => {
      const row = state.rows.find((one) => one.id === id);
      response
        .writeHead(row === undefined ? 404 : 200, { "content-type": "application/json" })
        .end(JSON.stringify(row === undefined ? { error: { code: "NOT_FOUND", message: "gone" } } : { data: row }));
    });
  const home = await tempDir();
  const env = bareEnv(home, {
    ONDUTY_PROVIDER: "opsknight",
    ONDUTY_BASE_URL: vendor.url,
    ONDUTY_API_KEY: "sk_test_fake_watch_0001",
  });
  const looked = async (more = 1): Promise<void> => {
    const target = state.looks + more;
    await expect.poll(() => state.looks).toBeGreaterThanOrEqual(target);
  };
  return { vendor, state, env, home, looked };
}

/** Starts the real program; gives the changes told so far. */
function watch(env: Record<string, string>, words: string[] = []) {
  const { child, ended } = start(["incidents", "watch", "--interval", "1s", ...words], env);
  stops.push(() => child.kill("SIGKILL"));
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += String(chunk);
  });
  const told = (): string[] =>
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { change: string; incident: Incident })
      .map(({ change, incident }) => `${change} ${incident.id}`);
  return { child, ended, told };
}

describe("incidents watch in a pipe", () => {
  it("tells of each change once, in order, also of what came and went between two looks", async () => {
    const { state, env, looked } = await setUp([open("a"), open("b")]);
    const { child, ended, told } = watch(env);
    await looked();
    await looked();
    expect(told()).toEqual([]);

    state.rows = [
      open("a", { status: "ACKNOWLEDGED", acknowledged_at: at(0) }),
      open("b", { urgency: "LOW" }),
      open("c"),
    ];
    await looked(2);
    expect(told().sort()).toEqual(["acknowledged a", "opened c", "updated b"]);

    const passed = open("d", { status: "RESOLVED", acknowledged_at: at(1), resolved_at: at(2) });
    state.rows = [
      open("a", { status: "RESOLVED", resolved_at: at(0) }),
      open("b", { urgency: "LOW" }),
      open("c"),
      passed,
    ];
    await looked(2);
    expect(told().slice(3).sort()).toEqual(["acknowledged d", "opened d", "resolved a", "resolved d"]);
    await looked();
    expect(told()).toHaveLength(7);

    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(ExitCode.interrupted);
    expect(stderr).toBe("watching; 2 match now\nerror: interrupted\n");
  }, 30_000);

  it("tells what came and went between two looks although this clock is ten minutes ahead of the vendor's", async () => {
    const { state, env, looked } = await setUp([open("a", { created_at: at(-3000) })]);
    state.behindMs = 600_000;
    const { told } = watch(env);
    await looked(2);
    const passed = open("d", { created_at: at(-599), status: "RESOLVED", resolved_at: at(-598) });
    state.rows = [...state.rows, passed];
    await looked(2);
    expect(told().sort()).toEqual(["opened d", "resolved d"]);
    await looked();
    expect(told()).toHaveLength(2);
  }, 30_000);

  it.each([500, 429])(
    "survives %i, says so once, and misses nothing meanwhile",
    async (status) => {
      const { state, env, looked } = await setUp([open("a")]);
      const { child, ended, told } = watch(env, ["--max-wait", "0"]);
      // The first look is over when the second begins.
      await looked(2);
      state.fail = status;
      await looked(2);
      state.rows = [open("a", { status: "ACKNOWLEDGED", acknowledged_at: at(0) }), open("b")];
      state.fail = 0;
      await looked(2);
      expect(told().sort()).toEqual(["acknowledged a", "opened b"]);
      child.kill("SIGINT");
      const { stderr } = await ended;
      expect(stderr.match(/looking again every 1 s/g)).toHaveLength(1);
      expect(stderr.match(/answers again, after \d+ s/g)).toHaveLength(1);
    },
    30_000,
  );

  it("tells what is new although so many went at once that the vendor will not say what became of each", async () => {
    const many = Array.from({ length: 40 }, (_, index) => open(`m${index}`, { created_at: at(-7200) }));
    const { vendor, state, env, looked } = await setUp(many);
    let asked = 0;
    let limited = true;
    for (const { id } of many)
      vendor.handle(`GET /api/incidents/${id}`, (_, response) => {
        asked += 1;
        response.writeHead(limited ? 429 : 404, { "content-type": "application/json", "retry-after": "1" }).end("{}");
      });
    const { child, ended, told } = watch(env, ["--max-wait", "0"]);
    await looked(2);
    // Twenty are still listed in their new status; the others were deleted.
    state.rows = [...many.slice(0, 20).map((row) => ({ ...row, status: "RESOLVED", resolved_at: at(0) })), open("a")];
    await looked(3);
    expect(told().slice(0, 21).sort()).toEqual(
      ["opened a", ...many.slice(0, 20).map(({ id }) => `resolved ${id}`)].sort(),
    );
    expect(asked).toBeLessThan(20);
    limited = false;
    await looked(6);
    expect(told()).toHaveLength(21);
    child.kill("SIGINT");
    const { stderr } = await ended;
    expect(stderr.match(/what became of 20 incidents is not known yet/g)).toHaveLength(1);
  }, 30_000);

  it("survives a lost network", async () => {
    const { vendor, state, env, looked } = await setUp([open("a")]);
    const { child, ended, told } = watch(env, ["--max-wait", "0"]);
    await looked();
    const before = vendor.requests.length;
    vendor.handle("GET /api/incidents", (_, response) => void response.socket?.destroy());
    await expect.poll(() => vendor.requests.length).toBeGreaterThan(before + 1);
    state.rows = [];
    expect(told()).toEqual([]);
    child.kill("SIGTERM");
    const { code, stderr } = await ended;
    expect(code).toBe(143);
    expect(stderr).toContain("connection closed by");
  }, 30_000);

  it("ends with a wrong key, for nothing would come any more", async () => {
    const { vendor, env } = await setUp([]);
    vendor.handle(
      "GET /api/incidents",
      (_, response) => void response.writeHead(401, { "content-type": "application/json" }).end("{}"),
    );
    // The first answer of the fake vendor is that of `setUp`.
    const { ended } = watch(env);
    expect((await ended).code).toBe(ExitCode.auth);
  }, 30_000);

  it("ends with --until-empty once nothing matches, and runs --exec for each change", async () => {
    const { state, env, home, looked } = await setUp([open("a"), open("b")]);
    const file = join(home, "changes.ndjson");
    const { ended } = watch(env, ["--until-empty", "--exec", `cat >> ${file}; echo ran; exit 3`]);
    await looked(2);
    state.rows = [
      open("b", { status: "RESOLVED", resolved_at: at(0) }),
      open("a", { status: "RESOLVED", resolved_at: at(0) }),
    ];
    const { code, stderr, stdout } = await ended;
    expect(code).toBe(ExitCode.ok);
    expect(stdout.split("\n")).toHaveLength(3);
    expect(await readFile(file, "utf8")).toBe(stdout);
    expect(stderr).toContain("ran\n");
    expect(stderr).toContain("--exec for a: exit code 3");
  }, 30_000);

  it("goes on and ends while --exec hangs", async () => {
    const { state, env, home, looked } = await setUp([open("a")]);
    // Takes no notice of SIGTERM until the test is over, or its home gone.
    const hung = `trap "" TERM; echo hung >&2; while test -d ${home} -a ! -e ${join(home, "over")}; do sleep 0.1; done`;
    const { child, ended, told } = watch(env, ["--exec", hung]);
    const over = (): Promise<void> => writeFile(join(home, "over"), "");
    try {
      await looked(2);
      state.rows = [open("a"), open("b")];
      await expect.poll(told, { timeout: 15_000 }).toEqual(["opened b"]);
      state.rows = [open("a"), open("b"), open("c")];
      await expect.poll(told, { timeout: 15_000 }).toEqual(["opened b", "opened c"]);
      child.kill("SIGTERM");
      expect((await ended).code).toBe(143);
    } finally {
      await over();
    }
  }, 60_000);

  it.each([
    ["incidents watch --interval 0", "shorter than a second"],
    ["incidents watch --interval often", "is not a duration"],
    ["incidents watch --status loud", "Allowed choices are"],
  ])("refuses `%s`", async (line, message) => {
    const { code, stderr } = await run(line);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(message);
  });
});

describe("incidents watch at a terminal without keys", () => {
  it("draws its table in place, follows changes and sizes, and gives the terminal back", async () => {
    const { state, env, looked } = await setUp([open("a"), open("b"), open("c")]);
    const [file, ...first] = launch;
    const words = [...first, "incidents", "watch", "--interval", "1s", "--no-color", "--no-input"];
    const terminal = spawnTerminal(file, words, { cols: 80, rows: 12, env: { ...env, TERM: "xterm" } });
    stops.push(() => terminal.kill("SIGKILL"));
    let text = "";
    terminal.onData((data) => {
      text += data;
    });
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    await expect.poll(() => text).toContain("3 incidents, as of");
    expect(text).toContain("\u001b[?1049h\u001b[?25l");
    state.rows = state.rows.slice(0, 1);
    await expect.poll(() => text).toContain("1 incident, as of");

    state.rows = ["a", "b", "c", "d"].map((id) => open(id));
    text = "";
    terminal.resize(60, 6);
    await expect.poll(() => text).toContain("… and 3 more");
    const widest = Math.max(
      ...text
        .slice(text.lastIndexOf("\u001b[H"))
        .replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, "")
        .split(/\r?\n/)
        .map((line) => line.length),
    );
    expect(widest).toBeLessThanOrEqual(60);
    await looked();
    state.fail = 500;
    await expect.poll(() => text, { timeout: 15_000 }).toContain("the server failed");
    // What is on the screen is as old as it says.
    const frame = (): string => text.slice(text.lastIndexOf("\u001b[H"));
    const seen = /as of ([^;]+);/.exec(frame())?.[1];
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(frame()).toContain(`as of ${seen};`);
    terminal.write("\u0003");
    expect(await ended).toBe(ExitCode.interrupted);
    // What it wrote last may be read from the terminal after its end is told of.
    await expect.poll(() => text).toContain("\u001b[?25h\u001b[?1049l");
    // The last table stays to be read.
    expect(text.slice(text.lastIndexOf("\u001b[?1049l"))).toContain("Title of a");
  }, 40_000);
});

describe("what happened between two looks", () => {
  const incident = (status: Incident["status"], more: Partial<Incident> = {}): Incident => ({
    id: "a",
    number: null,
    title: "t",
    description: null,
    status,
    urgency: "high",
    severity: null,
    priority: null,
    service: null,
    team: null,
    assignees: [],
    dedupKey: null,
    createdAt: "2026-01-01T00:00:00Z",
    updatedAt: null,
    acknowledgedAt: null,
    resolvedAt: null,
    url: null,
    provider: "p",
    profile: "p",
    ...more,
  });
  const acked = { acknowledgedAt: "2026-01-01T00:01:00Z" };
  it.each([
    ["a new one", undefined, incident("open"), ["opened"]],
    [
      "one that was acknowledged before it was seen",
      undefined,
      incident("acknowledged", acked),
      ["opened", "acknowledged"],
    ],
    ["one that came and went", undefined, incident("resolved", acked), ["opened", "acknowledged", "resolved"]],
    ["the same", incident("open"), incident("open", { updatedAt: "2026-01-01T00:05:00Z" }), []],
    ["an acknowledgement", incident("open"), incident("acknowledged", acked), ["acknowledged"]],
    [
      "an acknowledgement and a resolution",
      incident("open"),
      incident("resolved", acked),
      ["acknowledged", "resolved"],
    ],
    ["a resolution", incident("acknowledged", acked), incident("resolved", acked), ["resolved"]],
    ["a resolution without anybody", incident("open"), incident("resolved"), ["resolved"]],
    ["opened again", incident("resolved", acked), incident("open", acked), ["opened"]],
    ["acknowledgement taken back", incident("acknowledged", acked), incident("open"), ["updated"]],
    ["louder", incident("open"), incident("open", { urgency: "low" }), ["updated"]],
    ["snoozed", incident("open"), incident("snoozed"), ["updated"]],
  ] as const)("%s", (_, before, after, expected) => {
    expect(changesBetween(before, after).map(({ change }) => change)).toEqual(expected);
  });
});
