#!/usr/bin/env bash
# healthchecks.io 2.2.0 (npm), which pings a check for as long as a program runs, and a server on loopback.
#
# Guess: where the check was deleted (404), or the server is in trouble (500, 429), the error event is emitted, so
# that the program can say that nobody watches it.
# True: no answer is looked at. Every ping counts as done, and there is no event of success either:
# a program whose check is gone cannot know it. With a wrong id it never could.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" healthchecks.io@2.2.0 >&2
cd "$dir"
cat >ping.cjs <<'SCRIPT'
const http = require("node:http");
const { healthcheck } = require("healthchecks.io");

const events = async (status) => {
  let pings = 0;
  const server = http.createServer((_, response) => {
    pings += 1;
    response.writeHead(status).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const check = healthcheck(`http://127.0.0.1:${server.address().port}/ping/fake-id`, 0.005);
  const names = [];
  const { emit } = check;
  check.emit = (name, ...rest) => names.push(name) && emit.call(check, name, ...rest);
  while (pings < 3) await new Promise((resolve) => setTimeout(resolve, 50));
  check.stop();
  server.close();
  return `${status}: 3 pings, events: ${names.join(" ") || "none"}`;
};
(async () => {
  for (const status of [200, 404, 429, 500]) console.log(await events(status));
})();
SCRIPT
seen=$(timeout 30 node ping.cjs)
expected=$(cat <<'TEXT'
200: 3 pings, events: none
404: 3 pings, events: none
429: 3 pings, events: none
500: 3 pings, events: none
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the events" "$expected" >&2
  exit 1
fi
echo "as recorded"
