import { once } from "node:events";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { bareEnv, onduty, start } from "../support/process.ts";
import { copyOfProgram } from "../support/program-copy.ts";
import { tempDir } from "../support/temp-dir.ts";
import { inTerminal } from "../support/terminal.ts";

/** A home with what is known so far, and a copy of the program whose package.json names a server that gives `answer`. */
async function setUp(known?: object, answer: Reply = version("99.0.0"), place?: string | null) {
  const [home, folder] = [await tempDir(), await tempDir()];
  const program = await copyOfProgram(folder);
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    answer(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  const releases = place === undefined ? `http://127.0.0.1:${(server.address() as AddressInfo).port}/latest` : place;
  await writeFile(join(folder, "package.json"), JSON.stringify({ onduty: { releases } }));
  const file = join(home, ".local/state/onduty/update.json");
  if (known !== undefined) {
    await mkdir(join(home, ".local/state/onduty"), { recursive: true });
    await writeFile(file, JSON.stringify(known));
  }
  const env = bareEnv(home, { ONDUTY_NO_UPDATE_NOTICE: "" });
  const read = async () => JSON.parse(await readFile(file, "utf8")) as Record<string, string>;
  const atTerminal = (args: string[], more: Record<string, string> = {}, columns = 80) =>
    inTerminal(args, { ...env, ...more }, columns, undefined, program);
  return { asked: () => requests, env, file, read, program, atTerminal };
}

type Reply = (response: ServerResponse) => void;

/** A server that has this version. */
function version(newest: string): Reply {
  return (response) => void response.end(JSON.stringify({ version: newest }));
}

const standalone = !onduty.endsWith(".cjs");
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const day = 24 * 60;
const list = ["profiles", "list"];
const off = "(ONDUTY_NO_UPDATE_NOTICE=1 turns this off)";

describe.skipIf(standalone)("a newer version (Node's alone: the executable asks nobody)", () => {
  it("is asked for behind the back of a command at a terminal, and reported by the next one, once a day", async () => {
    const { asked, atTerminal, file, read } = await setUp(undefined, version("99.1.2"));
    expect((await atTerminal(list)).text).not.toContain("notice");
    await expect.poll(async () => (await read()).latest).toBe("99.1.2");
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const { text, code } = await atTerminal(list, {}, 120);
    expect(code).toBe(0);
    expect(text.trim().split("\r\n").at(-1)).toMatch(
      /^notice: onduty 99\.1\.2 is out, this is \d+\.\d+\.\d+; see http:/,
    );
    expect(text).toContain(off);
    expect((await atTerminal(list)).text).not.toContain("notice");
    expect(asked()).toBe(1);
  });

  it("is asked for again after a day, and only then", async () => {
    const { asked, atTerminal, read } = await setUp({ checkedAt: minutesAgo(day - 5) });
    await atTerminal(list);
    expect(asked()).toBe(0);

    const known = { checkedAt: minutesAgo(day + 5), shownAt: minutesAgo(day + 5), latest: "99.0.0" };
    const later = await setUp(known, version("99.2.0"));
    expect((await later.atTerminal(list)).text).toContain("99.0.0 is out");
    await expect.poll(async () => (await later.read()).latest).toBe("99.2.0");
    expect((await read()).latest).toBeUndefined();
  });

  it("is printed once a day, also where version 0.1.0 has printed it", async () => {
    const known = { checkedAt: minutesAgo(5), latest: "99.0.0" };
    const printed = await setUp({ ...known, toldAt: minutesAgo(day - 5) });
    expect((await printed.atTerminal(list)).text).not.toContain("99.0.0 is out");
    const earlier = await setUp({ ...known, toldAt: minutesAgo(day + 5) });
    expect((await earlier.atTerminal(list)).text).toContain("99.0.0 is out");
    expect(Object.keys(await earlier.read()).sort()).toEqual(["checkedAt", "latest", "shownAt"]);
    expect((await earlier.atTerminal(list)).text).not.toContain("99.0.0 is out");
  });

  it("is not waited for, and a server that hangs, fails or talks nonsense is nothing to hear of", async () => {
    const slow = await setUp(undefined, () => {});
    const started = Date.now();
    expect((await slow.atTerminal(list)).code).toBe(0);
    expect(Date.now() - started).toBeLessThan(5000);

    const answers: Reply[] = [
      (response) => void response.writeHead(404).end(),
      version("99.0.0\u001b[2J"),
      (response) => void response.end("<html>"),
      (response) => void response.destroy(),
    ];
    for (const answer of answers) {
      const { env, asked, read, atTerminal, program } = await setUp(undefined, answer);
      expect((await atTerminal(list)).text).not.toContain("99.0.0");
      await expect.poll(asked).toBe(1);
      const again = start(["__update"], env, null, undefined, program);
      expect(await again.ended).toMatchObject({ code: 0, stdout: "", stderr: "" });
      expect((await read()).latest).toBeUndefined();
    }
  });

  it.each([
    ["the same version", "0.0.1"],
    ["no version", "not a version"],
  ])("is not told of when there is %s", async (_, latest) => {
    const { atTerminal } = await setUp({ checkedAt: minutesAgo(1), latest });
    expect((await atTerminal(list)).text).not.toContain("notice");
  });
});

describe("nothing is reported, and nothing asked of a network", () => {
  const known = { checkedAt: minutesAgo(2 * day), latest: "99.0.0" };

  it.each([
    ["in CI", list, { CI: "true" }],
    ["with ONDUTY_NO_UPDATE_NOTICE", list, { ONDUTY_NO_UPDATE_NOTICE: "1" }],
    ["with --quiet", [...list, "--quiet"], {}],
  ])("%s", async (_, args, more) => {
    const { asked, atTerminal, read } = await setUp(known);
    expect((await atTerminal(args, more)).text).not.toContain("notice");
    expect(asked()).toBe(0);
    expect(await read()).toEqual(known);
  });

  it("in a pipe", async () => {
    const { asked, env, read, program } = await setUp(known);
    const { stdout, stderr } = await start(list, env, null, undefined, program).ended;
    expect(stdout + stderr).not.toContain("99.0.0");
    expect(asked()).toBe(0);
    expect(await read()).toEqual(known);
  });

  it("where package.json names no place of releases, as it does now", async () => {
    const { asked, atTerminal, read } = await setUp(known, version("99.0.0"), null);
    expect((await atTerminal(list)).text).not.toContain("notice");
    expect(asked()).toBe(0);
    expect(await read()).toEqual(known);
    const own = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as object;
    expect(own).toMatchObject({ onduty: { releases: null } });
  });
});
