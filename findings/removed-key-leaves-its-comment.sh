#!/usr/bin/env bash
# jsonc-parser 3.3.1, a settings file with a comment behind each value.
#
# Guess: removing a key with modify() removes the comment behind it, or leaves all comments.
# True: removing the last key deletes the comment of the key BEFORE it and leaves its own, which then
# stands behind the wrong value. Adding a key after the last one moves the comment in the same way:
# what described the old last value now stands behind the new one.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  jsonc-parser@3.3.1 >&2
cd "$dir"
seen=$(node --input-type=module <<'SCRIPT'
import { createRequire } from "node:module";
const { applyEdits, modify } = createRequire(`${process.cwd()}/`)("jsonc-parser");

const text = '{\n  "team": "web", // who is paged\n  "wait": 5 // minutes\n}';
const formattingOptions = { insertSpaces: true, tabSize: 2 };
const change = (path, value) => applyEdits(text, modify(text, path, value, { formattingOptions }));
console.log(`given:\n${text}\nwait removed:\n${change(["wait"], undefined)}\nurgency added:\n${change(["urgency"], "high")}`);
SCRIPT
)
expected=$(cat <<'TEXT'
given:
{
  "team": "web", // who is paged
  "wait": 5 // minutes
}
wait removed:
{
  "team": "web" // minutes
}
urgency added:
{
  "team": "web", // who is paged
  "wait": 5,
  "urgency": "high" // minutes
}
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "where the comments stand after an edit" "$expected" >&2
  exit 1
fi
echo "as recorded"
