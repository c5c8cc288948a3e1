import { chmod, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Change } from "../../src/incidents/changes.ts";
import { createDesktopNotifier } from "../../src/incidents/desktop.ts";
import type { Incident } from "../../src/model/incident.ts";
import { memoryStreams } from "../support/streams.ts";
import { tempDir } from "../support/temp-dir.ts";

const opened = (title: string, urgency: Incident["urgency"] = "high"): Change => ({
  change: "opened",
  at: null,
  profile: "p",
  incident: { id: title, title, urgency, service: null } as Incident,
});

/** What a terminal with this environment gets for changes. */
async function sent(
  env: Record<string, string>,
  changes: Change[],
  { platform = "linux", atLeast = "high" }: { platform?: NodeJS.Platform; atLeast?: Incident["urgency"] } = {},
) {
  const { streams, stderr } = memoryStreams({ tty: true });
  const notifier = createDesktopNotifier(atLeast, { env, terminal: streams.err, platform });
  const problem = await notifier.notify(changes);
  return { text: stderr(), problem };
}

describe("a notification of the desktop", () => {
  it.each([
    [{ TERM_PROGRAM: "iTerm.app" }, "\u001b]9;onduty: high: Disk full\u0007"],
    [{ TERM: "xterm-kitty" }, "\u001b]9;onduty: high: Disk full\u0007"],
    [{ TERM: "foot-extra" }, "\u001b]777;notify;onduty;high: Disk full\u0007"],
  ])("is a code where the terminal knows one: %o", async (env, text) => {
    expect(await sent(env, [opened("Disk full")])).toEqual({ text, problem: undefined });
  });

  it("comes for what opens with the urgency, and for nothing else", async () => {
    const updated: Change = { ...opened("Old"), change: "updated" };
    expect((await sent({ TERM: "xterm-kitty" }, [opened("Low", "low"), updated])).text).toBe("");
  });

  it("is one for many", async () => {
    const many = ["a", "b", "c", "d"].map((title) => opened(title));
    expect((await sent({ TERM: "xterm-kitty" }, many)).text).toBe("\u001b]9;onduty: 4 new incidents: a, …\u0007");
  });

  it("holds no code of the vendor's", async () => {
    const { text } = await sent({ TERM: "foot" }, [opened("x\u0007\u001b]0;y;z\n\u009c")]);
    expect(text).toBe("\u001b]777;notify;onduty;high: x\\x07\\x1b]0,y,z \\x9c\u0007");
  });

  it("is shown by notify-send, which gets no markup", async () => {
    const dir = await tempDir();
    const program = join(dir, "notify-send");
    await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${dir}/got'\n`);
    await chmod(program, 0o755);
    const env = { DISPLAY: ":0", TMUX: "yes", TERM: "xterm-kitty", PATH: `${dir}${delimiter}/bin${delimiter}/usr/bin` };
    expect(await sent(env, [opened("<b>1 & 2</b>")])).toEqual({ text: "", problem: undefined });
    expect((await readFile(`${dir}/got`, "utf8")).trim().split("\n").slice(-2)).toEqual([
      "onduty",
      "high: &lt;b&gt;1 &amp; 2&lt;/b&gt;",
    ]);
  });

  it.each([
    ["linux", "notify-send", "high", "--urgency=critical"],
    ["linux", "notify-send", "low", "--urgency=low"],
    ["darwin", "osascript", "high", 'sound name "Sosumi"'],
    ["darwin", "osascript", "medium", undefined],
  ] as const)("on %s by %s is as loud as the urgency %s", async (platform, program, urgency, loud) => {
    const dir = await tempDir();
    await writeFile(join(dir, program), `#!/bin/sh\nprintf '%s\\n' "$@" > '${dir}/got'\n`);
    await chmod(join(dir, program), 0o755);
    const env = { DISPLAY: ":0", PATH: `${dir}${delimiter}/bin${delimiter}/usr/bin` };
    const { problem } = await sent(env, [opened("Disk full", urgency)], { platform, atLeast: "low" });
    expect(problem).toBeUndefined();
    const got = await readFile(`${dir}/got`, "utf8");
    if (loud === undefined) expect(got).not.toContain("sound");
    else expect(got).toContain(loud);
  });

  it.each([
    [{ TERM: "xterm" }, "no way to notify is known"],
    [{ DISPLAY: ":0", PATH: "/nowhere" }, "--notify: spawn notify-send ENOENT"],
  ])("that cannot be shown is a reason: %o", async (env, reason) => {
    expect((await sent(env, [opened("Disk full")])).problem).toContain(reason);
  });
});
