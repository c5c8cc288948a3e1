#!/usr/bin/env bash
# undici 7.30.2 (8.13.1 does the same).
#
# Guess: when a proxy refuses CONNECT with 407, the error of ProxyAgent has a statusCode of 407, so
# that a program can ask for a proxy password.
# True: request() rejects with an AbortError of code UND_ERR_ABORTED, though nothing was aborted.
# The status stands only in the text of its message. fetch() hides it one level deeper: the cause of
# its TypeError is "Request was cancelled." with code 0, and the message with 407 is the cause of that.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  undici@7.30.2 >&2
cd "$dir"
seen=$(node --input-type=module <<'SCRIPT'
import http from "node:http";
import { fetch, ProxyAgent, request } from "undici";

const proxy = http.createServer();
proxy.on("connect", (_, socket) =>
  socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=lab\r\nContent-Length: 0\r\n\r\n"),
);
await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
const dispatcher = new ProxyAgent(`http://127.0.0.1:${proxy.address().port}`);

async function show(name, promise) {
  let error = await promise.then(() => undefined, (reason) => reason);
  for (let level = 0; error !== undefined; level++, error = error.cause)
    console.log(`${name} ${level}: ${error.name}, code ${error.code}, statusCode ${error.statusCode}, ${error.message}`);
}
await show("request", request("https://service.invalid/", { dispatcher }));
await show("fetch", fetch("https://service.invalid/", { dispatcher }));
await dispatcher.destroy();
proxy.close();
SCRIPT
)
expected=$(cat <<'TEXT'
request 0: AbortError, code UND_ERR_ABORTED, statusCode undefined, Proxy response (407) !== 200 when HTTP Tunneling
fetch 0: TypeError, code undefined, statusCode undefined, fetch failed
fetch 1: Error, code 0, statusCode undefined, Request was cancelled.
fetch 2: AbortError, code UND_ERR_ABORTED, statusCode undefined, Proxy response (407) !== 200 when HTTP Tunneling
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the errors of a refused CONNECT" "$expected" >&2
  exit 1
fi
echo "as recorded"
