import { describe, expect, it, onTestFinished, vi } from "vitest";
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
    await live.sees("acknowledged  Title of b (b)");
    // An hour is not over: the table was looked at again because of the action.
    await live.sees(">  b", "acknowledged");
    expect(writes()).toEqual(['PATCH /api/incidents/b {"status":"ACKNOWLEDGED"}']);
    await live.press("u");
    await live.sees("unacknowledged  Title of b (b)");
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
    await live.sees("resolved  Disk \\x1b[2J full (a)");
    await live.sees("No incidents match.");
    expect(writes()).toEqual(['PATCH /api/incidents/a {"status":"RESOLVED"}']);
  });

  it("stay under the head when the terminal takes an emoji in a title for wider than it is", async () => {
    const { env, argv } = await setUp([open("a", { title: "👩‍👩‍👧‍👦 ".repeat(30) }), open("b")], "1h");
    const live = liveHere(argv, env);
    await live.sees("2 incidents, as of");
    const lines = await live.lines();
    expect(lines[0]).toContain("2 incidents, as of");
    expect(lines.findIndex((line) => line.includes("Title of b"))).toBe(4);
  });

  it("do it to all that are selected", async () => {
    const { env, argv, writes } = await setUp([open("a"), open("b"), open("c")], "1h");
    const live = liveHere(argv, env);
    await live.sees("3 incidents, as of");
    await live.press(" ", keys.end, " ");
    await live.sees("; 2 selected");
    expect((await live.lines()).filter((line) => line[1] === "*")).toHaveLength(2);
    await live.press("r");
    await live.sees("resolve 2 incidents? y/N");
    await live.press("y");
    await live.sees("resolved  2 incidents");
    await live.sees("1 incident, as of");
    expect(writes().sort()).toEqual([
      'PATCH /api/incidents/a {"status":"RESOLVED"}',
      'PATCH /api/incidents/c {"status":"RESOLVED"}',
    ]);
  });

  it("report who has it already, one message at a time, until the next key", async () => {
    const assignee = { id: "u1", name: "Ada \u001b[31mL" };
    const taken = open("a", { status: "ACKNOWLEDGED", assignee, acknowledged_at: minutesAgo(3) });
    const { env, argv, time, writes } = await setUp([taken, open("b")]);
    const now = new Date();
    const live = liveHere(argv, env, { now: () => now, columns: 100 });
    await live.sees("2 incidents, as of");
    await live.press("a");
    await live.sees("Title of a (a) was acknowledged already: 3 minutes ago; assigned to Ada \\x1b[31mL");
    // The table is drawn anew: nobody has pressed a key.
    await time.pass(2);
    await live.sees("was acknowledged already");
    await live.press("r", "n");
    await live.sees("nothing was changed");
    expect((await live.lines()).join("\n")).not.toContain("already");
    await live.press("j");
    await live.sees(">  b");
    expect((await live.lines()).join("\n")).not.toContain("nothing was changed");
    expect(writes()).toEqual([]);
  });

  it("keep the message of a failure when another action goes well, until the next key", async () => {
    const { env, argv, state } = await setUp([open("a"), open("b")], "1h");
    state.refuses.set("a", { status: 403, message: "API key lacks scope incidents:write" });
    const live = liveHere(argv, env, { columns: 120 });
    await live.sees("2 incidents, as of");
    await live.press("a", "j", "a");
    await live.sees(">  b", "acknowledged");
    await live.sees("could not acknowledge a: ", " (Title of a)");
    await live.press("k");
    await live.sees(">  a");
    expect((await live.lines()).join("\n")).not.toContain("could not");
  });

  it("that are none are named, and not ignored", async () => {
    const { env, argv, writes } = await setUp([open("a")], "1h");
    const live = liveHere(argv, env);
    await live.sees("1 incident, as of");
    await live.press("z");
    await live.sees('"z" does nothing here; ? lists the keys');
    await live.press("\u0001");
    expect(writes()).toEqual([]);
  });

  it("report a 403 as the command does, and what of several was done", async () => {
    const { env, argv, state } = await setUp([open("a"), open("b")]);
    state.refuses.set("a", { status: 403, message: "API key lacks scope incidents:write" });
    const command = await run("incidents ack a", { env });
    const message = /error: (.*)/.exec(command.stderr)?.[1] ?? "";
    expect(message).toContain("could not acknowledge a: ");
    const now = new Date();
    const live = liveHere(argv, env, { columns: 200, now: () => now });
    await live.sees("2 incidents, as of");
    await live.press("a");
    await live.sees(message);
    await live.press(" ", "j", " ", "a");
    await live.sees("could not acknowledge 1 of 2 incidents: ", "lacks scope", "; acknowledged  Title of b (b)");
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
    await live.sees("nothing would be sent; Title of a (a) was open already");
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
    await live.sees("acknowledged  Title of a (a)");

    slow.state.silent = true;
    const other = liveHere(slow.argv, slow.env);
    await other.sees("1 incident, as of");
    await other.press("a");
    await expect.poll(() => slow.writes()).toHaveLength(1);
    other.interrupt();
    expect(await other.ended).toBe(ExitCode.interrupted);
    await other.sees("it is not known whether a was acknowledged; look: onduty incidents show a");
  });
});

