#!/usr/bin/env bash
# cloudevents 10.0.0, the same event sent over HTTP in its two modes (binary and structured) and read again.
#
# Guess: the data that is read is the data that was sent, in both modes, and so is the time.
# True: a text is put into the body of the binary mode without quotes, though the header names JSON: disk is no JSON
# for another reader, a text that looks like an object is read as an object, and a number is read as a text.
# From the structured mode bytes come back as an array of 32-bit numbers, four times as long in memory. In
# both the time loses its offset and all digits after the milliseconds, so two events in order become equal.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" cloudevents@10.0.0 >&2
cd "$dir"
cat >send.mjs <<'SCRIPT'
import http from "node:http";
import { inspect } from "node:util";
import { CloudEvent, HTTP } from "cloudevents";

let body;
let read;
const server = http.createServer((incoming, response) => {
  const chunks = [];
  incoming.on("data", (chunk) => chunks.push(chunk));
  incoming.on("end", () => {
    body = Buffer.concat(chunks).toString();
    try {
      read = HTTP.toEvent({ headers: incoming.headers, body });
    } catch (error) {
      read = { data: error.message };
    }
    response.end();
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const show = (value) => inspect(value, { breakLength: Number.POSITIVE_INFINITY });

async function send(mode, event) {
  const message = HTTP[mode](event);
  const sent = typeof message.body === "number" ? String(message.body) : message.body;
  await fetch(`http://127.0.0.1:${server.address().port}/`, { method: "POST", headers: message.headers, body: sent });
}
for (const data of [{ state: "full" }, "disk", '{"state":"full"}', 7, Buffer.from("ok")]) {
  for (const mode of ["binary", "structured"]) {
    await send(mode, new CloudEvent({ type: "check", source: "/db-1", data }));
    const wire = mode === "binary" ? `, body ${body}` : "";
    console.log(`${show(data)}, ${mode}${wire}: read as ${show(read.data)}`);
  }
}
const times = ["2026-01-05T09:00:00.123999+01:00", "2026-01-05T09:00:00.123001+01:00"];
for (const time of times) {
  await send("structured", new CloudEvent({ type: "check", source: "/db-1", time }));
  console.log(`${time}: read as ${read.time}`);
}
server.close();
SCRIPT
seen=$(timeout 30 node send.mjs)
expected=$(cat <<'TEXT'
{ state: 'full' }, binary, body {"state":"full"}: read as { state: 'full' }
{ state: 'full' }, structured: read as { state: 'full' }
'disk', binary, body disk: read as 'disk'
'disk', structured: read as 'disk'
'{"state":"full"}', binary, body {"state":"full"}: read as { state: 'full' }
'{"state":"full"}', structured: read as '{"state":"full"}'
7, binary, body 7: read as '7'
7, structured: read as 7
<Buffer 6f 6b>, binary, body ok: read as 'ok'
<Buffer 6f 6b>, structured: read as Uint32Array(2) [ 111, 107 ]
2026-01-05T09:00:00.123999+01:00: read as 2026-01-05T08:00:00.123Z
2026-01-05T09:00:00.123001+01:00: read as 2026-01-05T08:00:00.123Z
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the data that is read" "$expected" >&2
  exit 1
fi
echo "as recorded"
