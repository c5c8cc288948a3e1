import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { install } from "../../../src/cli/completion/install.ts";
import { start } from "../../support/process.ts";
import { profilesAt } from "../../support/profiles.ts";
import {
  type Complete,
  completeInBash,
  completeInFish,
  completeInZsh,
  has,
  openTerminal,
  shellEnv,
} from "../../support/shells.ts";
import { type FakeVendor, fakeVendor } from "../../support/vendor.ts";

/** Ids as a vendor should never give them; what they try to do would leave a file. */
const hostile = [
  "$(touch pwned)",
  "`touch pwned`",
  "'; touch pwned; '",
  '"; touch pwned; "',
  "a b",
  "two\nlines",
  "tab\there",
  "--all",
  "-x",
  "\u001b[2Jcleared",
  "\u202eright-to-left",
  "a*",
  "~root",
  "$HOME",
  "{a,b}",
  "a;b",
  "a|b",
  "a>b",
];

async function vendorWithIncidents(): Promise<FakeVendor> {
  const vendor = await fakeVendor();
  const ids = ["inc_1", "inc_22", ...hostile, "cm3"];
  const data = ids.map((id, index) => ({
    id,
    title: index === 0 ? "Payments \u001b[31mfailing %F{red} $(touch pwned) `touch pwned` \\n 日本" : `Title of ${id}`,
    status: "OPEN",
    urgency: "HIGH",
    service: { id: "svc_1", name: "Checkout" },
    created_at: new Date(Date.UTC(2026, 0, 2) - index * 1000).toISOString(),
  }));
  const list = (rows: object[]) => ({
    data: rows,
    pagination: { total: rows.length, limit: 200, offset: 0, has_more: false },
  });
  return vendor
    .reply("GET /api/incidents", 200, list(data))
    .reply("GET /api/schedules", 200, list([{ id: "sch_1", name: "Primary", time_zone: "UTC" }]))
    .reply("GET /api/services", 200, list([{ id: "svc_1", name: "Checkout" }]))
    .reply("GET /api/users", 200, list([{ id: "usr_1", name: "Ada", email: "ada@example.com" }]));
}

/** Asks for a kind until it is in the cache, so that no test depends on how fast this machine is. */
async function warm(env: Record<string, string>, ...kinds: string[]): Promise<void> {
  for (const kind of kinds) {
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await start(["__complete", kind], env).ended).stdout !== "") break;
    }
  }
}

/** `list` is what has to be typed after a Tab until a shell lists what it could not choose from. */
const shells: { name: string; complete: Complete; list: string }[] = [
  { name: "bash", complete: completeInBash, list: "\t\t" },
  { name: "zsh", complete: completeInZsh, list: "\t" },
  { name: "fish", complete: completeInFish, list: "" },
];

const statuses = ["open", "acknowledged", "resolved", "snoozed", "suppressed", "all"];

