import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { commandsOf } from "../../src/cli/tree.ts";
import { nameProfile } from "../../src/model/command-line.ts";
import { refusal } from "../support/command-lines.ts";
import { run } from "../support/harness.ts";
import { fakeKeys } from "../support/profiles.ts";
import { commandTree, wholeProgram } from "../support/program.ts";
import { fakeVendor } from "../support/vendor.ts";

/*
 * What a message suggests can be pasted: each command in it exists, has the options that it names, and asks the profile that was
 * named.
 */

const src = new URL("../../src/", import.meta.url).pathname;

/** Every `onduty ...` in a text of the program, up to the end of the text or of its clause; `…` for what is put in. */
function suggestions(): { file: string; line: string }[] {
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return files
    .filter((file) => !/^(sandbox|cli\/help)\/|commands\/index\.ts/.test(file))
    .flatMap((file) => {
      const code = readFileSync(join(src, file), "utf8").replaceAll(/^\s*(\/\/|\/?\*).*$/gm, "");
      const texts = code.replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, "…");
      return [...texts.matchAll(/\bonduty ([a-z…][^"'`\\\n;:,)|]*?)(?= -- |["'`\\\n;:,)|])/g)].map((match) => ({
        file,
        line: match[1] ?? "",
      }));
    });
}

/** The command that words name, and the words after it; undefined where the name is put in later. */
function commandIn(
  program: Command,
  words: readonly string[],
): { command: Command; rest: readonly string[] } | undefined {
  let [command, at] = [program, 0];
  for (; at < words.length; at += 1) {
    if (words[at]?.includes("…")) return undefined;
    const next = command.commands.find((one) => [one.name(), ...one.aliases()].includes(words[at] ?? ""));
    if (next === undefined) break;
    command = next;
  }
  return { command, rest: words.slice(at) };
}

/** Texts that begin with the name of the program and are no command. */
const prose = /^(process|has |is |ask|can|command|for |keeps|never|does|must|what|and )/;

describe("a command in a message", () => {
  it("exists, with the options that it has", async () => {
    const program = await wholeProgram();
    const found = suggestions().filter(({ line }) => !prose.test(line));
    expect(found.length).toBeGreaterThan(200);
    const wrong = found.filter(({ line }) => {
      const words = line.trim().split(/\s+/);
      const { command, rest } = commandIn(program, words) ?? {};
      if (command === undefined || rest === undefined) return false;
      const isCommand =
        command !== program &&
        (command.commands.length === 0 || command.registeredArguments.length > 0 || rest.includes("--help"));
      const known = [...program.options, ...command.options].map(({ long }) => long);
      const flags = rest.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/=.*/, ""));
      return !isCommand || flags.some((flag) => flag !== "--help" && !known.includes(flag));
    });
    expect(wrong).toEqual([]);
  });

  it("gets the profile that was named, where it asks a vendor, and is taken by the program", async () => {
    const own = /^(completion|help|mcp|prompt|run|sandbox|spool|webhooks|profiles|keys)\b/;
    for (const { path, command } of commandsOf(await commandTree())) {
      const { arguments: all = {} } = command;
      const words = Object.values(all).flatMap((one) => (one.required === true ? [one.choices?.[0] ?? "X"] : []));
      const line = ["onduty", path, ...words].join(" ");
      const named = nameProfile(line, "prod");
      if (path === "profiles show" || path === "keys validate") expect(named).toBe(`onduty ${path} prod`);
      else if (own.test(path)) expect(named).toBe(line);
      else expect(named).toBe(["onduty", path, "-p prod", ...words].join(" "));
      const refused = await refusal(named.split(" ").slice(1));
      if (!refused?.includes("required option")) expect(refused).toBeNull();
    }
  });

  it.each([
    ["look: onduty incidents list --limit 5", "look: onduty incidents list -p prod --limit 5"],
    ["onduty incidents reopen inc_1 -p prod", "onduty incidents reopen inc_1 -p prod"],
    ["onduty oncall sch_1, or onduty oncall take", "onduty oncall -p prod sch_1, or onduty oncall take -p prod"],
    ["check the base URL: onduty profiles show", "check the base URL: onduty profiles show prod"],
    ["onduty keys validate other", "onduty keys validate other"],
    ["another onduty process is delivering this key", "another onduty process is delivering this key"],
  ])("%s", (text, named) => {
    expect(nameProfile(text, "prod")).toBe(named);
    expect(nameProfile(text, undefined)).toBe(text);
  });
});

describe("a hint", () => {
  const profiles = (url: string) => ({
    first: { provider: "opsknight", baseUrl: url, apiKey: { text: fakeKeys.opsknight } },
    second: { provider: "opsknight", baseUrl: url, apiKey: { text: fakeKeys.opsknight }, service: "svc_1" },
  });

  it("is for the profile that the command line names", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 401, {}).reply("GET /api/incidents/inc_1", 404, {
      error: { code: "NOT_FOUND", message: "no" },
    });
    const hintOf = async (line: string, url = vendor.url): Promise<string | undefined> =>
      /^hint: (.*)$/m.exec((await run(`${line} --max-wait 0`, { profiles: profiles(url) })).stderr)?.[1];
    expect(await hintOf("incidents list -p second")).toBe("onduty keys validate second");
    expect(await hintOf("incidents list")).toBe("onduty keys validate");
    expect(await hintOf("incidents show inc_1 -p second")).toBe("onduty incidents list -p second --status all");
    const gone = await hintOf("incidents list -p second", "http://127.0.0.1:9");
    expect(gone).toBe("is it running, and is the base URL right? onduty profiles show second");
    expect(await hintOf("incidents list -p second,first")).toBe("onduty keys validate second");
  });

  it("in a message beside the result is, too", async () => {
    const incident = { id: "inc_1", title: "x", status: "SNOOZED" };
    const vendor = (await fakeVendor()).reply("POST /api/events", 202, { result: { action: "triggered", incident } });
    const { stderr } = await run("events trigger x -p second", { profiles: profiles(vendor.url) });
    expect(stderr).toContain("to wake it: onduty incidents reopen -p second inc_1\n");
  });
});
