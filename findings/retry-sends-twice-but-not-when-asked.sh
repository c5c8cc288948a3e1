#!/usr/bin/env bash
# @slack/webhook 8.0.2 (August 2026), told to retry twice, and a server on loopback in the place of
# Slack, which limits a webhook to about one message a second.
#
# Guess: with retryConfig a limited message (429) is sent again when Retry-After is over, or the error has that number, so
# that the caller can wait. A message that the server may have posted already is not sent again.
# True: the other way around. A 429 fails at once, in the burst of messages that an outage makes, and its error has no
# header: how long to wait is lost. A message whose answer breaks off, or does not come in time, is sent again each time,
# so it stands in the channel three times, while the call fails.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" @slack/webhook@8.0.2 >&2
cd "$dir"
cat >send.mjs <<'SCRIPT'
import http from "node:http";
import webhookModule from "@slack/webhook";

let behavior;
let posted;
const server = http.createServer(async (request, response) => {
  await request.toArray();
  posted += behavior === "limited" ? 0 : 1;
  if (behavior === "limited") response.writeHead(429, { "retry-after": "1" }).end("rate_limited");
  else if (behavior === "posted, answer breaks off") response.writeHead(200, { "content-length": 2 }).write("o", () => response.destroy());
});
server.listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
let requests = 0;
server.on("request", () => { requests += 1; });

for (behavior of ["limited", "posted, answer breaks off", "posted, no answer in time"]) {
  posted = 0;
  requests = 0;
  const webhook = new webhookModule.IncomingWebhook(`http://127.0.0.1:${server.address().port}/services/T/B/x`, {
    timeout: 500,
    retryConfig: { retries: 2, minTimeout: 100, maxTimeout: 100 },
  });
  const error = await webhook.send({ text: "db-1 is down" }).catch((reason) => reason);
  const text = JSON.stringify(error, Object.getOwnPropertyNames(error));
  const wait = behavior === "limited" ? `, wait in the error: ${/retry-after|retryAfter/i.test(text)}` : "";
  console.log(`${behavior}: ${requests} requests, ${posted} posted, ${error.code}${wait}`);
}
process.exit();
SCRIPT
seen=$(timeout 60 node send.mjs)
expected=$(cat <<'TEXT'
limited: 1 requests, 0 posted, slack_webhook_http_error, wait in the error: false
posted, answer breaks off: 3 requests, 3 posted, slack_webhook_request_error
posted, no answer in time: 3 requests, 3 posted, slack_webhook_request_error
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what is sent again" "$expected" >&2
  exit 1
fi
echo "as recorded"