describe.each(shells)("in $name", { timeout: 60_000 }, ({ name, complete, list }) => {
  const it_ = it.skipIf(!has(name));
  const missing = has(name) ? "" : ` (skipped: ${name} is not installed)`;
  /** Words alone, without what fish says of them, in the order of the alphabet. */
  const words = (found: readonly string[] = []): string[] =>
    [...new Set(found.map((one) => one.split("\t")[0] ?? ""))].sort();
  const offered = async (line: string, env: Awaited<ReturnType<typeof shellEnv>>): Promise<string[]> =>
    words((await complete([line], env))[0]);

  /** The same of several lines, until onduty answers: on a busy machine it may take longer than a shell waits for it. */
  const offersAll = (lines: string[], env: Awaited<ReturnType<typeof shellEnv>>) =>
    expect.poll(async () => (await complete(lines, env)).map(words), { timeout: 40_000 });

  const fixed: [line: string, words: string[]][] = [
    ["onduty inci", ["incidents"]],
    ["onduty incidents re", ["reopen", "resolve"]],
    ["onduty res", ["resolve"]],
    ["onduty -p prod tr", ["trigger"]],
    ["onduty incident s", ["show", "similar", "snooze", "suppress"]],
    ["onduty --json -p prod incidents ack", ["ack"]],
    ["onduty incidents list --exit", ["--exit-status"]],
    ["onduty incidents ls --ord", ["--order"]],
    ["onduty incidents list --outp", ["--output"]],
    ["onduty incidents list --order ", ["asc", "desc"]],
    ["onduty -o n", ["ndjson"]],
    ["onduty ack --not", ["--note"]],
    ["onduty trigger --severity w", ["warning"]],
    ["onduty incidents list --status ", [...statuses].sort()],
    ["onduty incidents create --urgency ", ["high", "low", "medium"]],
    ["onduty events change --status s", ["started", "succeeded"]],
    ["onduty events trigger --severity w", ["warning"]],
    ["onduty keys set prod --kind i", ["integration"]],
    ["onduty profiles add prod --provider f", ["flashduty", "flotiq"]],
    ["onduty completion ", ["bash", "fish", "powershell", "zsh"]],
    ["onduty help env", ["environment"]],
    ["onduty help incidents wat", ["watch"]],
    ["onduty schedules override ", ["add", "list", "remove"]],
    ["onduty schedules overrides add --unt", ["--until"]],
    ["onduty oncall ta", ["take"]],
    ["onduty oncall --exit", ["--exit-status"]],
    ["onduty oncall take --f", ["--fields", "--for"]],
    ["onduty oncall primary --exit", ["--exit-status"]],
    ["onduty help oncall t", ["take"]],
    ["onduty xyzzy ", []],
  ];
  const equals = "onduty incidents list --output=nd";
  const commas = "onduty incidents list --status open,ack";

  /** What stands in the script alone is the same for every test: one shell is asked for all of it. */
  let asked: Promise<Map<string, string[]>> | undefined;
  const offeredByScript = async (line: string): Promise<string[]> => {
    asked ??= shellEnv().then(async (env) => {
      const lines = [...fixed.map(([one]) => one), equals, commas];
      const found = await complete(lines, env);
      return new Map(lines.map((one, index) => [one, words(found[index])]));
    });
    return (await asked).get(line) ?? [];
  };

  it_.each(fixed)(`completes \`%s\`${missing}`, async (line, expected) => {
    expect(await offeredByScript(line)).toEqual(expected);
  });

  it_(`completes the value behind an equals sign${missing}`, async () => {
    const found = (await offeredByScript(equals)).map((word) => word.replace(/^--output=/, ""));
    expect(found).toEqual(["ndjson"]);
  });

  it_(`completes the next of several values with commas${missing}`, async () => {
    const found = (await offeredByScript(commas)).map((word) => word.replace(/^open,/, ""));
    expect(found).toEqual(["acknowledged"]);
  });

  it_(`completes profiles${missing}`, async () => {
    const env = await shellEnv({
      ...profilesAt("http://127.0.0.1:9"),
      "eu.prod": { provider: "flotiq", baseUrl: "https://x.test" },
    });
    await offersAll(["onduty -p f", "onduty profiles use "], env).toEqual([
      ["flashduty", "flotiq"],
      ["eu.prod", "flashduty", "flotiq", "opsknight"],
    ]);
    // The second word of `rename` is a new name.
    expect(await offered("onduty profiles rename eu.prod ", env)).toEqual([]);
  });

  it_(`completes ids, and lets nothing odd into the line${missing}`, async () => {
    const vendor = await vendorWithIncidents();
    const env = await shellEnv(profilesAt(vendor.url));
    await warm(env, "incidents", "schedules", "services", "users");
    const lines: [line: string, words: string[]][] = [
      ["onduty incidents ack ", ["cm3", "inc_1", "inc_22"]],
      ["onduty incidents ack inc_1 inc_2", ["inc_22"]],
      ["onduty oncall ", ["sch_1", "take"]],
      ["onduty incidents list --service s", ["svc_1"]],
      ["onduty incidents assign inc_1 --to ", ["me", "none", "usr_1"]],
    ];
    await offersAll(
      lines.map(([line]) => line),
      env,
    ).toEqual(lines.map(([, found]) => found));
    // A profile on the line is the one that is asked.
    expect(await offered("onduty incidents ack --profile nobody ", env)).toEqual([]);
    expect(await readdir(env.HOME)).not.toContain("pwned");
  });

  it_(`inserts an id at a terminal, and shows what ids stand for${missing}`, async () => {
    const vendor = await vendorWithIncidents();
    const env = await shellEnv(profilesAt(vendor.url));
    for (const id of ["inc_2", "inc_22"])
      vendor.handle(`GET /api/incidents/${id}`, (_, response) => void response.writeHead(404).end());
    await warm(env, "incidents");
    const terminal = await openShell(name, env);
    terminal.type("onduty incidents show i");
    if (list !== "") await terminal.answers("\t", "nc_");
    const listed = await terminal.answers(list === "" ? "\t" : list, "Title of inc_22");
    expect(listed).toContain("Payments");
    expect(listed).not.toContain("\u001b[31mfailing");
    const shown = () => vendor.requests.filter(({ path }) => path.startsWith("/api/incidents/")).at(-1)?.path;
    terminal.type("2\t\r");
    await terminal.sees('" not found');
    // Nothing was inserted where the shell had no response in time.
    for (let tries = 0; tries < 20 && shown() === "/api/incidents/inc_2"; tries += 1) {
      terminal.type("onduty incidents show inc_2\t\r");
      await terminal.sees('" not found');
    }
    expect(shown()).toBe("/api/incidents/inc_22");
    await terminal.end();
    expect(await readdir(env.HOME)).not.toContain("pwned");
  });

  it_(`finds incidents by a word of their title, and keeps the word where several have it${missing}`, async () => {
    const vendor = await vendorWithIncidents();
    const env = await shellEnv(profilesAt(vendor.url));
    for (const id of ["inc_1", "Title"])
      vendor.handle(`GET /api/incidents/${id}`, (_, response) => void response.writeHead(404).end());
    await warm(env, "incidents", "users");
    const terminal = await openShell(name, env);
    const shown = () => vendor.requests.filter(({ path }) => path.startsWith("/api/incidents/")).at(-1)?.path;
    const paths = { payments: "/api/incidents/inc_1", Title: "/api/incidents/Title" };
    for (const [word, path] of Object.entries(paths)) {
      // Nothing is inserted where the shell had no response in time.
      for (let tries = 0; tries < 20 && shown() !== path; tries += 1) {
        terminal.type(`onduty incidents show ${word}`);
        if (word === "Title" && list !== "")
          expect(await terminal.answers(list, "inc_22")).toContain("Title of inc_22");
        else terminal.type("\t");
        await new Promise((resolve) => setTimeout(resolve, 700));
        // Fish goes through a list of its own: escape leaves it.
        terminal.type(word === "Title" && name === "fish" ? "\u0015onduty incidents show Title\r" : "\r");
        await terminal.sees('" not found');
      }
      expect(shown()).toBe(path);
    }
    await terminal.end();
    expect(await readdir(env.HOME)).not.toContain("pwned");
  });

  it_(`completes dedup keys, colons and blanks included, and lets nothing odd into the line${missing}`, async () => {
    const vendor = await fakeVendor();
    const keys = ["ci:acme/web:CI:test:branch=main", "ci:acme/api:CI:test", "vm:true~8894cdad26ef", "web-01:Disk full"];
    const data = [...keys, ...hostile.filter((one) => one !== "a b")].map((key, index) => ({
      id: `inc_${index}`,
      title: `Title of ${key}`,
      status: "OPEN",
      urgency: "HIGH",
      dedup_key: key,
      created_at: new Date(Date.UTC(2026, 0, 2) - index * 1000).toISOString(),
    }));
    vendor.reply("GET /api/incidents", 200, { data, pagination: { total: data.length, limit: 200, offset: 0 } });
    const received: string[] = [];
    vendor.handle("POST /api/events", ({ body }, response) => {
      received.push((body as { dedup_key: string }).dedup_key);
      response.writeHead(202, { "content-type": "application/json" }).end('{"result":{"action":"resolved"}}');
    });
    const env = await shellEnv(profilesAt(vendor.url));
    await warm(env, "keys");
    const terminal = await openShell(name, env);
    const typed: [text: string, key: string][] = [
      ["ci:acme/w", "ci:acme/web:CI:test:branch=main"],
      ["ci:acme/web:CI:test:branch=m", "ci:acme/web:CI:test:branch=main"],
      ["vm", "vm:true~8894cdad26ef"],
      ["vm:", "vm:true~8894cdad26ef"],
      ["vm:true~88", "vm:true~8894cdad26ef"],
      ["web", "web-01:Disk full"],
      ["web-01:Disk\\ f", "web-01:Disk full"],
      ["web-01:x ci:acme/a", "ci:acme/api:CI:test"],
    ];
    for (const [text, key] of typed) {
      // Nothing is inserted where the shell had no response in time.
      for (let tries = 0; tries < 20 && received.at(-1) !== key; tries += 1) {
        received.length = 0;
        terminal.type(`onduty events resolve --spool-ok ${text}\t`);
        await new Promise((resolve) => setTimeout(resolve, 700));
        terminal.type("\r");
        await expect.poll(() => received.length, { timeout: 10_000 }).toBe(text.includes(" ci") ? 2 : 1);
      }
      expect(received.at(-1)).toBe(key);
      received.length = 0;
    }
    await terminal.end();
    expect(await readdir(env.HOME)).not.toContain("pwned");
  });

  it_(`says nothing when the configuration is broken or nobody answers${missing}`, async () => {
    const env = await shellEnv(profilesAt("http://127.0.0.1:9"));
    expect(await offered("onduty incidents ack ", env)).toEqual([]);
    expect(await offered("onduty incidents ack ", { ...env, ONDUTY_PROFILE: "nobody" })).toEqual([]);
    expect(await offered("onduty incidents ack ", { ...env, PATH: "/usr/bin:/bin" })).toEqual([]);
  });
});

