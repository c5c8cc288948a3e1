#!/usr/bin/env bash
# syslog-ng 3.38.1 (Debian 12): its http() destination with retries(3), as an alert goes to a webhook, and a server that
# refuses the first message with the status in question and takes each other one.
#
# Guess: a refused message is tried three times, as the setting says, and then dropped. What cannot get better (400, 404,
# 413) is dropped at once, and 429 waits as long as Retry-After says.
# True: the setting counts for 428 and 504 only. 410, 416, 422, 424, 425, 451 and 508 drop the message at once. All
# others, among them 400, 404, 413 and 500, repeat it without end, each time after time-reopen(), whatever Retry-After
# says: one message that the server will never take holds back every alert behind it.
set -euo pipefail
dir=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" || true; done; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download syslog-ng-core=3.38.1-5+deb12u1 syslog-ng-mod-http=3.38.1-5+deb12u1 libivykis0 libjson-c5 libnet1 libwrap0 bsdutils >&2
for package in *.deb; do dpkg -x "$package" root; done
cat >server.mjs <<'SCRIPT'
import { appendFileSync, writeFileSync } from "node:fs";
import http from "node:http";

const server = http.createServer((incoming, response) => {
  let text = "";
  incoming.on("data", (chunk) => (text += chunk));
  incoming.on("end", () => {
    const status = Number(incoming.url.slice(1));
    appendFileSync(`asked-${status}`, `${text.trim()}\n`);
    response.writeHead(text.includes("refused") ? status : 200, { "retry-after": "30" }).end();
  });
});
server.listen(0, "127.0.0.1", () => writeFileSync("port", String(server.address().port)));
SCRIPT
timeout 90 node server.mjs &
pids+=($!)
for _ in $(seq 50); do [ -s port ] && break; sleep 0.1; done
statuses="400 401 403 404 408 409 410 413 416 422 424 425 428 429 451 500 502 503 504 508"
{
  printf '@version: 3.38\noptions { stats-freq(0); time-reopen(1); };\n'
  for status in $statuses; do
    cat <<CONF
source s$status { unix-dgram("$dir/socket-$status"); };
destination d$status { http(url("http://127.0.0.1:$(cat port)/$status") method("POST") body("\$MSG") timeout(5) retries(3)); };
log { source(s$status); destination(d$status); };
CONF
  done
} >syslog-ng.conf
LD_LIBRARY_PATH=$dir/root/usr/lib/syslog-ng:$dir/root/usr/lib/x86_64-linux-gnu:$dir/root/lib/x86_64-linux-gnu timeout 90 \
  root/usr/sbin/syslog-ng -F -f syslog-ng.conf -R "$dir/persist" -p "$dir/pid" -c "$dir/control" \
  --module-path="$dir/root/usr/lib/syslog-ng/3.38" >log 2>&1 &
pids+=($!)
for _ in $(seq 100); do [ -S socket-508 ] && break; sleep 0.1; done
sleep 1
for status in $statuses; do
  for message in refused good; do root/usr/bin/logger -u "$dir/socket-$status" -t alert $message; done
done
sleep 12
kind() { # STATUS
  local tries good
  tries=$(grep -c refused "asked-$1")
  good=$(grep -c good "asked-$1" || true)
  if [ "$tries" -gt 5 ] && [ "$good" -eq 0 ]; then echo "again and again, the next one is never sent"
  else echo "$tries tried, the next one sent $good times"; fi
}
seen=$(
  for status in $statuses; do printf '%s\t%s\n' "$(kind $status)" $status; done |
    awk -F '\t' '{ list[$1] = list[$1] " " $2 } END { for (kind in list) print kind ":" list[kind] }' | sort
)
expected=$(cat <<'TEXT'
1 tried, the next one sent 1 times: 410 416 422 424 425 451 508
3 tried, the next one sent 1 times: 428 504
again and again, the next one is never sent: 400 401 403 404 408 409 413 429 500 502 503
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what is repeated" "$expected" >&2
  tail -n 20 log >&2
  exit 1
fi
echo "as recorded"
