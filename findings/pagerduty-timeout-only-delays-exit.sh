#!/usr/bin/env bash
# @pagerduty/pdjs 2.2.4.
#
# Guess: requestTimeout: 100 rejects a request after a tenth of a second, and has no effect later.
# True: its timer does nothing when it fires, so a response that takes ten times as long still
# resolves. What the timer does do: after a request that failed it is not cleared, so the program
# cannot end before requestTimeout has passed (30 seconds by default), though the error came at once.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  @pagerduty/pdjs@2.2.4 >&2
cd "$dir"
seen=$(node --input-type=module <<'SCRIPT'
import http from "node:http";
import { createRequire } from "node:module";
const { api } = createRequire(`${process.cwd()}/`)("@pagerduty/pdjs");

const server = http.createServer((_, response) => setTimeout(() => response.end("{}"), 1000));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}/incidents`;
const pd = api({ token: "fake-token" });
const slow = await pd({ method: "GET", url, requestTimeout: 100 }).then((r) => `resolved, status ${r.status}`, (error) => `rejected, ${error.name}`);
console.log(`a response after 10 times requestTimeout: ${slow}`);

server.closeAllConnections();
await new Promise((resolve) => server.close(resolve));
const began = performance.now();
const failed = await pd({ method: "GET", url, requestTimeout: 6000 }).then(() => "resolved", (error) => `rejected, ${error.name}`);
console.log(`no server: ${failed}`);
process.on("exit", () => console.log(`exit later than 4 s: ${performance.now() - began > 4000}`));
SCRIPT
)
expected=$(cat <<'TEXT'
a response after 10 times requestTimeout: resolved, status 200
no server: rejected, FetchError
exit later than 4 s: true
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what requestTimeout does" "$expected" >&2
  exit 1
fi
echo "as recorded"
