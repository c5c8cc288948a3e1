import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run } from "./support/harness.ts";
import { liveProgram } from "./support/live-program.ts";
import { bareEnv, launch } from "./support/process.ts";
import { sandbox } from "./support/sandbox.ts";

/* A night at a terminal of 80x24: three vendors, of which one is down, and 204 incidents. */

/** What nobody may read while a vendor is silent. */
const allClear = /No (\w+ )?incidents match\.|nothing (is )?open|all clear|\b0 (incidents|open)\b/i;

async function setUp() {
  const { home } = await sandbox();
  const file = join(home, ".config/onduty/config.json");
  const config = JSON.parse(await readFile(file, "utf8")) as { profiles: Record<string, { baseUrl: string }> };
  const { "sandbox-pagerduty": down, "sandbox-flotiq": _, ...profiles } = config.profiles;
  await writeFile(
    file,
    JSON.stringify({ ...config, profiles: { ...profiles, down: { ...down, baseUrl: "http://127.0.0.1:9" } } }),
  );
  const events = Array.from({ length: 200 }, (_, index) =>
    JSON.stringify({
      action: "trigger",
      summary: `Disk full on db-${index}`,
      source: "night",
      dedupKey: `db-${index}`,
    }),
  );
  const sent = await run("events send - -p sandbox-opsknight", { home, stdin: events.join("\n") });
  expect(sent.stderr).not.toContain("error");
  await writeFile(join(home, ".bashrc"), "PS1='> '\n");
  const env = bareEnv(home, { INPUTRC: "/dev/null", ONDUTY_PAGER: "" });
  const live = liveProgram(["/bin/bash", "--rcfile", join(home, ".bashrc"), "-i"], env, { cwd: home });
  await live.sees(">");
  const program = launch.map((word) => `'${word}'`).join(" ");
  await live.press(`onduty() { ${program} "$@"; }; clear\r`);
  let typed = 0;
  /** The screen after a command has ended, with its exit code. */
  async function type(line: string, ...answers: [question: string, answer: string][]): Promise<string> {
    typed += 1;
    // What is typed shows too, so it must not look like the end.
    await live.press(`clear; ${line}; echo "end of $((${typed} + 0)): exit $?."\r`);
    for (const [question, answer] of answers) {
      await live.sees(question);
      await live.press(`${answer}\r`);
    }
    const lines = await live.sees(`end of ${typed}: exit `);
    return lines.join("\n");
  }
  return { live, type, home };
}

it("a night with three vendors, one of them down, shows no screen that could be read as an all-clear", async () => {
  const { live, type } = await setUp();
  const screens: string[] = [];
  const seen = (screen: string): string => {
    screens.push(screen);
    return screen;
  };

  const status = seen(await type("onduty"));
  expect(status).toMatch(/^sandbox-opsknight {2}20\d open: 1 high/m);
  expect(status).toMatch(/^down {2}NOT KNOWN: .*connection refused/m);
  expect(status).toContain("exit 7.");

  const list = seen(await type("onduty incidents list --all-profiles --limit 5 --max-wait 0"));
  expect(list).toContain("showing the first 5; there are more");
  expect(list).toMatch(/^warning: down: .*connection refused/m);
  expect(list).toContain("exit 7.");

  await live.press("clear; onduty incidents watch --all-profiles\r");
  await live.sees("down NOT LIVE since", "connection refused");
  await live.sees("of 208 incidents, as of", "2 high");
  seen((await live.lines()).join("\n"));
  expect(await live.marked()).toMatch(/^> {2}.*db-\d+/);
  await live.press("/");
  await live.sees("/_");
  await live.press("zzz");
  seen((await live.sees('None of 208 incidents matches "zzz"; esc shows all.')).join("\n"));
  await live.press("\u001b");
  await live.sees("tab profile");
  for (const profile of ["sandbox-opsknight", "sandbox-flashduty"]) {
    await live.press("\t");
    const alone = seen((await live.sees(`${profile}: `, "hidden")).join("\n"));
    expect(alone).toContain("down NOT LIVE since");
  }
  await live.press("\t");
  seen((await live.sees("no response yet")).join("\n"));
  await live.press("q");
  await live.sees("NOT LIVE since");

  const picked = seen(await type("onduty incidents ack -p sandbox-opsknight", ["Numbers such as", "1"]));
  expect(picked).toMatch(/^… and 18\d more$/m);
  expect(picked).toMatch(/^acknowledged {2}Disk full on db-\d+ {2}\(inc_\d+\); undo: /m);
  const taken = "onduty oncall take primary --user grace --for 2h -p sandbox-flashduty";
  expect(seen(await type(taken, ["[y/N]", "y"]))).toContain("on call: Grace Hopper on Primary from");

  const handoff = seen(await type("onduty handoff --all-profiles --max-wait 0 2>/dev/null | head -12"));
  expect(handoff).toMatch(/^(?:### )?NOT KNOWN\n+ *(?:- )?down: .*connection refused/m);
  const none = seen(await type("onduty incidents list -p sandbox-flashduty -p down --query zzz --max-wait 0"));
  expect(none).toContain("exit 7.");
  for (const screen of screens) expect(screen).not.toMatch(allClear);
}, 120_000);
