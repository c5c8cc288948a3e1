import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { commandsOf } from "../src/cli/tree.ts";
import { formats } from "../src/output/options.ts";
import { treeOfFiles } from "./support/command-index.ts";
import { ondutyLines } from "./support/command-lines.ts";
import { run } from "./support/harness.ts";
import { homeWith, profilesAt } from "./support/profiles.ts";
import { someOf } from "./support/rounds.ts";

/*
 * One vendor whose every text holds what harms a terminal, a log or a runner of CI, against the examples of every command in every
 * format. Commands and formats come from the program, so that new ones are included by themselves.
 */

/** Clears the screen, fills the clipboard, colors, reverses, and gives commands to a runner of GitHub Actions. */
const hostile =
  "a\u001b[2J\u001b]52;c;QQ==\u0007\u009b31m\u0085\u202eb\u2066\u007f\r\n::stop-commands::x\n  ##[group]c";

const row = (id: string) => ({
  ...{ id, incident_id: id, incident_key: hostile, key: hostile, number: hostile, num: hostile },
  ...{ title: hostile, name: hostile, schedule_name: hostile, channel_name: hostile, description: hostile },
  ...{ status: hostile, progress: hostile, urgency: hostile, incident_severity: hostile, priority: hostile },
  service: { id: hostile, name: hostile },
  team: { id: hostile, name: hostile },
  assignee: { id: hostile, name: hostile, email: hostile },
  ...{ email: hostile, role: hostile, timeZone: hostile, dedupKey: hostile, dedup_key: hostile },
  ...{ createdAt: "2026-03-01T11:57:00Z", start_time: 1_772_366_220, labels: { [hostile]: hostile } },
  fields: { [hostile]: hostile },
  layers: [{ name: hostile, users: [{ user: { id: hostile, name: hostile } }] }],
});

const rows = [row("inc_1"), row("inc_2"), row(hostile)];
const [one] = rows;
const lists = ["incidents", "services", "schedules", "users", "teams"];

/** What the path names, as one and as a list; where it names none of them: all. */
function named(path: string): object {
  const asked = lists.filter(
    (name) => path.includes(name.slice(0, -1)) || (path.endsWith("/on-call") && name === "users"),
  );
  return Object.fromEntries(
    (asked.length === 0 ? lists : asked).flatMap((name) => [
      [name, rows],
      [name.slice(0, -1), one],
    ]),
  );
}

/** A response to a request for a path, in the form of each vendor. */
const bodies: Record<string, (path: string) => object> = {
  opsknight: (path) => ({
    ...named(path),
    status: "success",
    result: { action: hostile, reason: hostile, incident: one },
  }),
  flashduty: (path) => ({
    request_id: hostile,
    data: { ...one, ...named(path), items: rows, total: 3, alert_key: hostile },
  }),
  flotiq: () => ({ ...one, data: rows, total_count: 3, total_pages: 1, current_page: 1, count: 3 }),
};

const failure = {
  error: { code: hostile, message: hostile, details: { field: hostile } },
  ...{ message: hostile, request_id: hostile, errors: [hostile], detail: hostile },
};

const failureText = JSON.stringify(failure);

/** Bodies by vendor and path: they are the same for every command. */
const texts = new Map<string, string>();

function textFor(vendor: string, path: string): string {
  const key = `${vendor} ${path}`;
  const text = texts.get(key) ?? JSON.stringify(bodies[vendor]?.(path));
  texts.set(key, text);
  return text;
}

async function hostileVendor(status: number, textOf: (path: string) => string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    // What a header may hold: the control characters above ASCII.
    response.setHeader("x-request-id", "req\u009b31m").writeHead(status, { "content-type": "application/json" });
    response.end(textOf(request.url?.replace(/\?.*/, "") ?? ""));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Commands that ask no vendor, wait for input, or run other programs and servers. */
const left =
  /^(completion|help|sandbox|mcp|run|demo|prompt|profiles|keys (set|remove|list)|webhooks|incidents (open|watch)|spool)\b/;

const tree = await treeOfFiles();
/** The first example of each command, with what it needs besides. */
const lines = commandsOf(tree).flatMap(({ path: name, command }) => {
  const [words] = command.examples.flatMap((example) => ondutyLines(example));
  return words === undefined || left.test(name) ? [] : [{ name, words }];
});

const harmful =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

function expectHarmless(text: string, where: string): void {
  const found = harmful.exec(text);
  expect(found === null ? "" : JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 20)), where).toBe(
    "",
  );
  expect(text.replaceAll("\r\n", "\n"), where).not.toContain("\r");
  const lines = text.split("\n").filter((line) => !line.startsWith("::error::"));
  expect(
    lines.filter((line) => /^\s*::|##\[/.test(line)),
    where,
  ).toEqual([]);
}

/** Options of a command line, and whether it runs at a terminal. */
type Shown = [options: string[], tty: boolean];

describe.each(Object.keys(bodies))("a hostile vendor, %s", (vendor) => {
  it.each(lines)("cannot reach the terminal or the runner by $name", async ({ name, words }) => {
    const turn = lines.findIndex((line) => line.name === name);
    const now = new Date("2026-03-01T12:00:00Z");
    for (const [status, textOf] of [
      [200, (path: string) => textFor(vendor, path)],
      [400, () => failureText],
    ] as const) {
      const profiles = profilesAt(await hostileVendor(status, textOf));
      // One vendor in every format is enough: formats know no vendor.
      const printed = vendor === "opsknight" ? formats : (["table", "json"] as const);
      const inPipe: Shown[] = [...printed.map((format): Shown => [["-o", format], false]), [["--jq", "."], false]];
      const atTerminal: Shown = [["--no-color", "--debug"], true];
      // An error is printed in the form of the format, as text or as JSON.
      const shown =
        status === 200
          ? [...someOf(inPipe, 1, turn), atTerminal]
          : someOf([...inPipe.slice(0, 2), atTerminal], 1, turn);
      for (const [options, tty] of shown) {
        const { stdout, stderr } = await run([...words, ...options, "--yes", "--max-wait", "0", "-p", vendor], {
          home: await homeWith(profiles),
          env: { GITHUB_ACTIONS: "true" },
          stdin: "",
          tty,
          now,
          signal: AbortSignal.timeout(5000),
        });
        const where = `${words.join(" ")} ${options.join(" ")} (${status})`;
        expectHarmless(stdout, where);
        expectHarmless(stderr, where);
        // A text of the vendor's stays on its line.
        expect(stderr, where).not.toMatch(/^\s*(stop-commands|\[group)/m);
      }
    }
  });
});
