import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { start } from "../support/harness.ts";
import { holdTime } from "../support/held-time.ts";
import { liveHere } from "../support/live.ts";
import { homeWith } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";
import { keys, minutesAgo, open, type Row, setUp as setUpVendor } from "./dashboard-vendor.ts";

const apiKey = { text: "sk_test_fake_watch_0001" };
const watching = ["incidents", "watch", "-p", "eu", "-p", "us", "--interval", "1s", "--max-wait", "0"];

/** Two profiles, each with a vendor of its own. The interval is a second, which passes when the test wants. */
async function setUp(euRows: Row[], usRows: Row[]) {
  const eu = await setUpVendor(euRows);
  const us = await setUpVendor(usRows);
  const profileOf = (url: string) => ({ provider: "opsknight", baseUrl: url, apiKey });
  const home = await homeWith({ eu: profileOf(eu.vendor.url), us: profileOf(us.vendor.url) });
  return { eu, us, env: { HOME: home, NO_COLOR: "1" }, home, time: holdTime(1000) };
}

const newer = { created_at: minutesAgo(1) };
const older = { created_at: minutesAgo(30) };

describe("incidents watch of several profiles", () => {
  it("is one table, the newest first, and tab shows each profile alone", async () => {
    const { env } = await setUp([open("a", older), open("b", newer)], [open("c", { created_at: minutesAgo(5) })]);
    const live = liveHere(watching, env, { columns: 100 });
    const lines = await live.sees("3 incidents, as of");
    expect(lines[2]).toMatch(/^ +PROFILE {2}ID/);
    expect(lines.slice(3, 6).map((line) => line.slice(3).split(/ +/).slice(0, 2).join(" "))).toEqual([
      "eu b",
      "us c",
      "eu a",
    ]);
    expect(lines.at(-1)).toContain("tab profile");
    await live.press("\t");
    await live.sees("eu: 2 incidents (1 high hidden), as of");
    expect((await live.lines()).join("\n")).not.toContain("Title of c");
    await live.press("\t");
    await live.sees("us: 1 incident (2 high hidden), as of");
    await live.press("\t");
    await live.sees("3 incidents, as of");
  });

  it("sends a key to the profile of its incident, where two use the same id", async () => {
    const { eu, us, env } = await setUp([open("a", newer)], [open("a", older)]);
    const live = liveHere(watching, env, { columns: 100 });
    await live.sees("2 incidents, as of");
    expect((await live.lines()).filter((line) => line.startsWith(">"))).toHaveLength(1);
    await live.press("j", "a");
    await live.sees("us: acknowledged  Title of a (a)");
    expect([eu.writes(), us.writes()]).toEqual([[], ['PATCH /api/incidents/a {"status":"ACKNOWLEDGED"}']]);
    await live.press(" ", "k", " ", "r");
    await live.sees("resolve 2 incidents? y/N");
    await live.press("y");
    await live.sees("resolved  Title of a (a); us: resolved  Title of a (a)");
    expect(eu.writes()).toEqual(['PATCH /api/incidents/a {"status":"RESOLVED"}']);
  });

  it("has a line in reverse video for the one that is down, also where the other is shown alone", async () => {
    const { us, env, time } = await setUp([open("a")], []);
    const live = liveHere(watching, env, { columns: 100 });
    await live.sees("1 incident, as of");
    us.vendor.reply("GET /api/incidents", 503, {});
    await time.pass();
    await live.sees("us NOT LIVE since", "the server is not available (503)");
    expect(await live.screen.inverse()).toContain(0);
    await live.press("\t");
    await live.sees("eu: 1 incident");
    expect((await live.lines())[0]).toContain("us NOT LIVE since");
    await live.press("\t");
    await live.sees("None matched at the last update; what has changed since is not known.");
    expect((await live.lines()).join("\n")).not.toContain("No incidents match");
    live.resize(40, 8);
    await expect.poll(async () => (await live.lines())[0]).toMatch(/^us NOT LIVE since/);
  });

  it("shows no all-clear while one has not responded at all", async () => {
    const { us, env } = await setUp([], []);
    us.vendor.handle("GET /api/incidents", () => {});
    const live = liveHere(watching, env, { columns: 100 });
    await live.sees("0 incidents, as of", "no response yet: us");
    expect((await live.lines()).join("\n")).not.toContain("No incidents match");
    await live.press("\t");
    await live.sees("No incidents match. That is eu alone; tab goes on.");
  });

  it("marks nothing until all have answered, and then the newest, whoever answers first", async () => {
    const { eu, us, env } = await setUp([open("a", newer)], [open("c", older)]);
    let answer: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const late = await fakeVendor();
    late.handle("GET /api/incidents", async (_, response) => {
      await held;
      const data = eu.state.rows;
      response.setHeader("content-type", "application/json").end(JSON.stringify({ data, pagination: { total: 1 } }));
    });
    const home = await homeWith({
      eu: { provider: "opsknight", baseUrl: late.url, apiKey },
      us: { provider: "opsknight", baseUrl: us.vendor.url, apiKey },
    });
    const live = liveHere(watching, { ...env, HOME: home }, { columns: 100 });
    await live.sees("1 incident, as of", "no response yet: eu");
    expect(await live.marked()).toBe("");
    await live.press("a");
    await live.sees("not all profiles have responded yet; up or down marks one");
    answer();
    await live.sees("2 incidents, as of");
    expect(await live.marked()).toContain("Title of a");
    expect([...eu.writes(), ...us.writes()]).toEqual([]);
  });

  it("goes on with the others where a key is refused, and ends with 7", async () => {
    const { eu, us, env, time } = await setUp([open("a")], [open("c")]);
    us.vendor.reply("GET /api/incidents", 401, {});
    const live = liveHere(watching, env, { columns: 120 });
    await live.sees("us NOT LIVE since", "not asked again");
    const asked = us.vendor.requests.length;
    eu.state.rows = [open("a"), open("b")];
    await time.pass(2);
    await live.sees("2 incidents, as of");
    expect(us.vendor.requests).toHaveLength(asked);
    await live.press("q");
    expect(await live.ended).toBe(ExitCode.partial);
    expect(live.sent()).toMatch(/us NOT LIVE since [\d:]+: .*\n$/);
  });

  it("ends where none is left, with the failure of the first", async () => {
    const { eu, us, env } = await setUp([], []);
    eu.vendor.reply("GET /api/incidents", 401, {});
    us.vendor.reply("GET /api/incidents", 403, {});
    const live = liveHere(watching, env);
    expect(await live.ended).toBe(ExitCode.auth);
    await live.sees("error: eu: ");
  });

  it("stays where it was when Escape clears the words, and marks nothing that nobody chose", async () => {
    const { env } = await setUp([open("a", newer)], [open("c", older)]);
    const live = liveHere(watching, env, { columns: 100 });
    await live.sees("2 incidents, as of");
    await live.press("\t", "\t");
    await live.sees("us: 1 incident");
    expect(await live.marked()).toContain("Title of c");
    await live.press("\t");
    await live.sees("2 incidents, as of");
    expect(await live.marked()).toContain("Title of c");
    await live.press(keys.up);
    await live.sees(">  eu");
  });
});

