#!/usr/bin/env bash
# @datadog/datadog-api-client 1.64.0: a deploy event that is posted and read again, with a server on loopback that answers
# as the API does, with ids of 19 digits.
#
# Guess: the id of the event is a text or a BigInt, so that the event can be read again. With enableRetry a post that may
# have arrived (503) is left alone, a connection that breaks is tried again, and Retry-After counts.
# True: the id is a number, and its last digits are others: getEvent() with what createEvent() gave asks for an event
# that does not exist. With the id as a text it asks for the right one, but its types want a number, and nothing gives
# the text. The retries are the other way around: 429 and 503, of a post too, after two seconds of the client's own
# (Retry-After is not read, X-Ratelimit-Reset is), and never a broken connection.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" @datadog/datadog-api-client@1.64.0 >&2
cd "$dir"
cat >event.mjs <<'SCRIPT'
import { once } from "node:events";
import http from "node:http";
import datadog from "@datadog/datadog-api-client";

const { client, v1 } = datadog;
const id = "7304219475930214403";
let first = () => false;
let times = [];
let asked = "";
const server = http.createServer(async (incoming, response) => {
  times.push(performance.now());
  asked = incoming.url.split("/").at(-1);
  await once(incoming.resume(), "end");
  if (times.length === 1 && first(incoming, response)) return;
  response.writeHead(202, { "content-type": "application/json" }).end(`{"status":"ok","event":{"id":${id},"title":"deploy"}}`);
});
await once(server.listen(0, "127.0.0.1"), "listening");
const baseServer = new client.BaseServerConfiguration(`http://127.0.0.1:${server.address().port}`, {});
const authMethods = { apiKeyAuth: "fake", appKeyAuth: "fake" };
const api = new v1.EventsApi(client.createConfiguration({ authMethods, baseServer, enableRetry: true }));
const body = { title: "deploy", text: "v1" };

const { event } = await api.createEvent({ body });
console.log(`id sent ${id}, id read: ${typeof event.id} ${event.id}`);
await api.getEvent({ eventId: event.id }).catch(() => {});
console.log(`asked for: ${asked}`);
const text = await api.getEvent({ eventId: id }).then(() => "accepted", (error) => error.constructor.name);
console.log(`id as a text: ${text}${text === "accepted" ? `, asked for: ${asked}` : ""}`);

const refuse = (status, headers) => (_, response) => response.writeHead(status, { "content-type": "application/json", ...headers }).end("{}");
const cases = {
  503: refuse(503),
  "429, Retry-After: 1": refuse(429, { "retry-after": "1" }),
  "429, X-Ratelimit-Reset: 1": refuse(429, { "x-ratelimit-reset": "1" }),
  "broken connection": (incoming) => incoming.socket.destroy(),
};
for (const [name, answer] of Object.entries(cases)) {
  first = answer;
  times = [];
  const result = await api.createEvent({ body }).then(() => "success", () => "error");
  const wait = times[1] && `, after ${Math.round((times[1] - times[0]) / 1000)} s`;
  console.log(`post, ${name}: ${result}, requests: ${times.length}${wait ?? ""}`);
}
process.exit();
SCRIPT
seen=$(timeout 60 node event.mjs)
expected=$(cat <<'TEXT'
id sent 7304219475930214403, id read: number 7304219475930214000
asked for: 7304219475930214000
id as a text: accepted, asked for: 7304219475930214403
post, 503: success, requests: 2, after 2 s
post, 429, Retry-After: 1: success, requests: 2, after 2 s
post, 429, X-Ratelimit-Reset: 1: success, requests: 2, after 1 s
post, broken connection: error, requests: 1
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the id, or what is tried again" "$expected" >&2
  exit 1
fi
echo "as recorded"
