import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runnable } from "../../../src/cli/completion/specs.ts";
import type { BriefHelp } from "../../../src/cli/help/brief.ts";
import { type FamilyHelp, type ProgramHelp, runnableOf } from "../../../src/cli/help/describe.ts";
import { topics } from "../../../src/cli/help/topics.ts";
import { ExitCode } from "../../../src/errors.ts";
import { run } from "../../support/harness.ts";
import { profilesAt } from "../../support/profiles.ts";
import { commandSpecs } from "../../support/program.ts";
import { sandbox } from "../../support/sandbox.ts";
import { fakeVendor } from "../../support/vendor.ts";

async function readHelp<Help>(commandLine: string): Promise<Help> {
  const { code, stdout, stderr } = await run(commandLine, { home: "/nowhere" });
  expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: "" });
  return JSON.parse(stdout) as Help;
}

const whole = await readHelp<ProgramHelp>("help --json");
const commands = runnableOf(whole.commands);
const byPath = commands.map((one) => [one.command, one] as const);

describe("onduty help --json --brief", () => {
  it("has every command with its arguments and whether it writes, in at most 20 kB", async () => {
    const { stdout } = await run("help --json --brief", { home: "/nowhere" });
    expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(20_000);
    const brief = JSON.parse(stdout) as BriefHelp;
    expect(brief.commands.map(({ command, writes }) => [command, writes])).toEqual(
      commands.map(({ command, writes }) => [command, writes]),
    );
    for (const [at, { options, arguments: args }] of commands.entries()) {
      const shown = brief.commands[at]?.arguments ?? "";
      for (const { name } of args) expect(shown).toContain(name);
      for (const { name, negatable } of options) expect(shown).toContain(negatable ? `[no-]${name.slice(2)}` : name);
    }
    expect(brief.commands.find(({ command }) => command === "incidents merge")?.arguments).toBe(
      "<source...> --into=id [--note=text]",
    );
    expect(brief.globalOptions).toContain("[--profile=name]...");
    expect(brief.globalOptions).toContain("[--[no-]color]");
    expect(brief.exitCodes).toMatchObject({ 0: "ok", 7: "partial" });
  });

  it.each([
    ["help incidents --brief", /^incidents \w+$/],
    ["help incidents ls --brief", /^incidents list$/],
    ["help spool --brief", /^spool \w+$/],
  ])("`%s` is for those commands alone, and JSON without a word", async (line, expected) => {
    const { code, stdout, stderr } = await run(line, { home: "/nowhere" });
    expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: "" });
    const { commands: found } = JSON.parse(stdout) as BriefHelp;
    expect(found.length).toBeGreaterThan(0);
    for (const { command } of found) expect(command).toMatch(expected);
  });

  it("is in another format where one is asked for", async () => {
    const { stdout } = await run("help oncall --brief --output yaml", { home: "/nowhere" });
    expect(parse(stdout)).toMatchObject({
      commands: [
        { command: "oncall", writes: false },
        { command: "oncall take", writes: true },
      ],
    });
  });

  it("is an error for what is no command", async () => {
    expect(await run("help nope --brief")).toMatchObject({ code: ExitCode.usage, stdout: "" });
  });
});