describe("the mark of incidents watch", () => {
  it("stays with its incident when others come, and is nowhere when it is gone, until the next move", async () => {
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
    expect(await live.marked()).toBe("");
    // Whoever reached for b must not hit c, now or later.
    await live.press("a", "r", "y", keys.enter, " ");
    await live.press("a");
    await live.sees("no incident to acknowledge: the marked one is gone; up or down marks another");
    expect(writes()).toEqual([]);
    await live.press("j");
    await live.sees(">  c");
    await live.press("k");
    await live.sees(">  a");
    state.rows = [];
    await time.pass();
    await live.sees("No incidents match.");
    await live.press("a", "r", keys.enter, "o", " ", "j", "G", "a");
    await live.sees("no incident to acknowledge");
    expect(writes()).toEqual([]);
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
    expect(lines[0]).toMatch(/^9-10 of 30 at \d\d:\d\d:\d\d, \d s old$/);
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

it("incidents watch cuts the line above its table where the terminal ends, as it does the rows", async () => {
  const { env, argv } = await setUp([open("a")], "1h");
  const live = liveHere(argv, env, { columns: 7 });
  expect((await live.sees(">  open"))[2]).toBe("   STA…");
});

describe("the head of incidents watch", () => {
  it("counts how old the table is", async () => {
    const { env, argv } = await setUp([open("a"), open("b", { urgency: "LOW" })], "1h");
    const ticks: (() => void)[] = [];
    vi.stubGlobal("setInterval", (tick: () => void) => ticks.push(tick));
    onTestFinished(() => void vi.unstubAllGlobals());
    let now = new Date("2026-01-01T02:55:31Z");
    const live = liveHere(argv, env, { now: () => now });
    await live.sees("2 incidents, as of 02:55:31, 0 s old; 1 high; every 3600 s");
    now = new Date("2026-01-01T02:55:54Z");
    for (const tick of ticks) tick();
    await live.sees("2 incidents, as of 02:55:31, 23 s old; 1 high");
  });

  it.each([[[]], [["--no-input"]]])(
    "is in reverse video from the first look that fails, without color too, with %j",
    async (words) => {
      const { env, argv, vendor, time } = await setUp([open("a"), open("b")]);
      let now = new Date("2026-01-01T02:55:31Z");
      const live = liveHere([...argv, "--max-wait", "0", ...words], { ...env, NO_COLOR: "1" }, { now: () => now });
      await live.sees("2 incidents, as of 02:55:31");
      expect((await live.screen.inverse()).includes(0)).toBe(false);
      vendor.reply("GET /api/incidents", 503, {});
      now = new Date("2026-01-01T02:55:41Z");
      await time.pass();
      const lines = await live.sees("NOT LIVE since 02:55:31: the server is not available (503)");
      expect(lines[0]).toContain("NOT LIVE");
      expect(lines[1]).toContain("2 incidents, as of 02:55:31, 10 s old");
      expect(await live.screen.inverse()).toContain(0);
      live.resize(40, 8);
      await expect.poll(async () => (await live.lines())[0]).toMatch(/^NOT LIVE since 02:55:31: the server is/);
      if (words.length > 0) return;
      await live.press("q");
      await live.ended;
      expect(live.sent()).toMatch(/NOT LIVE since 02:55:31: the server is\nnot available \(503\)\n/);
    },
  );

  it("is live again with the next response", async () => {
    const { env, argv, vendor, time } = await setUp([open("a")]);
    const live = liveHere([...argv, "--max-wait", "0"], env);
    await live.sees("1 incident, as of");
    vendor.reply("GET /api/incidents", 500, {});
    await time.pass();
    await live.sees("NOT LIVE since");
    vendor.reply("GET /api/incidents", 200, { data: [], pagination: { total: 0 } });
    await time.pass();
    await live.sees("No incidents match.");
    expect((await live.lines()).join("\n")).not.toContain("NOT LIVE");
  });

  it("counts a look as failed that has no response by the time of the next one", async () => {
    const { env, argv, vendor, time } = await setUp([open("a")]);
    let now = new Date("2026-01-01T02:55:31Z");
    const live = liveHere(argv, env, { now: () => now });
    await live.sees("1 incident, as of");
    const asked = vendor.requests.length;
    vendor.handle("GET /api/incidents", () => {});
    await time.release();
    await expect.poll(() => vendor.requests.length).toBeGreaterThan(asked);
    now = new Date("2026-01-01T02:55:33Z");
    await live.press("j");
    await live.sees("NOT LIVE since 02:55:31: no response for 2 s");
  });
});

describe("the words that narrow incidents watch down", () => {
  const rows = [
    open("a", { title: "Disk full" }),
    open("b", { title: "検索が遅い" }),
    open("c", { title: "Disk slow", urgency: "LOW" }),
  ];

  it("hide rows and never how many there are", async () => {
    const { env, argv, writes } = await setUp(rows, "1h");
    const live = liveHere(argv, env);
    await live.sees("3 incidents, as of");
    await live.press("/");
    await live.press("d", "i", "s", "k");
    await live.sees('"disk" matches 2 of 3 incidents (1 high hidden), as of');
    expect((await live.lines()).at(-1)).toBe("/disk_");
    expect((await live.lines()).join("\n")).not.toContain("検索");
    await live.press(" ", "s", "l");
    await live.sees('"disk sl" matches 1 of 3');
    await live.press(keys.enter, "a");
    await live.sees("acknowledged  Disk slow (c)");
    expect(writes()).toEqual(['PATCH /api/incidents/c {"status":"ACKNOWLEDGED"}']);
    await live.press("/", "\u0015", "x");
    await live.sees('None of 3 incidents matches "x"; esc shows all.');
    expect((await live.lines()).join("\n")).not.toContain("No incidents match");
    await live.press("\u007f", "検索");
    await live.sees('"検索" matches 1 of 3');
    await live.press(keys.escape);
    await live.sees("3 incidents, as of");
  });
});

describe("the lines that incidents watch asks for", () => {
  it("keep the title where a warning beside it would not fit", async () => {
    const { env, argv, writes } = await setUp([open("a")], "1h");
    const live = liveHere(argv, env, { columns: 50 });
    await live.sees("1 incident");
    await live.press("s");
    await live.sees("OpsKnight does not wake it by itself");
    await live.sees('snooze "Title of a" (a)? y/N');
    await live.press("n");
    await live.sees("nothing was changed");
    expect(writes()).toEqual([]);
    await live.press("q");
  });

  it("are a question before a snooze that does not end by itself", async () => {
    const { env, argv, writes } = await setUp([open("a")], "1h");
    const live = liveHere(argv, env, { columns: 120 });
    await live.sees("1 incident, as of");
    await live.press("s");
    await live.sees('OpsKnight does not wake it by itself; snooze "Title of a" (a)? y/N');
    await live.press("n");
    await live.sees("nothing was changed");
    expect(writes()).toEqual([]);
    await live.press("s", "y");
    await live.sees("snoozed  Title of a (a)");
    expect(writes()).toEqual(['PATCH /api/incidents/a {"status":"SNOOZED"}']);
  });

  it("refuse a comment where the vendor has none", async () => {
    const { env, argv, writes } = await setUp([open("a")], "1h");
    const live = liveHere(argv, env);
    await live.sees("1 incident, as of");
    await live.press("c");
    await live.sees("opsknight has no comments on incidents");
    expect(writes()).toEqual([]);
  });

  it("assign the marked incident to whom the profile names, for t", async () => {
    const { env, argv, writes } = await setUp([open("a")], "1h");
    const live = liveHere(argv, { ...env, ONDUTY_USER: "0f8fad5b-d9cb-469f-a165-70867728950e" });
    await live.sees("1 incident, as of");
    await live.press("t");
    await live.sees("assigned  Title of a (a)");
    expect(writes()[0]).toContain("0f8fad5b-d9cb-469f-a165-70867728950e");
  });
});

describe("what incidents watch shows in place of the table", () => {
  it("is what incidents show prints, and goes away with enter, esc and q", async () => {
    const title = `Long ${"word ".repeat(30)}end`;
    const { env, argv } = await setUp([open("a", { title }), open("b")]);
    const printed = (await run("incidents show a --no-color", { env, tty: 1000 })).stdout;
    const live = liveHere(argv, env, { rows: 40 });
    await live.sees("2 incidents, as of");
    for (const back of [keys.enter, keys.escape, "q"]) {
      await live.press(keys.enter);
      const lines = await live.sees("Timeline");
      const from = lines.findIndex((line) => line.startsWith("Long word"));
      const shown = lines.slice(from, -2).join(" ").replaceAll(/\s+/g, "");
      expect(shown).toBe(printed.replaceAll(/\s+/g, ""));
      await live.press(back);
      await live.sees("2 incidents, as of");
    }
    await live.press("j", keys.enter);
    await live.sees("Title of b");
    live.resize(40, 6);
    await live.press("G");
    await live.sees("times,");
    // Its incident is what the keys are for.
    await live.press("a");
    await live.sees("acknowledged  Title of b (b)");
    await live.press("g");
    live.resize(80, 24);
    await live.sees("acknowledged", "high", "  b");
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
    await live.sees("acknowledged  Title of a (a)");
    await live.press("q");
    expect(await live.ended).toBe(ExitCode.ok);
    expect(live.taken()).toBe(false);
    expect(live.sent()).toContain("\u001b[?2004l\u001b[?25h\u001b[?1049l");
    await live.sees("Title of a");
    expect(live.sent().slice(live.sent().lastIndexOf("\u001b[?1049l"))).toMatch(
      /Title of a.*\nacknowledged {2}Title of a \(a\)\n$/,
    );
  });

  it("comes although the server does not respond", async () => {
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

describe("text out of what a terminal sends while a line is typed", () => {
  it("is letters of any script and what is pasted, without its line breaks", () => {
    const seen: string[] = [];
    const reader = createKeyReader({
      onKey: (key) => void seen.push(`<${key}>`),
      isTyping: () => true,
      onText: (text) => void seen.push(text),
    });
    for (const chunk of ["j", "é", "🔥", "\u007f", "\u001b[200~a\rb\u001b[201~", "two\rlines\r", "\u0015", "\u001b[A"])
      reader.read(Buffer.from(chunk));
    reader.close();
    expect(seen.join("")).toBe("jé🔥<backspace>a btwo lines<enter><clear>");
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
    const reader = createKeyReader({ onKey: (key) => void found.push(key) });
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
    [
      "moves and a key behind them, which a slow connection sends together",
      ["jja", "\u001b[B\r"],
      ["down", "down", "a", "down", "enter"],
    ],
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
