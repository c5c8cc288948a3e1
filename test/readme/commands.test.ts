import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ondutyLines, refusal } from "../support/command-lines.ts";
import { type Block, readBlocks, readPages } from "./readme.ts";

/** What a CI service puts into its variables, where it matters which word stands there. */
const variables = { CI_JOB_STATUS: "success", "job.status": "success" };

/** The command lines of a block, by its language. */
const shellOf: Record<string, (text: string) => string> = {
  sh: (text) => text,
  console: (text) => text.replaceAll(/^(?!\$ ).*$/gm, "").replaceAll(/^\$ /gm, ""),
  yaml: (text) => texts(parse(text)).join("\n"),
  groovy: (text) => [...text.matchAll(/\bsh '([^']*)'/g)].map(([, line = ""]) => line).join("\n"),
  js: (text) =>
    [...text.matchAll(/spawn\("(\w+)", (\[[^\]]*\])/g)]
      .map(([, program = "", words = "[]"]) => [program, ...(JSON.parse(words) as string[])].join(" "))
      .join("\n"),
  // The servers of a client of the Model Context Protocol.
  json: (text) =>
    [...text.matchAll(/"command": "(\w+)", "args": (\[[^\]]*\])/g)]
      .map(([, program = "", words = "[]"]) => [program, ...(JSON.parse(words) as string[])].join(" "))
      .join("\n"),
  ts: () => "",
  text: () => "",
  nagios: (text) => found(text, /^\s*command_line\s+(.*)$/gm),
  icinga2: (text) => found(text, /^\s*command = \[(.*)\]$/gm).replaceAll(",", ""),
  monit: (text) => found(text, /\bexec "([^"]*)"/g),
  collectd: (text) => found(text, /^\s*NotificationExec "\w+" (.*)$/gm),
  nut: (text) => found(text, /^NOTIFYCMD "([^"]*)"$/gm),
  ini: (text) => found(text, /^(?:ExecStart|action(?:un)?ban) ?= ?(.*)$/gm).replaceAll(/<(.*?)>/g, "$1"),
  crontab: (text) => text.replaceAll(/^(\S+ ){5}/gm, ""),
};

describe("the pages", () => {
  it.each(readBlocks().map((block) => [`${block.page}, line ${block.line}, ${block.heading}`, block] as const))(
    "has command lines that onduty takes: %s",
    async (_, block) => {
      const shell = shellText(block);
      const lines = ondutyLines(shell, variables);
      // None is missed because of how it is quoted.
      const withoutComments = shell.replaceAll(/(^|\s)#.*$/gm, "");
      expect(lines.length).toBeGreaterThanOrEqual(withoutComments.match(/\bonduty [a-z]/g)?.length ?? 0);
      for (const words of lines) expect(await refusal(words)).toBeNull();
    },
  );

  it("has them in its sentences and tables too", async () => {
    const prose = readPages().replaceAll(/^```[\s\S]*?^```$/gm, "");
    const lines = [...prose.matchAll(/`([^`\n]*\bonduty [^`\n]*)`/g)].flatMap(([, text = ""]) =>
      ondutyLines(text.replaceAll("\\|", "|"), variables),
    );
    expect(lines.length).toBeGreaterThan(30);
    for (const words of lines) expect(await refusal(words)).toBeNull();
  });

  it("set the PATH in every crontab: that of cron has no /usr/local/bin", () => {
    const tables = readBlocks().filter(({ language }) => language === "crontab");
    expect(tables.length).toBeGreaterThan(1);
    for (const { text } of tables) expect(text).toMatch(/^PATH=\/usr\/local\/bin:/);
  });

  it("would be refused for a command or an option that does not exist", async () => {
    expect(await refusal(["incidents", "lisst"])).toContain('no command "lisst"');
    expect(await refusal(["incidents", "list", "--colour"])).toContain("--colour");
    expect(await refusal(["incidents", "list", "--status", "opne"])).toContain("opne");
    expect(await refusal(["events", "resolve"])).toContain("dedup-key");
    expect(ondutyLines("a=$(onduty whoami 2>&1 | cat); if ! onduty oncall > /dev/null; then x; fi # onduty z")).toEqual(
      [["whoami"], ["oncall"]],
    );
    expect(ondutyLines(`watch "onduty events ack $KEY" 'it''s'`, { KEY: "k" })).toEqual([]);
    expect(ondutyLines(`onduty run -- sh -c 'onduty events ack "$KEY"'`, { KEY: "k" })).toEqual([
      ["run", "--", "sh", "-c", 'onduty events ack "$KEY"'],
      ["events", "ack", "k"],
    ]);
  });
});

function shellText({ language, text, heading }: Block): string {
  const read = shellOf[language];
  if (read === undefined) throw new Error(`no way to read the language "${language}" of the block under "${heading}"`);
  return read(text);
}

/** The command lines of a configuration: what the pattern finds in brackets. */
function found(text: string, pattern: RegExp): string {
  return [...text.matchAll(pattern)].map(([, line = ""]) => line).join("\n");
}

/** Every text in a YAML document. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}