describe("incidents watch of several profiles in a pipe", () => {
  const pipe = async (home: string, words: string[] = []) => start([...watching, ...words], { home });

  it("names the profile in each change", async () => {
    const { eu, us, home, time } = await setUp([], []);
    const running = await pipe(home);
    await expect.poll(() => running.stderr()).toContain("us: watching; 0 match now");
    expect(running.stderr()).toContain("eu: watching; 0 match now");
    eu.state.rows = [open("a")];
    us.state.rows = [open("a")];
    await time.waits();
    await time.pass();
    await expect.poll(() => running.stdout().split("\n").length).toBe(3);
    const changes = running
      .stdout()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(changes.map(({ change, profile, incident }) => [change, profile, incident.profile]).sort()).toEqual([
      ["opened", "eu", "eu"],
      ["opened", "us", "us"],
    ]);
  });

  it("reports the one that is down by its name, and ends empty only when all are", async () => {
    const { us, home, time } = await setUp([], [open("a")]);
    us.vendor.reply("GET /api/incidents", 503, {});
    const running = await pipe(home, ["--until-empty"]);
    await expect.poll(() => running.stderr()).toContain("us: GET /api/incidents: the server is not available (503)");
    await time.pass(3);
    us.vendor.reply("GET /api/incidents", 200, { data: [], pagination: { total: 0 } });
    void time.pass();
    expect((await running.ended).code).toBe(ExitCode.ok);
    expect(running.stdout()).toBe("");
  });

  it("is exit 2 before any request where one of them is unknown", async () => {
    const { eu, home } = await setUp([], []);
    const running = await start(["incidents", "watch", "-p", "eu", "-p", "nobody"], { home });
    expect(await running.ended).toMatchObject({ code: ExitCode.usage });
    expect(eu.vendor.requests).toEqual([]);
  });
});
