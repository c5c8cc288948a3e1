#!/usr/bin/env bash
# Eight HTTP clients that retry, each told to retry once, and an API that answers 429 with Retry-After and then 200:
# got 16.1.0, ky 2.1.0, axios-retry 4.5.0, retry-axios 4.0.3, undici 7.30.2 (RetryAgent), gaxios 8.3.3,
# make-fetch-happen 15.0.6 and ofetch 1.5.1.
#
# Guess: all wait as long as the server says. "0", or a date that is over, as each date is for a client whose clock is
# ahead, means that the request may be repeated at once.
# True: gaxios, make-fetch-happen and ofetch retry a 429, but never look at the header: they are back within about a
# second. retry-axios takes "0" and a date that is over as a reason to give up: with a clock that is a few seconds ahead,
# no retry is ever made, for a server that asks for one. The other four do as they are told.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" got@16.1.0 ky@2.1.0 \
  axios@1.21.1 axios-retry@4.5.0 retry-axios@4.0.3 undici@7.30.2 gaxios@8.3.3 make-fetch-happen@15.0.6 ofetch@1.5.1 >&2
cd "$dir"
cat >retry.mjs <<'SCRIPT'
import { once } from "node:events";
import http from "node:http";
import axios from "axios";
import axiosRetry from "axios-retry";
import { request as gaxios } from "gaxios";
import got from "got";
import ky from "ky";
import makeFetchHappen from "make-fetch-happen";
import { ofetch } from "ofetch";
import * as rax from "retry-axios";
import { Agent, RetryAgent, request } from "undici";

const withAxiosRetry = axios.create();
axiosRetry(withAxiosRetry, { retries: 1, retryCondition: () => true });
const withRetryAxios = axios.create();
rax.attach(withRetryAxios);
const clients = {
  got: (url) => got(url, { retry: { limit: 1 } }),
  ky: (url) => ky(url, { retry: { limit: 1 } }),
  "axios-retry": (url) => withAxiosRetry.get(url),
  undici: (url) => request(url, { dispatcher: new RetryAgent(new Agent(), { maxRetries: 1 }) }),
  "retry-axios": (url) => withRetryAxios.get(url, { raxConfig: { retry: 1 } }),
  gaxios: (url) => gaxios({ url, retry: true, retryConfig: { retry: 1 } }),
  "make-fetch-happen": (url) => makeFetchHappen(url, { retry: { retries: 1, minTimeout: 1000 } }),
  ofetch: (url) => ofetch(url, { retry: 1 }),
};
const headers = {
  5: () => "5",
  0: () => "0",
  "date of 5 s ago": () => new Date(Date.now() - 5000).toUTCString(),
};
const ask = async (client, header) => {
  const times = [];
  const server = http.createServer((_, response) => {
    times.push(performance.now());
    if (times.length === 1) response.writeHead(429, { "retry-after": header() });
    response.end("{}");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const failed = await client(`http://127.0.0.1:${server.address().port}/`).then(() => false, () => true);
  server.closeAllConnections();
  server.close();
  if (times.length < 2) return failed ? "gives up" : "no retry, no error";
  return times[1] - times[0] > 4500 ? "waits" : "comes at once";
};
const lines = Object.entries(clients).map(async ([name, client]) => {
  const results = Object.entries(headers).map(async ([text, header]) => `${text}: ${await ask(client, header)}`);
  return `${name}: ${(await Promise.all(results)).join(", ")}`;
});
console.log((await Promise.all(lines)).join("\n"));
process.exit();
SCRIPT
seen=$(timeout 60 node retry.mjs)
expected=$(cat <<'TEXT'
got: 0: comes at once, 5: waits, date of 5 s ago: comes at once
ky: 0: comes at once, 5: waits, date of 5 s ago: comes at once
axios-retry: 0: comes at once, 5: waits, date of 5 s ago: comes at once
undici: 0: comes at once, 5: waits, date of 5 s ago: comes at once
retry-axios: 0: gives up, 5: waits, date of 5 s ago: gives up
gaxios: 0: comes at once, 5: comes at once, date of 5 s ago: comes at once
make-fetch-happen: 0: comes at once, 5: comes at once, date of 5 s ago: comes at once
ofetch: 0: comes at once, 5: comes at once, date of 5 s ago: comes at once
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what Retry-After does" "$expected" >&2
  exit 1
fi
echo "as recorded"
