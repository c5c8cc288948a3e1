#!/usr/bin/env bash
# jq-wasm 3.0.0-jq-1.8.2.
#
# Guess: strftime("%H:%M %Z") of jq gives "UTC" at the end in WebAssembly as in the native jq 1.8.
# True: every format with %Z fails with "unknown system failure"; the same without it, and with the
# offset %z, works. The home in env.HOME is that of a user who does not exist, whatever the real one is.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  jq-wasm@3.0.0-jq-1.8.2 >&2
cd "$dir"
seen=$(node --input-type=module <<'SCRIPT'
import { raw } from "jq-wasm";

for (const filter of ['1772352000 | strftime("%H:%M")', '1772352000 | strftime("%H:%M %z")', '1772352000 | strftime("%H:%M %Z")', "env.HOME"]) {
  const { exitCode, stderr, stdout } = await raw(null, filter);
  console.log(`${filter}: exit ${exitCode}, ${stdout || stderr.replace(/^.*?\): /, "")}`);
}
SCRIPT
)
expected=$(cat <<'TEXT'
1772352000 | strftime("%H:%M"): exit 0, "08:00"
1772352000 | strftime("%H:%M %z"): exit 0, "08:00 +0000"
1772352000 | strftime("%H:%M %Z"): exit 5, strftime/1: unknown system failure
env.HOME: exit 0, "/home/web_user"
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what %Z does" "$expected" >&2
  exit 1
fi
echo "as recorded"
