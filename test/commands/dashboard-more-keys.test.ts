import { describe, expect, it } from "vitest";
import { start as startSandbox } from "../sandbox/support.ts";
import { holdTime } from "../support/held-time.ts";
import { liveHere } from "../support/live.ts";
import { tempDir } from "../support/temp-dir.ts";
import { open, setUp } from "./dashboard-vendor.ts";

describe("a row that the last look has brought", () => {
  it("has a + in front, without color too, until the mark is moved", async () => {
    const { env, argv, state } = await setUp([open("b"), open("c")]);
    const time = holdTime(1000);
    const live = liveHere(argv, { ...env, NO_COLOR: "1" });
    const lines = await live.sees("2 incidents, as of");
    expect(lines.filter((line) => line.startsWith(" +") || line.startsWith(">+"))).toEqual([]);
    state.rows = [open("a"), ...state.rows];
    await time.pass(1);
    await live.sees("3 incidents, as of");
    expect((await live.lines()).filter((line) => line.slice(0, 2).includes("+"))).toEqual([
      expect.stringMatching(/^ \+ a /),
    ]);
    await live.press("j");
    await live.sees(">  c");
    expect((await live.lines()).filter((line) => line.slice(0, 2).includes("+"))).toEqual([]);
  });

  it("loses it with the next look", async () => {
    const { env, argv, state } = await setUp([open("b")]);
    const time = holdTime(1000);
    const live = liveHere(argv, env);
    await live.sees("1 incident, as of");
    state.rows = [open("a"), ...state.rows];
    await time.pass(1);
    await live.sees(" + a ");
    await time.pass(1);
    await live.sees("   a ");
  });
});

describe("y in incidents watch", () => {
  it("copies the address of the marked incident by a code of the terminal, and says so", async () => {
    const { env, argv, writes } = await setUp([open("a")], "1h");
    const live = liveHere(argv, env, { columns: 120 });
    await live.sees("1 incident, as of");
    await live.press("y");
    const address = `${env.ONDUTY_BASE_URL}/incidents/a`;
    await live.sees(`sent to the clipboard, where the terminal has one: ${address}`);
    const [, copied = ""] = live.sent().split("\u001b]52;c;");
    expect(Buffer.from(copied.split("\u0007")[0] ?? "", "base64").toString()).toBe(address);
    expect(writes()).toEqual([]);
  });
});

describe("x in incidents watch", () => {
  it("asks, and escalates where the vendor can", async () => {
    const { urls, keys } = await startSandbox();
    const env = {
      HOME: await tempDir(),
      ONDUTY_PROVIDER: "flashduty",
      ONDUTY_BASE_URL: urls.flashduty,
      ONDUTY_API_KEY: keys.flashduty.app,
    };
    const live = liveHere(["incidents", "watch", "--interval", "1h"], env, { columns: 120 });
    await live.sees("incidents, as of");
    await live.press("x");
    await live.sees('escalate "');
    await live.press("n");
    await live.sees("nothing was changed");
    await live.press("x", "y");
    await live.sees("escalated  ");
  });

  it("says that OpsKnight cannot", async () => {
    const { env, argv, writes } = await setUp([open("a")], "1h");
    const live = liveHere(argv, env);
    await live.sees("1 incident, as of");
    await live.press("x");
    await live.sees("opsknight has no escalation by hand");
    expect(writes()).toEqual([]);
  });
});

describe("text that is typed in incidents watch where there is no line for it", () => {
  it("is no key after c, where the vendor has no comments", async () => {
    const { env, argv, writes } = await setUp([open("a")], "1h");
    const live = liveHere(argv, env);
    await live.sees("1 incident, as of");
    await live.press("c", "t", "r", "y", "\r");
    await live.press("?");
    await live.sees("move the mark");
    expect(writes()).toEqual([]);
  });

  it("is no key after c, where no incident is marked", async () => {
    const { env, argv, state, writes } = await setUp([open("a"), open("b")]);
    const time = holdTime(1000);
    const live = liveHere(argv, env);
    await live.sees("2 incidents, as of");
    state.rows = [open("b")];
    await time.pass(1);
    await live.sees("1 incident, as of");
    await live.press("c");
    await live.sees("no incident to comment on");
    await live.press("g", "a", "\r");
    await live.press("?");
    await live.sees("move the mark");
    expect(writes()).toEqual([]);
  });

  it("narrows the table down after / on the page of an incident", async () => {
    const { env, argv, writes } = await setUp([open("a")], "1h");
    const live = liveHere(argv, env);
    await live.sees("1 incident, as of");
    await live.press("\r");
    await live.sees("Timeline");
    await live.press("/", "t", "r", "y");
    await live.sees('None of 1 incident matches "try"');
    expect(writes()).toEqual([]);
  });
});
