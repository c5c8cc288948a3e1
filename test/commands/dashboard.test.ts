import { describe, expect, it } from "vitest";
import { createKeyReader } from "../../src/dashboard/keyboard.ts";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { holdTime } from "../support/held-time.ts";
import { liveHere } from "../support/live.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";
import { keys, minutesAgo, open, setUp as setUpVendor } from "./dashboard-vendor.ts";

/** The interval is a second, which passes when the test wants. */
async function setUp(...setting: Parameters<typeof setUpVendor>) {
  return { ...(await setUpVendor(...setting)), time: holdTime(1000) };
}

describe("the keys of incidents watch", () => {
  it("acknowledge the marked incident at once, look again, and report its result", async () => {
    const { env, argv, writes } = await setUp([open("a"), open("b"), open("c")], "1h");
    const live = liveHere(argv, env);
    await live.sees("3 incidents, as of");
    expect(await live.marked()).toMatch(/^> {2}a /);
    await live.press("j", "a");
    await live.sees("b: acknowledged");
    // An hour is not over: the table was looked at again because of the action.
    await live.sees(">  b", "acknowledged");
    expect(writes()).toEqual(['PATCH /api/incidents/b {"status":"ACKNOWLEDGED"}']);
    await live.press("u");
    await live.sees("b: unacknowledged");
    await live.sees(">  b", "open");
  });

  it("ask before they resolve: n sends nothing, y does", async () => {
    const { env, argv, writes } = await setUp([open("a", { title: "Disk \u001b[2J full" })], "1h");
    const live = liveHere(argv, env);
    await live.sees("1 incident, as of");
    await live.press("r");
    const lines = await live.sees('resolve "Disk \\x1b[2J full" (a)? y/N');
    expect(lines.at(-1)).toBe('resolve "Disk \\x1b[2J full" (a)? y/N');
    await live.press("n");
    await live.sees("nothing was changed");
    await live.press("r", keys.enter);
    await live.press("r", keys.escape);
    await live.sees("a ack");
    expect(writes()).toEqual([]);
    await live.press("r", "y");
    await live.sees("a: resolved");
    await live.sees("No incidents match.");
    expect(writes()).toEqual(['PATCH /api/incidents/a {"status":"RESOLVED"}']);
  });

  it("do it to all that are selected", async () => {
    const { env, argv, writes } = await setUp([open("a"), open("b"), open("c")], "1h");
    const live = liveHere(argv, env);
    await live.sees("3 incidents, as of");
    await live.press(" ", keys.end, " ");
    await live.sees("; 2 selected; every");
    expect((await live.lines()).filter((line) => line[1] === "*")).toHaveLength(2);
    await live.press("r");
    await live.sees("resolve 2 incidents? y/N");
    await live.press("y");
    await live.sees("2 incidents: resolved");
    await live.sees("1 incident, as of");
    expect(writes().sort()).toEqual([
      'PATCH /api/incidents/a {"status":"RESOLVED"}',
      'PATCH /api/incidents/c {"status":"RESOLVED"}',
    ]);
  });

  it("report who has it already, for as long as it takes to read it", async () => {
    const assignee = { id: "u1", name: "Ada \u001b[31mL" };
    const taken = open("a", { status: "ACKNOWLEDGED", assignee, acknowledged_at: minutesAgo(3) });
    const { env, argv, time, writes } = await setUp([taken, open("b")]);
    let now = new Date();
    const live = liveHere(argv, env, { now: () => now });
    await live.sees("2 incidents, as of");
    await live.press("a");
    await live.sees("a was acknowledged already: 3 minutes ago; assigned to Ada \\x1b[31mL");
    await time.pass(2);
    // The table was drawn anew, and a key was pressed too early for anybody to have read it.
    await live.press("j");
    await live.sees(">  b");
    await live.sees("a was acknowledged already");
    now = new Date(now.getTime() + 5000);
    await live.press("k");
    await live.sees(">  a");
    expect((await live.lines()).join("\n")).not.toContain("already");
    expect(writes()).toEqual([]);
  });

  it("report a 403 as the command does, and what of several was done", async () => {
    const { env, argv, state } = await setUp([open("a"), open("b")]);
    state.refuses.set("a", { status: 403, message: "API key lacks scope incidents:write" });
    const command = await run("incidents ack a", { env });
    const message = /error: (.*)/.exec(command.stderr)?.[1] ?? "";
    expect(message).toContain("could not acknowledge a: ");
    const now = new Date();
    const live = liveHere(argv, env, { columns: 150, now: () => now });
    await live.sees("2 incidents, as of");
    await live.press("a");
    await live.sees(message);
    await live.press(" ", "j", " ", "a");
    await live.sees("could not acknowledge 1 of 2 incidents: ", "lacks scope", "; b: acknowledged");
    live.interrupt();
    expect(await live.ended).toBe(ExitCode.ok);
    // It stays to be read when the screen is gone.
    expect(await live.screen.onOtherScreen()).toBe(false);
    await live.sees(message);
  });

  it("are not taken for a vendor without incidents", async () => {
    const vendor = await fakeVendor();
    const home = await tempDir();
    const env = { HOME: home, ONDUTY_PROVIDER: "flotiq", ONDUTY_BASE_URL: vendor.url, ONDUTY_API_KEY: "fake_1" };
    const live = liveHere(["incidents", "watch"], env);
    expect(await live.ended).toBe(ExitCode.usage);
    expect(live.taken()).toBe(false);
    expect(live.sent()).toBe("error: flotiq has no incidents\n");
  });

  it("show with --dry-run what they would send, and send nothing", async () => {
    const { env, argv, writes } = await setUp([open("a")]);
    const live = liveHere([...argv, "--dry-run"], env);
    await live.sees("1 incident, as of");
    await live.press("a");
    await live.sees('would send PATCH /api/incidents/a {"status":"ACKNOWLEDGED"}');
    await live.press("r");
    await live.sees('would send PATCH /api/incidents/a {"status":"RESOLVED"}');
    await live.press("u");
    await live.sees("nothing would be sent; a was open already");
    await live.press("o");
    await live.sees(`would open ${env.ONDUTY_BASE_URL}/`);
    expect(writes()).toEqual([]);
  });

  it("work while an action has no response yet, one after the other", async () => {
    const { env, argv, state, time, writes } = await setUp([open("a"), open("b")]);
    state.silent = true;
    const live = liveHere(argv, env);
    await live.sees("2 incidents, as of");
    await live.press("a");
    await live.sees("acknowledge a …");
    await live.press("j");
    await live.sees(">  b");
    await live.press("a");
    await live.sees("acknowledge a, then 1 more …");
    // The table is looked at meanwhile.
    state.rows = [...state.rows, open("x")];
    await time.pass();
    await live.sees("3 incidents, as of");
    await live.press("q");
    await live.sees("q again leaves without waiting");
    expect(writes()).toHaveLength(1);
    await live.press("q");
    expect(await live.ended).toBe(ExitCode.ok);
    await live.sees("left before a response came: acknowledge a, then 1 more; it may be done");
  });

  it("are waited for by q, and not by Ctrl-C", async () => {
    const { env, argv } = await setUp([open("a")]);
    const slow = await setUp([open("a")]);
    const live = liveHere(argv, env);
    await live.sees("1 incident, as of");
    await live.press("a", "q");
    expect(await live.ended).toBe(ExitCode.ok);
    await live.sees("a: acknowledged");

    slow.state.silent = true;
    const other = liveHere(slow.argv, slow.env);
    await other.sees("1 incident, as of");
    await other.press("a");
    await expect.poll(() => slow.writes()).toHaveLength(1);
    other.interrupt();
    expect(await other.ended).toBe(ExitCode.interrupted);
    await other.sees("could not acknowledge a: ");
  });
});