describe("onduty help --json", () => {
  it("reports what the program is, and what holds for every command", () => {
    expect(whole).toMatchObject({ name: "onduty", version: "0.0.0-dev", commit: null });
    expect(whole.options.map(({ name }) => name)).toEqual(["--version"]);
    expect(whole.globalOptions.find(({ name }) => name === "--output")).toEqual({
      flags: "-o, --output <format>",
      name: "--output",
      short: "-o",
      description: "how results are printed (default: table)",
      value: { name: "format", required: true },
      choices: ["table", "json", "ndjson", "csv", "tsv", "yaml", "markdown", "ics"],
      default: "table",
      required: false,
      repeatable: false,
      negatable: false,
    });
    expect(whole.globalOptions.filter(({ negatable }) => negatable).map(({ name }) => name)).toEqual(["--color"]);
    expect(whole.globalOptions.find(({ name }) => name === "--timeout")?.default).toBe("30s");
    // Others than the two that completions offer are taken too.
    expect(whole.globalOptions.find(({ name }) => name === "--tz")?.choices).toBeNull();
    expect(Object.fromEntries(whole.exitCodes.map(({ name, code }) => [name, code]))).toEqual(ExitCode);
    expect(whole.topics.map(({ topic }) => topic)).toEqual(topics.map(({ name }) => name));
  });

  it("has every command of the tree, once", async () => {
    const { root } = await commandSpecs();
    expect(commands.map(({ command }) => command)).toEqual(root.commands.flatMap(runnable).map(({ path }) => path));
  });

  it.each(byPath)("of %s reports what its --help shows", async (path, command) => {
    const { stdout } = await run(`${path} --help`, { tty: 1000 });
    const [, own = ""] = /\nOptions:\n([\s\S]*?)\n\n/.exec(stdout) ?? [];
    const lines = own.split("\n").map((line) => line.trim());
    // Its own, and --help; the others stand in `help options`.
    expect(lines).toHaveLength(command.options.length + 1);
    for (const line of lines) {
      const told = [...command.options, ...whole.globalOptions].filter(
        ({ flags, description }) => line.startsWith(`${flags} `) && line.includes(` ${description}`),
      );
      expect(told, line).toHaveLength(1);
    }
    expect(stdout).toContain(command.summary);
    const oneLine = (text: string) => text.replaceAll(/\s+/g, " ");
    for (const paragraph of command.notes?.split("\n") ?? []) expect(oneLine(stdout)).toContain(oneLine(paragraph));
    expect(stdout).toContain(`\nExamples:\n${command.examples.map((line) => `  ${line}\n`).join("")}\n`);
    expect(command.examples).not.toEqual([]);
    const [, codes = ""] = /\nExit codes: ([\s\S]+?)\n\nGlobal options: onduty help options\n$/.exec(stdout) ?? [];
    const again = command.exitCodes.map(({ code, when }) => (code === null ? when : `${code} ${when}`));
    expect(codes.replaceAll("\n", " ").replaceAll(";", ",")).toBe(again.join(", "));
    if (path === "run") return;
    const known = new Set<number | null>(Object.values(ExitCode));
    expect(command.exitCodes.filter(({ code }) => !known.has(code))).toEqual([]);
  });

  it("reports which commands change nothing", () => {
    expect(commands.filter(({ writes }) => !writes).map(({ command }) => command)).toEqual([
      "status",
      "incidents list",
      "incidents show",
      "incidents timeline",
      "incidents alerts",
      "incidents similar",
      "incidents open",
      "incidents watch",
      "oncall",
      "handoff",
      "stats",
      "prompt",
      "changes list",
      "silences list",
      "keys validate",
      "keys list",
      "profiles list",
      "profiles show",
      ...["services", "schedules", "users", "teams"].flatMap((name) => [
        `${name} list`,
        `${name} show`,
        ...(name === "schedules" ? ["schedules shifts", "schedules rota", "schedules override list"] : []),
      ]),
      "whoami",
      "spool list",
      "spool show",
      "content types",
      "content list",
      "content show",
      "webhooks verify",
      "webhooks listen",
      "doctor",
      "completion",
      "help",
    ]);
  });
});

describe("the fields that help has of a command", () => {
  /** What it cannot be without, besides its arguments. */
  const needed: Record<string, string> = {
    "events trigger": "x",
    api: "POST",
    "events change": "--status started",
    "events notify": "--from nagios",
    "events reconcile": "--from alertmanager --url http://127.0.0.1:9",
    deploy: "--status started",
    "incidents assign": "--to me",
    "incidents update": "--urgency high",
    "incidents merge": "--into y",
    "schedules override add": "--user x --for 1h",
    "webhooks verify": "--secret-env SECRET",
    "webhooks listen": "--secret-env SECRET --port 0",
  };

  it.each(byPath.filter(([path]) => path !== "help"))("%s are those that --fields takes", async (path, command) => {
    const vendor = await fakeVendor();
    // No command is started that has no name.
    const words: Record<string, string> = { shell: "bash", method: "POST", path: "/x", file: "-", command: '""' };
    const given = command.arguments
      .filter(({ required, variadic }) => required || variadic)
      .map(({ name }) => words[name] ?? "x")
      .join(" ");
    const { stdout, stderr } = await run(
      `${path} --fields nope --dry-run --max-wait 0 --no-input ${needed[path] ?? ""} ${given}`,
      { profiles: profilesAt(vendor.url), env: { SECRET: "s3cret" }, stdin: "" },
    );
    const [, accepted] = /unknown field "nope"; the fields are (.+)\n/.exec(stderr) ?? [];
    if (command.output === null || command.output.anyField) expect(accepted).toBeUndefined();
    else expect(accepted, stdout + stderr).toBe(command.output.fields.join(", "));
  });
});

describe("the rows that a command prints", () => {
  it("have the fields that help has of it", async () => {
    const { home } = await sandbox();
    const printed = async (path: string, rest = ""): Promise<[string, string[]]> => {
      const { stdout, stderr } = await run(`${path} ${rest} --profile sandbox-opsknight --json`, { home });
      const rows = [JSON.parse(stdout || "[]")].flat() as Record<string, unknown>[];
      expect(rows.length, `${path}: ${stderr}`).toBeGreaterThan(0);
      return [path, [...new Set(rows.flatMap((row) => Object.keys(row)))].sort()];
    };
    const [id = ""] = (await run("incidents list --quiet --profile sandbox-opsknight", { home })).stdout.split("\n");
    const seen = [
      await printed("incidents list"),
      await printed("incidents show", id),
      await printed("incidents ack", id),
      await printed("incidents timeline", id),
      await printed("incidents open", id),
      await printed("incidents create", '"Disk full"'),
      await printed("events trigger", '"Disk full" --dedup-key disk'),
      await printed("events resolve", "disk"),
      // Only PagerDuty has all of its fields.
      await printed("oncall", "--profile sandbox-pagerduty"),
      await printed("services list"),
      await printed("schedules list"),
      await printed("users list"),
      await printed("teams list"),
      await printed("whoami"),
      await printed("keys list"),
      await printed("keys validate"),
      await printed("profiles list"),
      await printed("profiles show"),
      await printed("spool flush"),
    ];
    for (const [path, fields] of seen)
      expect(fields, path).toEqual(
        [...(commands.find(({ command }) => command === path)?.output?.fields ?? [])].sort(),
      );
  });
});

