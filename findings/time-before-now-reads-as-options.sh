#!/usr/bin/env bash
# Libraries for command lines, with the option --since (a text) and the line "--since -2h": commander 15.1.0, citty 0.2.2,
# @stricli/core 1.3.0, yargs 18.2.0 (strict), cac 7.1.0, meow 14.1.0, gunshi 0.37.2 and parseArgs of Node.js.
#
# Guess: an option that is declared with a value takes the next word, or the library fails with an error that asks for
# "--since=-2h".
# True: three take it and two fail. cac gives true in place of the time and sets the options 2 and h, meow gives an
# empty text and the same two, and gunshi takes -h for the request of help: it prints the usage, does not run the
# command and ends with success. With "=" all of them agree.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  commander@15.1.0 citty@0.2.2 @stricli/core@1.3.0 yargs@18.2.0 cac@7.1.0 meow@14.1.0 gunshi@0.37.2 >&2
cd "$dir"
cat >since.mjs <<'SCRIPT'
import { parseArgs } from "node:util";
import { buildApplication, buildCommand, run as runStricli } from "@stricli/core";
import { cac } from "cac";
import { defineCommand, runCommand } from "citty";
import { Command } from "commander";
import { cli } from "gunshi";
import meow from "meow";
import yargs from "yargs";

const libraries = {
  commander(line) {
    return new Command().option("--since <time>").exitOverride().configureOutput({ writeErr() {} }).parse(line, { from: "user" }).opts();
  },
  async citty(line) {
    let values = "not run";
    const run = ({ args: { since, ...rest } }) => void (values = { since, ...rest, _: undefined });
    await runCommand(defineCommand({ args: { since: { type: "string" } }, run }), { rawArgs: line });
    return values;
  },
  async stricli(line) {
    let values = "not run";
    const func = async (flags) => void (values = flags);
    const flag = { kind: "parsed", parse: String, brief: "start" };
    const command = buildCommand({ func, parameters: { flags: { since: flag } }, docs: { brief: "list" } });
    const silent = { write() {} };
    await runStricli(buildApplication(command, { name: "list" }), line, { process: { stdout: silent, stderr: silent } });
    return values;
  },
  yargs(line) {
    const parser = yargs(line).option("since", { type: "string" }).strict().exitProcess(false);
    const { _, $0, ...values } = parser.fail((message, error) => { throw error ?? new Error(message); }).parse();
    return values;
  },
  cac(line) {
    const parser = cac("list");
    parser.option("--since <time>", "start");
    const { "--": _, ...values } = parser.parse(["node", "list", ...line], { run: false }).options;
    return values;
  },
  meow(line) {
    return meow("", { importMeta: import.meta, argv: line, flags: { since: { type: "string" } } }).flags;
  },
  async gunshi(line) {
    let values = "not run";
    const run = (context) => void (values = context.values);
    await cli(line, { name: "list", args: { since: { type: "string" } }, run }, { renderHeader: null, usageSilent: true });
    return values;
  },
  parseArgs(line) {
    return parseArgs({ args: line, options: { since: { type: "string" } } }).values;
  },
};
for (const line of [["--since", "-2h"], ["--since=-2h"]]) {
  console.log(line.join(" "));
  for (const [name, parse] of Object.entries(libraries)) {
    const result = await Promise.resolve(line).then(parse).then(JSON.stringify, () => "an error");
    console.log(`  ${name}: ${result}`);
  }
}
SCRIPT
seen=$(timeout 30 node since.mjs)
expected=$(cat <<'TEXT'
--since -2h
  commander: {"since":"-2h"}
  citty: {"since":"-2h"}
  stricli: {"since":"-2h"}
  yargs: an error
  cac: {"2":true,"since":true,"h":true}
  meow: {"2":true,"since":"","h":true}
  gunshi: "not run"
  parseArgs: an error
--since=-2h
  commander: {"since":"-2h"}
  citty: {"since":"-2h"}
  stricli: {"since":"-2h"}
  yargs: {"since":"-2h"}
  cac: {"since":"-2h"}
  meow: {"since":"-2h"}
  gunshi: {"since":"-2h"}
  parseArgs: {"since":"-2h"}
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what --since is" "$expected" >&2
  exit 1
fi
echo "as recorded"
