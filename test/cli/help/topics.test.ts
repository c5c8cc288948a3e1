import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { topics } from "../../../src/cli/help/topics.ts";
import { ExitCode } from "../../../src/errors.ts";
import { run } from "../../support/harness.ts";

describe("onduty help TOPIC", () => {
  it.each(topics)("$name is printed, in lines that fit 80 columns, with examples", async ({ name, load }) => {
    const { code, stdout, stderr } = await run(`help ${name}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(await load());
    expect(stdout.split("\n").filter((line) => line.length > 80 && !/^ {2}onduty /.test(line))).toEqual([]);
    expect(stdout).toContain("\nExamples:\n");
    expect(stdout.endsWith("\n")).toBe(true);
  });

  it("names every exit code", async () => {
    const { stdout } = await run("help exit-codes");
    for (const [name, code] of Object.entries(ExitCode))
      expect(stdout).toMatch(new RegExp(`^  ${code} +${name} `, "m"));
  });

  it("names every variable of ours", async () => {
    const folder = new URL("../../../src/", import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    const texts = files.map((name) => readFileSync(new URL(name, folder), "utf8"));
    // As code names them; examples have others too.
    const read = new Set([...texts.join("\n").matchAll(/(?:env\.|")(ONDUTY_[A-Z_]+)\b/g)].map(([, name = ""]) => name));
    expect(read.size).toBeGreaterThan(10);
    const { stdout } = await run("help environment");
    expect([...read].filter((name) => !stdout.includes(name))).toEqual([]);
  });

  it("explains a word that is a topic and a command, and goes on to its commands", async () => {
    expect((await run("help spool")).stdout).toContain("How an event is kept until it is delivered");
    expect((await run("help spool flush")).stdout).toContain("Usage: onduty spool flush");
  });

  it("is reported in the help of the program", async () => {
    const { stdout } = await run("--help");
    expect(stdout.replaceAll("\n", " ")).toContain("environment, exit-codes, formatting, options, profiles, spool");
  });

  it.each([
    ["help enviroment", "enviroment", "onduty help environment"],
    ["help incidentz", "incidentz", "onduty help incidents"],
    ["help xyzzy", "xyzzy", "onduty --help"],
    ["help exit-codes more", "exit-codes more", "onduty help exit-codes"],
  ])("of `%s` is an error that lists topics and commands", async (commandLine, word, hint) => {
    const { code, stdout, stderr } = await run(commandLine);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      new RegExp(
        `^error: unknown command or topic "${word}"; topics: environment, exit-codes, formatting, options, profiles, spool; commands: status, events, incidents, .*\nhint: ${hint}\n$`,
      ),
    );
  });
});
