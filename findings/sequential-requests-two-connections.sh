#!/usr/bin/env bash
# undici 7.30.2 (8.13.1 does the same), next to the keep-alive agent of node:http.
#
# Guess: requests that are awaited one after another, each body read to its end, share one connection.
# True: undici opens two. The end of the body is reported before the connection is free, so the next
# request opens a second one, and the two take turns. One setImmediate between the requests is
# enough for one connection; connections: 1 gives one too. The agent of node:http uses one.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  undici@7.30.2 >&2
cd "$dir"
seen=$(node --input-type=module <<'SCRIPT'
import http from "node:http";
import { Agent, request } from "undici";

let opened = 0;
const server = http.createServer((_, response) => response.end("ok")).on("connection", () => opened++);
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}/`;

async function count(name, options, pause) {
  const dispatcher = new Agent(options);
  opened = 0;
  for (let i = 0; i < 5; i++) {
    await (await request(url, { dispatcher })).body.text();
    if (pause) await new Promise(setImmediate);
  }
  console.log(`${name}: ${opened}`);
  await dispatcher.close();
}
await count("undici, one after another", {}, false);
await count("undici, with setImmediate between", {}, true);
await count("undici, connections: 1", { connections: 1 }, false);

const agent = new http.Agent({ keepAlive: true });
opened = 0;
for (let i = 0; i < 5; i++)
  await new Promise((resolve) => http.get(url, { agent }, (response) => response.resume().on("end", resolve)));
console.log(`node:http, one after another: ${opened}`);
agent.destroy();
server.close();
SCRIPT
)
expected=$(cat <<'TEXT'
undici, one after another: 2
undici, with setImmediate between: 1
undici, connections: 1: 1
node:http, one after another: 1
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the number of connections" "$expected" >&2
  exit 1
fi
echo "as recorded"
