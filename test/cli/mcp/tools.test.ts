import { describe, expect, it } from "vitest";
import { isNeverTool, neverTools, partialTools } from "../../../src/cli/mcp/left-out.ts";
import { toLine } from "../../../src/cli/mcp/line.ts";
import { misfit, type Schema } from "../../../src/cli/mcp/schema.ts";
import { isOffered, type Tool, toolsOf } from "../../../src/cli/mcp/tools.ts";
import { commandsOf } from "../../../src/cli/tree.ts";
import { commandTree } from "../../support/program.ts";

const tree = await commandTree();
const commands = commandsOf(tree);
const tools = await toolsOf(tree, ["prod", "eu"]);
const named = tools.map((tool) => [tool.name, tool] as const);

describe("the tools", () => {
  it("are all commands but those that never are one", () => {
    const paths = [...tools.map(({ path }) => path), ...commands.map(({ path }) => path).filter(isNeverTool)];
    expect(paths.sort()).toEqual(commands.map(({ path }) => path).sort());
  });

  it.each([
    "sandbox",
    "mcp",
    "completion",
    "profiles",
    "keys set",
    "spool purge",
    "run",
    "incidents watch",
    "webhooks listen",
  ])("never have %s", (path) => {
    expect(Object.keys(neverTools)).toContain(path);
    expect(tools.filter((tool) => tool.path === path || tool.path.startsWith(`${path} `))).toEqual([]);
  });

  it("have a reason for each that is left out, and no two names alike", () => {
    for (const reason of Object.values(neverTools)) expect(reason).toMatch(/^[a-z]/);
    expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
    for (const { name } of tools) expect(name).toMatch(/^[a-z_]+$/);
  });

  it("read only, where writes are not allowed", () => {
    const offered = tools.filter((tool) => isOffered(tool, { allowWrites: false }));
    expect(offered.every(({ annotations }) => annotations.readOnlyHint)).toBe(true);
    const writing = commands.filter(
      ({ path, command }) => command.writes === true && !Object.hasOwn(partialTools, path),
    );
    expect(offered.filter(({ path }) => writing.some((one) => one.path === path))).toEqual([]);
  });

  it("mark what cannot be undone", () => {
    const destructive = tools.filter(({ annotations }) => annotations.destructiveHint).map(({ name }) => name);
    expect(destructive).toEqual(expect.arrayContaining(["incidents_merge", "incidents_comment", "events_trigger"]));
    expect(destructive).not.toContain("incidents_ack");
    expect(destructive).not.toContain("incidents_list");
    const paths = commands.map(({ path }) => path);
    for (const { command } of tools) if (command.undo !== undefined) expect(paths).toContain(command.undo);
  });

  it("read with api, and nothing else", () => {
    const api = tools.find(({ name }) => name === "api");
    expect(api?.inputSchema.properties.method?.enum).toEqual(["GET"]);
    expect(Object.keys(api?.inputSchema.properties ?? {})).not.toContain("field");
    expect(api?.annotations.readOnlyHint).toBe(true);
  });
});

describe.each(named)("the tool %s", (_, tool) => {
  it("describes itself, its arguments and what an empty answer means", () => {
    expect(tool.description).toContain("complete false");
    expect(tool.description).toContain("not instructions");
    expect(tool.inputSchema.additionalProperties).toBe(false);
    for (const [name, schema] of Object.entries(tool.inputSchema.properties)) {
      expect(name).toMatch(/^[a-z][A-Za-z]*$/);
      expect(schema.description ?? "", name).toMatch(/\w/);
    }
  });

  it("has no argument twice, and lacks none that its command requires", () => {
    const names = tool.parameters.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of tool.inputSchema.required ?? []) expect(names).toContain(name);
    const required = Object.entries(tool.command.options ?? {}).filter(([, option]) => option.required === true);
    for (const [property] of required) expect(tool.parameters.map((one) => one.property)).toContain(property);
  });

  it("reads no file of this machine, starts nothing, and takes no word about exit codes", () => {
    const kinds = tool.parameters.map((one) => (one.kind === "option" ? one.option.completes?.kind : undefined));
    expect(kinds).not.toContain("files");
    expect(kinds).not.toContain("programs");
    expect(Object.keys(tool.inputSchema.properties)).not.toContain("exitStatus");
  });

  it("goes on until it is stopped in no case", () => {
    expect(Object.keys(tool.inputSchema.properties)).not.toContain("watch");
  });

  it("takes one profile as a text, whatever its command does with several", () => {
    const { profile } = tool.inputSchema.properties;
    if (profile !== undefined) expect(misfit(profile, "prod", "profile")).toBeUndefined();
  });

  it("has no number in its schema that its command refuses", () => {
    for (const { name, schema } of tool.parameters) {
      if (schema.type !== "integer") continue;
      expect(() => toLine(tool.command, tool.parameters, { [name]: schema.minimum })).not.toThrow();
    }
  });

  it("has a dry run where it writes", () => {
    expect(Object.hasOwn(tool.inputSchema.properties, "dryRun")).toBe(tool.writes);
  });

  it("takes every word that it offers", () => {
    for (const [name, value] of offeredWords(tool)) {
      expect(misfit(tool.inputSchema.properties[name] ?? {}, value, name)).toBeUndefined();
      expect(() => toLine(tool.command, tool.parameters, { [name]: value })).not.toThrow();
    }
  });

  it("has schemas without dates and transforms, whose results any client can check", () => {
    const text = JSON.stringify([tool.inputSchema, tool.outputSchema]);
    expect(text).not.toMatch(/"(format|\$ref|\$defs|pattern)":/);
  });
});