describe("the mark of incidents watch", () => {
  it("stays with its incident when others come, and goes to the nearest when it is gone", async () => {
    const { env, argv, state, time, writes } = await setUp([open("N"), open("a"), open("b"), open("c")]);
    state.rows = state.rows.slice(1);
    const now = new Date();
    const live = liveHere(argv, env, { now: () => now });
    await live.sees("3 incidents, as of");
    await live.press(keys.down);
    await live.sees(">  b");
    expect(await live.screen.inverse()).toEqual([4]);
    state.rows = [open("N"), ...state.rows];
    await time.pass();
    await live.sees("4 incidents, as of");
    expect((await live.lines()).slice(3, 7).map((line) => line.slice(0, 4))).toEqual(["   N", "   a", ">  b", "   c"]);

    state.rows = state.rows.filter(({ id }) => id !== "b");
    await time.pass();
    await live.sees("3 incidents, as of");
    expect(await live.marked()).toMatch(/^> {2}c /);
    // Whoever reached for b must not hit c.
    await live.press("a");
    await live.sees("selection just moved to c; press again to confirm");
    expect(writes()).toEqual([]);
    await live.press("k");
    await live.sees(">  a");
    state.rows = [];
    await time.pass();
    await live.sees("No incidents match.");
    await live.press("a", "r", keys.enter, "o", " ", "j", "G");
    await live.sees("no incident to acknowledge");
    expect(writes()).toEqual([]);
  });

  it("is acted on at once again when a second has passed", async () => {
    let ahead = 0;
    const { env, argv, state, time } = await setUp([open("a"), open("b")]);
    const live = liveHere(argv, env, { now: () => new Date(Date.now() + ahead) });
    await live.sees("2 incidents, as of");
    state.rows = state.rows.slice(1);
    await time.pass();
    await live.sees("1 incident, as of");
    ahead = 2000;
    await live.press("a");
    await live.sees("b: acknowledged");
  });

  it("is > without color, and moves over more rows than fit", async () => {
    const rows = Array.from({ length: 30 }, (_, index) =>
      open(`i${String(index + 1).padStart(2, "0")}`, { created_at: minutesAgo(index + 1) }),
    );
    const { env, argv } = await setUp(rows);
    const live = liveHere([...argv, "--no-color"], env, { rows: 14 });
    await live.sees("1-9 of 30 incidents, as of");
    const seen = async (): Promise<string[]> =>
      (await live.lines()).flatMap((line) => /^(>? *)(i\d\d)/.exec(line)?.slice(1).join("").replace(/ +/, " ") ?? []);
    await live.press("G");
    await live.sees("22-30 of 30");
    expect((await seen()).at(-1)).toBe("> i30");
    await live.press("k");
    await live.sees(">  i29");
    await live.press(keys.home);
    await live.sees(">  i01");
    await live.press(keys.pageDown);
    await live.sees(">  i09");
    await live.press("j");
    await live.sees("2-10 of 30");
    expect(await live.screen.inverse()).toEqual([]);

    live.resize(40, 6);
    await live.sees("9-10 of 30 at");
    const lines = await live.lines();
    expect(lines[0]).toMatch(/^9-10 of 30 at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    expect(lines.slice(1)).toEqual([
      "   STATUS  TITLE         AGE",
      "   open    Title of i09  9m",
      ">  open    Title of i10  10m",
      "",
      "a ack  r resolve  ? keys  q quit",
    ]);
    await live.press("r");
    await live.sees('resolve "Title of i10" (i10)? y/N');
    await live.press("n");
    expect((await live.sees("nothing was changed")).slice(2, 5)).toEqual([
      "   open    Title of i09  9m",
      ">  open    Title of i10  10m",
      "nothing was changed",
    ]);
    for (const [columns, height] of [
      [40, 5],
      [20, 3],
      [8, 2],
      [4, 1],
    ] as const) {
      live.resize(columns, height);
      await expect.poll(async () => (await live.lines()).join("\n")).toContain(columns > 8 ? ">  op" : "q");
    }
  });
});

describe("what incidents watch shows in place of the table", () => {
  it("is what incidents show prints, and goes away with enter, esc and q", async () => {
    const title = `Long ${"word ".repeat(30)}end`;
    const { env, argv } = await setUp([open("a", { title }), open("b")]);
    const printed = (await run("incidents show a", { env, tty: 1000 })).stdout;
    const live = liveHere(argv, env, { rows: 40 });
    await live.sees("2 incidents, as of");
    for (const back of [keys.enter, keys.escape, "q"]) {
      await live.press(keys.enter);
      const lines = await live.sees("createdAt");
      const from = lines.findIndex((line) => line.startsWith("id "));
      const shown = lines.slice(from, lines.indexOf("", from)).join(" ").replaceAll(/\s+/g, "");
      expect(shown).toBe(printed.replaceAll(/\s+/g, ""));
      await live.press(back);
      await live.sees("2 incidents, as of");
    }
    await live.press("j", keys.enter);
    await live.sees("Title of b");
    live.resize(40, 6);
    await live.press("G");
    await live.sees("profile");
    // Its incident is what the keys are for.
    await live.press("a");
    await live.sees("b: acknowledged");
    await live.press("g");
    live.resize(80, 24);
    await live.sees("status", "acknowledged");
  });

  it("is the keys for ?, whatever the size", async () => {
    const { env, argv, writes } = await setUp([open("a")]);
    const live = liveHere(argv, env);
    await live.sees("1 incident, as of");
    await live.press("?");
    await live.sees("Ctrl-C too");
    await live.press("a", "r", "o");
    live.resize(40, 6);
    await live.press("G", "k", "k", "k");
    await live.sees("open its page");
    await live.press("q");
    await live.sees("1 incident");
    expect(writes()).toEqual([]);
  });

  it("is not there for an incident that is gone", async () => {
    const { env, argv, state } = await setUp([open("a")], "1h");
    const live = liveHere(argv, env);
    await live.sees("1 incident, as of");
    state.rows = [];
    await live.press(keys.enter);
    await live.sees('incident "a" not found');
    await live.sees(">  a");
    await live.press("o");
    await live.sees('incident "a" not found');
  });
});

describe("the end of incidents watch by q", () => {
  it("is 0, with the last table left to be read", async () => {
    const { env, argv } = await setUp([open("a")], "1h");
    const live = liveHere(argv, env);
    await live.sees("1 incident, as of");
    await live.press("r", "n", "a");
    await live.sees("a: acknowledged");
    await live.sees("nothing was changed");
    await live.press("q");
    expect(await live.ended).toBe(ExitCode.ok);
    expect(live.taken()).toBe(false);
    expect(live.sent()).toContain("\u001b[?2004l\u001b[?25h\u001b[?1049l");
    await live.sees("Title of a");
    expect(live.sent().slice(live.sent().lastIndexOf("\u001b[?1049l"))).toMatch(/Title of a.*\na: acknowledged\n$/);
  });

  it("comes although the server does not answer", async () => {
    const { env, argv } = await setUp([]);
    const silent = (await fakeVendor()).handle("GET /api/incidents", () => {});
    const live = liveHere(argv, { ...env, ONDUTY_BASE_URL: silent.url });
    await live.sees("no response yet");
    expect((await live.lines()).join("")).not.toContain("No incidents match");
    await live.press("q");
    expect(await live.ended).toBe(ExitCode.ok);
  });

  it("is 9 with --until-empty, which nobody may take for empty", async () => {
    const { env, argv, state, time } = await setUp([open("a")]);
    const live = liveHere([...argv, "--until-empty"], env);
    await live.sees("1 incident, as of");
    await live.press("q");
    expect(await live.ended).toBe(ExitCode.no);
    const other = liveHere([...argv, "--until-empty"], env);
    await other.sees("1 incident, as of");
    state.rows = [];
    await time.release();
    expect(await other.ended).toBe(ExitCode.ok);
  });
});

describe("incidents watch that is stopped", () => {
  it("gives the terminal to the shell, and takes it again", async () => {
    const { env, argv } = await setUp([open("a")]);
    const live = liveHere(argv, env);
    await live.sees("1 incident, as of");
    live.stop();
    expect(await live.screen.onOtherScreen()).toBe(false);
    live.goOn();
    await expect.poll(() => live.screen.onOtherScreen()).toBe(true);
    await live.sees(">  a");
  });
});

// Each waits for what may come behind a lone Escape.
describe.concurrent("keys out of what a terminal sends", () => {
  const read = async (...chunks: (string | number[])[]): Promise<string[]> => {
    const found: string[] = [];
    const reader = createKeyReader((key) => found.push(key));
    for (const chunk of chunks) reader.read(Buffer.from(chunk as string));
    await new Promise((resolve) => setTimeout(resolve, 150));
    reader.close();
    return found;
  };
  it.each([
    ["letters", ["a", "r", "?", " ", "y"], ["a", "r", "?", " ", "y"]],
    ["vi's moves", ["j", "k", "g", "G"], ["down", "up", "home", "end"]],
    ["arrows of both modes", [keys.up, "\u001bOB"], ["up", "down"]],
    [
      "pages and ends of several terminals",
      ["\u001b[5~", "\u001b[6~", "\u001b[1~", "\u001bOF"],
      ["pageup", "pagedown", "home", "end"],
    ],
    ["both ends of a line", ["\r", "\n"], ["enter", "enter"]],
    ["a sequence in pieces", ["\u001b", "[", "A"], ["up"]],
    ["a lone Escape", [keys.escape], ["escape"]],
    ["a held key and the wheel", ["jj", "\u001b[A\u001b[A"], ["down", "down", "up", "up"]],
    ["a character in pieces", [[0xc3], [0xa9], "a"], ["a"]],
    ["nothing of what is pasted", ["\u001b[200~", "a", "ry", "\u001b[201~", "q"], ["q"]],
    ["nothing of a paste without marks", ["ry", "a\rq"], []],
    ["nothing with Ctrl or Alt", ["\u0001", "\u001ba", "\u001b[1;5A"], []],
    [
      "nothing of what it does not know",
      ["\u001b[99;5u", "\u001b[<0;1;1M", "\u001b]11;rgb:00/aa/rr\u0007", "\u001b[I", "é"],
      [],
    ],
  ])("are %s", async (_, chunks, expected) => {
    expect(await read(...chunks)).toEqual(expected);
  });
});
