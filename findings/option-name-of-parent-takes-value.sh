#!/usr/bin/env bash
# commander 15.1.0, with an option --service of the program and one of its subcommand ack.
#
# Guess: an option behind the subcommand belongs to the subcommand that declares it.
# True: the program takes it wherever it stands. The subcommand's own option stays undefined, so "ack --service db"
# acknowledges what ack takes for "no service given"; where it is required, the error is that it is not
# specified, for a line that has it. There is no error for the two options of one name. After
# enablePositionalOptions() the value goes to the subcommand.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" commander@15.1.0 >&2
cd "$dir"
cat >pager.mjs <<'SCRIPT'
import { Command } from "commander";

function run(name, { isRequired = false, isPositional = false }) {
  const program = new Command("pager").option("--service <name>").exitOverride().configureOutput({ writeErr() {} });
  if (isPositional) program.enablePositionalOptions();
  const ack = program.command("ack");
  if (isRequired) ack.requiredOption("--service <name>");
  else ack.option("--service <name>");
  ack.action((options) => console.log(`${name}: ack has ${options.service}, pager has ${program.opts().service}`));
  try {
    program.parse(["ack", "--service", "db"], { from: "user" });
  } catch (error) {
    console.log(`${name}: ${error.message}`);
  }
}
run("option", {});
run("required option", { isRequired: true });
run("positional options", { isPositional: true });
SCRIPT
seen=$(timeout 30 node pager.mjs)
expected=$(cat <<'TEXT'
option: ack has undefined, pager has db
required option: error: required option '--service <name>' not specified
positional options: ack has db, pager has undefined
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "who gets the value" "$expected" >&2
  exit 1
fi
echo "as recorded"