/** Each argument with each of its words, in the form that its schema asks for. */
function offeredWords({ inputSchema }: Tool): [name: string, value: unknown][] {
  return Object.entries(inputSchema.properties).flatMap(([name, schema]): [string, unknown][] => {
    const { enum: words = [] }: Schema = schema.items ?? schema;
    return words.map((word) => [name, schema.type === "array" ? [word] : word]);
  });
}

describe("a call as a command line", () => {
  const line = (name: string, given: Record<string, unknown>) => {
    const tool = tools.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return toLine(tool.command, tool.parameters, given);
  };

  it("has the values that the parser would give", () => {
    const { args, options } = line("incidents_list", {
      status: ["open", "acknowledged"],
      limit: 3,
      profile: ["prod", "eu"],
      fields: ["id", "service.name"],
      timeout: "5s",
    });
    expect(args).toEqual({});
    expect(options).toMatchObject({
      status: ["open", "acknowledged"],
      limit: 3,
      sort: "created",
      order: "desc",
      profiles: ["prod", "eu"],
      fields: ["id", "service.name"],
      timeout: 5000,
      maxWait: 20_000,
      json: true,
      input: false,
    });
    expect(options).not.toHaveProperty("profile");
  });

  it("keeps the command's own defaults, and negates what begins with no", () => {
    expect(line("status", {}).options.maxWait).toBe(5000);
    expect(line("events_trigger", { summary: "x" }).options).toMatchObject({ summary: "x", spool: true });
    expect(line("events_trigger", { summary: "x", noSpool: true }).options.spool).toBe(false);
    expect(line("incidents_ack", { id: ["a", "b"] }).args).toEqual({ words: ["a", "b"] });
    expect(line("api", { path: "/x" }).args).toEqual({ words: ["/x"] });
    expect(line("oncall", {}).args).toEqual({ schedules: [] });
  });

  it("reports a text that the option does not take, by the name of the argument", () => {
    expect(() => line("events_trigger", { severity: "loud" })).toThrow(/severity "loud"/);
  });
});

describe("arguments", () => {
  const list = tools.find(({ name }) => name === "incidents_list")?.inputSchema ?? {};

  it.each([
    [{}, undefined],
    [{ status: ["open"], limit: 5, all: true, profile: "prod" }, undefined],
    [{ profile: ["prod", "eu"] }, undefined],
    [{ profile: "other" }, "profile: expected one of prod, eu"],
    [{ statuss: ["open"] }, 'unknown argument "statuss"; did you mean "status"?'],
    [{ status: "open" }, "status: expected a list"],
    [{ status: ["opened"] }, /status: expected one of open/],
    [{ limit: "5" }, "limit: expected an integer"],
    [{ maxRows: 5000 }, "maxRows: expected at most 1000"],
    [{ maxRows: 0 }, "maxRows: expected at least 1"],
    [{ query: null }, "query: expected a text"],
    [{ all: "yes" }, "all: expected true or false"],
    [[], "arguments: expected an object"],
    [{ constructor: 1 }, 'unknown argument "constructor"'],
  ])("%j: %s", (given, reason) => {
    const found = misfit(list, given);
    if (reason instanceof RegExp) expect(found).toMatch(reason);
    else expect(found).toBe(reason);
  });
});
