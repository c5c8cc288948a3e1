#!/usr/bin/env bash
# Node.js 26.10.0 and 22.23.3 with NODE_USE_ENV_PROXY=1, which makes node:http and fetch() heed http_proxy and no_proxy.
#
# Guess: the two clients of one program, behind one switch, take the same list in no_proxy.
# True: they read it by different rules. For fetch() of 26 "internal.test" covers its hosts too, and
# "*.internal.test" the name itself; for node:http, and fetch() of 22, the name covers itself alone, and the star its
# hosts alone. Entries apart by blanks are a list for fetch(), one entry for node:http. A range of addresses is
# known to node:http only, and 127.0.0.0/8 to neither. There is no warning.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >ask.mjs <<'SCRIPT'
import { spawnSync } from "node:child_process";
import http from "node:http";
import { Worker } from "node:worker_threads";

if (process.argv[2]) {
  const [client, url] = process.argv.slice(2);
  const signal = AbortSignal.timeout(2000);
  if (client === "fetch") await fetch(url, { signal }).catch(() => {});
  else await new Promise((resolve) => http.get(url, { signal }, resolve).on("error", resolve));
  process.exit();
}
// The proxy lives in a thread of its own, since spawnSync blocks this one.
const proxy = new Worker(
  `const http = require("node:http");
  const { parentPort } = require("node:worker_threads");
  let asked = 0;
  const server = http.createServer((_, response) => { asked += 1; response.end(); });
  server.on("connect", (_, socket) => { asked += 1; socket.destroy(); });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
  parentPort.on("message", () => { parentPort.postMessage(asked); asked = 0; });`,
  { eval: true },
);
const next = () => new Promise((resolve) => proxy.once("message", resolve));
const port = await next();
const cases = [
  ["http://internal.test:81/", "internal.test"],
  ["http://db.internal.test:81/", "internal.test"],
  ["http://db.internal.test:81/", ".internal.test"],
  ["http://db.internal.test:81/", "*.internal.test"],
  ["http://internal.test:81/", "*.internal.test"],
  ["http://internal.test:81/", "other.test internal.test"],
  ["http://127.0.0.5:81/", "127.0.0.1-127.0.0.9"],
  ["http://127.0.0.5:81/", "127.0.0.0/8"],
];
for (const [url, list] of cases) {
  const ways = [];
  for (const client of ["node:http", "fetch"]) {
    const env = { PATH: process.env.PATH, NODE_USE_ENV_PROXY: "1", http_proxy: `http://127.0.0.1:${port}`, no_proxy: list };
    spawnSync(process.execPath, ["--no-warnings", process.argv[1], client, url], { env, timeout: 20_000 });
    proxy.postMessage("count");
    ways.push(`${client} ${(await next()) > 0 ? "proxy" : "direct"}`);
  }
  console.log(`no_proxy="${list}", ${url.slice(0, -4)}: ${ways.join(", ")}`);
}
process.exit();
SCRIPT
seen=$(
  for version in 26.10.0 22.23.3; do
    npm install --no-save --no-audit --no-fund --loglevel=error --prefix "$dir/$version" "node@$version" >&2
    echo "Node.js $version"
    timeout 200 "$dir/$version/node_modules/node/bin/node" ask.mjs
  done
)
expected=$(cat <<'TEXT'
Node.js 26.10.0
no_proxy="internal.test", http://internal.test: node:http direct, fetch direct
no_proxy="internal.test", http://db.internal.test: node:http proxy, fetch direct
no_proxy=".internal.test", http://db.internal.test: node:http direct, fetch direct
no_proxy="*.internal.test", http://db.internal.test: node:http direct, fetch direct
no_proxy="*.internal.test", http://internal.test: node:http proxy, fetch direct
no_proxy="other.test internal.test", http://internal.test: node:http proxy, fetch direct
no_proxy="127.0.0.1-127.0.0.9", http://127.0.0.5: node:http direct, fetch proxy
no_proxy="127.0.0.0/8", http://127.0.0.5: node:http proxy, fetch proxy
Node.js 22.23.3
no_proxy="internal.test", http://internal.test: node:http direct, fetch direct
no_proxy="internal.test", http://db.internal.test: node:http proxy, fetch proxy
no_proxy=".internal.test", http://db.internal.test: node:http direct, fetch direct
no_proxy="*.internal.test", http://db.internal.test: node:http direct, fetch direct
no_proxy="*.internal.test", http://internal.test: node:http proxy, fetch proxy
no_proxy="other.test internal.test", http://internal.test: node:http proxy, fetch direct
no_proxy="127.0.0.1-127.0.0.9", http://127.0.0.5: node:http direct, fetch proxy
no_proxy="127.0.0.0/8", http://127.0.0.5: node:http proxy, fetch proxy
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "who goes to the proxy" "$expected" >&2
  exit 1
fi
echo "as recorded"
