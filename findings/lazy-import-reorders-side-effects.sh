#!/usr/bin/env bash
# rolldown 1.3.3.
#
# Guess: output in ES modules keeps the order of side effects of the source. Order may be an issue
# with several entries, but not with one entry and one lazy import that is not even reached.
# True: a module that the entry and the lazy import share moves into a chunk of its own, which the
# entry imports first: it now runs before the module that the entry names before it. No warning.
# strictExecutionOrder: true keeps the order, and so does codeSplitting: false.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  rolldown@1.3.3 >&2
cd "$dir"
seen=$(node --input-type=module <<'SCRIPT'
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { rolldown } from "rolldown";

mkdirSync("source");
const files = {
  "package.json": '{ "type": "module" }',
  "source/setup.js": 'console.log("setup");',
  "source/client.js": 'console.log("client"); export const client = 1;',
  "source/late.js": 'import { client } from "./client.js"; console.log("late", client);',
  "source/main.js": 'import "./setup.js"; import { client } from "./client.js"; console.log("main", client); if (process.argv[2]) await import("./late.js");',
};
for (const [name, text] of Object.entries(files)) writeFileSync(name, text);
const run = (file) => execFileSync(process.execPath, [file], { encoding: "utf8" }).trim().replaceAll("\n", ", ");
console.log(`source: ${run("source/main.js")}`);
let warnings = 0;
for (const option of [{}, { strictExecutionOrder: true }, { codeSplitting: false }]) {
  const bundle = await rolldown({ input: "source/main.js", onLog: () => warnings++ });
  await bundle.write({ dir: "output", ...option });
  await bundle.close();
  console.log(`bundle ${JSON.stringify(option)}: ${run("output/main.js")}`);
}
console.log(`warnings: ${warnings}`);
SCRIPT
)
expected=$(cat <<'TEXT'
source: setup, client, main 1
bundle {}: client, setup, main 1
bundle {"strictExecutionOrder":true}: setup, client, main 1
bundle {"codeSplitting":false}: setup, client, main 1
warnings: 0
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the order of side effects" "$expected" >&2
  exit 1
fi
echo "as recorded"