describe("onduty help WORDS --json", () => {
  it("is that of the full program, for one command, by its aliases too", async () => {
    const ack = commands.find(({ command }) => command === "incidents ack");
    expect(await readHelp("help incidents ack --json")).toEqual(ack);
    expect(await readHelp("help incident acknowledge --json")).toEqual(ack);
    expect(ack).toMatchObject({
      aliases: ["acknowledge"],
      arguments: [{ name: "id", required: false, variadic: true, default: null }],
      exitCodes: expect.arrayContaining([{ code: 7, when: "some done and some not" }]),
      writes: true,
      output: { fields: ["id", "outcome", "status", "by", "at", "error"], anyField: false, withOption: {} },
    });
  });

  it.each([
    ["resolve", "incidents resolve"],
    ["ls", "incidents list"],
    ["trigger", "events trigger"],
  ])("takes %s, as the command line does, for %s", async (word, path) => {
    expect(await readHelp(`help ${word} --json`)).toEqual(await readHelp(`help ${path} --json`));
    const text = await run(`help ${word}`);
    expect(text).toMatchObject({ code: 0, stdout: (await run(`help ${path}`)).stdout });
  });

  it("of a family has its commands", async () => {
    const family = await readHelp<FamilyHelp>("help incidents --json");
    expect(family).toEqual(whole.commands.find(({ command }) => command === "incidents"));
    expect(family.aliases).toEqual(["incident"]);
    expect(family.commands.map(({ command }) => command)).toContain("incidents watch");
  });

  it("splits method and path of api, and reports what cannot be left out", () => {
    const api = commands.find(({ command }) => command === "api");
    expect(api?.arguments.map(({ name, required }) => [name, required])).toEqual([
      ["method", false],
      ["path", true],
    ]);
    const required = commands.flatMap(({ command, options }) =>
      options.filter((option) => option.required).map(({ name }) => `${command} ${name}`),
    );
    expect(required).toEqual([
      "events change --status",
      "events notify --from",
      "events reconcile --from",
      "incidents merge --into",
      "schedules override add --user",
      "deploy --status",
      "webhooks verify --secret-env",
      "webhooks listen --secret-env",
    ]);
  });

  it("of the exit codes and the environment is a table", async () => {
    expect(await readHelp("help exit-codes --json")).toEqual(whole.exitCodes);
    const variables = await readHelp<{ name: string; meaning: string }[]>("help environment --json");
    expect(variables).toContainEqual({
      name: "HTTP_PROXY",
      meaning: "proxy to go through; ALL_PROXY where neither is set",
    });
    const { stdout } = await run("help environment");
    for (const { name } of variables) expect(stdout).toContain(name);
    expect((await run("help exit-codes --output csv")).stdout).toMatch(/^code,name,when\r\n0,ok,/);
  });

  it("of another topic is its text, beside the commands of that name", async () => {
    const { stdout: text } = await run("help spool");
    const family = whole.commands.find(({ command }) => command === "spool");
    expect(await readHelp("help spool --json")).toEqual({ topic: "spool", ...family, text });
    expect(await readHelp("help formatting --json")).toMatchObject({
      topic: "formatting",
      summary: "Formats of output, fields, jq, colors and times",
    });
  });

  it("goes through --jq and --fields, and is YAML too", async () => {
    expect((await run(`help incidents ack --jq .output.fields[0] -r`)).stdout).toBe("id\n");
    expect((await run("help --fields name,version --json")).stdout).toBe('{"name":"onduty","version":"0.0.0-dev"}\n');
    expect(parse((await run("help incidents ack -o yaml")).stdout)).toEqual(
      await readHelp("help incidents ack --json"),
    );
    expect((await run("help incidents --fields nope")).stderr).toContain(
      "the fields are command, aliases, summary, commands",
    );
  });

  it.each([
    ["help incidents lisst --json", '"onduty incidents" has no command "lisst"', "onduty incidents list"],
    ["help enviroment --json", 'unknown command or topic "enviroment"', "onduty help environment"],
  ])("of `%s` is an error", async (commandLine, message, hint) => {
    const { code, stdout, stderr } = await run(commandLine, { home: "/nowhere" });
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(JSON.parse(stderr)).toMatchObject({
      error: { kind: "usage", message: expect.stringContaining(message), hint },
    });
  });

  it("is text where nothing else is asked for on the command line, and so is --help", async () => {
    const { stdout } = await run("help incidents ack");
    expect(stdout).toMatch(/^Usage: onduty incidents ack\|acknowledge /);
    expect((await run("help incidents ack", { env: { ONDUTY_OUTPUT: "json" } })).stdout).toBe(stdout);
    expect((await run("help incidents ack --output table")).stdout).toBe(stdout);
    expect((await run("incidents ack --help --json")).stdout).toBe(stdout);
  });
});