describe.each([
  { name: "bash", line: install.bashAlone, rest: [] },
  { name: "zsh", line: install.zsh, rest: ["-d"] },
  { name: "fish", line: install.fish, rest: [] },
])("the line that installs it in $name", { timeout: 60_000 }, ({ name, line, rest }) => {
  const missing = has(name) ? "" : ` (skipped: ${name} is not installed)`;

  it.skipIf(!has(name))(`makes Tab work in the next shell of a new home, and doctor knows${missing}`, async () => {
    const env = await shellEnv();
    await promisify(execFile)(name, ["-c", line], { env, cwd: env.HOME });
    const terminal = openTerminal(name, [...rest, "-i"], env);
    terminal.type("echo rea''dy\r");
    await terminal.sees("ready\r\n");
    terminal.type("onduty incidents reop\t--help\r");
    await terminal.sees("Usage: onduty incidents reopen");
    await terminal.end();
    const words = ["doctor", "--jq", '.[] | select(.check == "completions") | .message', "--raw-output"];
    const { stdout } = await start(words, { ...env, SHELL: `/bin/${name}` }).ended;
    expect(stdout).toMatch(/^installed: ~/);
  });
});

/** A shell with the completion as it is installed. */
async function openShell(name: string, env: Awaited<ReturnType<typeof shellEnv>>) {
  const file = new URL("../../../completions/", import.meta.url).pathname;
  const setups: Record<string, { args: string[]; setup: string }> = {
    bash: { args: ["--norc", "--noprofile", "-i"], setup: `. ${file}onduty.bash` },
    zsh: { args: ["-f", "-i"], setup: `fpath=(${file} $fpath); autoload -Uz compinit; compinit -u -D` },
    fish: { args: ["--no-config", "-i"], setup: `source ${file}onduty.fish` },
  };
  const { args = [], setup } = setups[name] ?? {};
  const terminal = openTerminal(name, args, env);
  terminal.type(`${setup}; echo rea''dy\r`);
  await terminal.sees("ready\r\n");
  return terminal;
}
