#!/usr/bin/env bash
# undici 7.30.2: RetryAgent, and the retry interceptor.
#
# Guess: with five retries, a GET whose response breaks off halfway is fetched again from the start,
# as it is when the connection breaks before the first byte.
# True: once a byte of the body has arrived, the second request asks for the rest (Range: bytes=10-18), also
# where the server never offered ranges. A server that ignores Range, as most APIs in JSON do, sends
# all of it with status 200. undici then rejects, though it just received the full response, and four
# retries are left. The error hides the reason of the first failure.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  undici@7.30.2 >&2
cd "$dir"
seen=$(timeout 50 node --input-type=module <<'SCRIPT'
import http from "node:http";
import { Agent, interceptors, request, RetryAgent } from "undici";

const body = '[{"id":1},{"id":2}]';
let asked = [];
let sentFirst = 0;
const server = http.createServer((incoming, response) => {
  asked.push(incoming.headers.range ?? "all");
  if (asked.length > 1) return response.end(body);
  if (sentFirst === 0) return response.destroy();
  response.writeHead(200, { "content-length": body.length });
  response.write(body.slice(0, sentFirst));
  setTimeout(() => response.destroy(), 100);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}/`;

async function show(name, dispatcher, bytes) {
  asked = [];
  sentFirst = bytes;
  const outcome = await request(url, { dispatcher }).then(
    async (response) => response.body.text().catch((error) => `body ${error.code}`),
    (error) => error.code,
  );
  console.log(`${name}, broken after ${bytes} bytes: asked for ${asked.join(", ")}; ${outcome}`);
  await dispatcher.close();
}
const options = { maxRetries: 5, minTimeout: 20 };
for (const bytes of [0, 10]) {
  await show("RetryAgent", new RetryAgent(new Agent(), options), bytes);
  await show("interceptors.retry", new Agent().compose(interceptors.retry(options)), bytes);
}
server.close();
SCRIPT
)
expected=$(cat <<'TEXT'
RetryAgent, broken after 0 bytes: asked for all, all; [{"id":1},{"id":2}]
interceptors.retry, broken after 0 bytes: asked for all, all; [{"id":1},{"id":2}]
RetryAgent, broken after 10 bytes: asked for all, bytes=10-18; body UND_ERR_REQ_RETRY
interceptors.retry, broken after 10 bytes: asked for all, bytes=10-18; body UND_ERR_REQ_RETRY
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what is asked for again" "$expected" >&2
  exit 1
fi
echo "as recorded"
