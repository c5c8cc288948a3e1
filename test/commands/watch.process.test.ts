import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { bareEnv, start } from "../support/process.ts";
import { at, changesIn, open, setUp } from "./watched.ts";

/** Starts the real program; gives the changes told so far. */
function watch(env: { HOME: string }, words: string[] = []) {
  const { child, ended } = start(["incidents", "watch", "--interval", "1s", ...words], bareEnv(env.HOME, env));
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += String(chunk);
  });
  return { child, ended, told: () => changesIn(text) };
}

describe("incidents watch as a process", () => {
  it("reports each change once, in order, also what came and went between two looks", async () => {
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
    await expect.poll(() => told().sort()).toEqual(["acknowledged a", "opened c", "updated b"]);

    const passed = open("d", { status: "RESOLVED", acknowledged_at: at(1), resolved_at: at(2) });
    state.rows = [
      open("a", { status: "RESOLVED", resolved_at: at(0) }),
      open("b", { urgency: "LOW" }),
      open("c"),
      passed,
    ];
    await looked(2);
    await expect.poll(() => told().slice(3).sort()).toEqual(["acknowledged d", "opened d", "resolved a", "resolved d"]);
    await looked();
    expect(told()).toHaveLength(7);

    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: "watching; 2 match now\n" });
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
    // It takes no notice of SIGTERM until the test is over, or its home gone.
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
});
