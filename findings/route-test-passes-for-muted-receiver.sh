#!/usr/bin/env bash
# amtool and Alertmanager 0.25.0 (both Debian 12) with one file of routes: amtool config routes test, which a pipeline runs to
# see that pages reach people, and the same alert sent to Alertmanager.
#
# Guess: amtool names the receivers that get the alert, or marks those that are muted at this time. A set of receivers is
# compared as a set (--verify.receivers), and a label given twice is an error.
# True: it does not look at times. The receiver that is muted at all times, and the one that is active at none, are named
# like the others, and the check passes, though Alertmanager notifies only the third. The receivers have to be in
# the order of the file. Of a label given twice the last counts; two labels joined by a comma are one label.
set -euo pipefail
dir=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" || true; done; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download prometheus-alertmanager=0.25.0-1+b4 >&2
dpkg -x prometheus-alertmanager_*.deb root
cat >receiver.mjs <<'SCRIPT'
import { appendFileSync, writeFileSync } from "node:fs";
import http from "node:http";

const server = http.createServer((request, response) => {
  request.resume().on("end", () => {
    appendFileSync("notified", `${request.url.slice(1)}\n`);
    response.end();
  });
});
server.listen(0, "127.0.0.1", () => writeFileSync("port", String(server.address().port)));
setTimeout(() => process.exit(), 60_000);
SCRIPT
node receiver.mjs &
pids+=("$!")
for _ in $(seq 50); do [ -s port ] && break; sleep 0.1; done
cat >alertmanager.yml <<YAML
route:
  receiver: default
  group_wait: 1s
  routes:
    - { receiver: pager, matchers: ['severity="page"'], mute_time_intervals: [always], continue: true }
    - { receiver: night, matchers: ['severity="page"'], active_time_intervals: [over], continue: true }
    - { receiver: chat, matchers: ['severity="page"'] }
time_intervals:
  - { name: always, time_intervals: [{ times: [{ start_time: '00:00', end_time: '24:00' }] }] }
  - { name: over, time_intervals: [{ years: ['2001'] }] }
receivers:
$(for name in default pager night chat; do echo "  - { name: $name, webhook_configs: [{ url: 'http://127.0.0.1:$(cat port)/$name' }] }"; done)
YAML
address=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
timeout 60 root/usr/bin/prometheus-alertmanager --config.file=alertmanager.yml --storage.path=data --web.listen-address="$address" \
  --cluster.listen-address= >alertmanager.log 2>&1 &
pids+=("$!")
for _ in $(seq 50); do curl -sf "http://$address/-/ready" >/dev/null && break; sleep 0.2; done
curl -sf -H 'content-type: application/json' -d '[{"labels":{"alertname":"Down","severity":"page"}}]' "http://$address/api/v2/alerts"
for _ in $(seq 50); do [ -s notified ] && break; sleep 0.2; done
sleep 3
amtool() { root/usr/bin/amtool config routes test --config.file=alertmanager.yml "$@" 2>/dev/null | tail -n 1 | sed 's/^WARNING: .*/not as expected/' || true; }
seen=$(
  echo "Alertmanager: $(sort notified | paste -sd, || true)"
  echo "amtool: $(amtool alertname=Down severity=page)"
  for order in pager,night,chat chat,night,pager chat; do
    echo "expect $order: $(amtool --verify.receivers=$order alertname=Down severity=page)"
  done
  echo "severity twice: $(amtool severity=page severity=warning)"
  echo "comma: $(amtool severity=page,team=db)"
)
expected=$(cat <<'TEXT'
Alertmanager: chat
amtool: pager,night,chat
expect pager,night,chat: pager,night,chat
expect chat,night,pager: not as expected
expect chat: not as expected
severity twice: default
comma: default
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "who gets the alert" "$expected" >&2
  tail -n 3 alertmanager.log >&2
  exit 1
fi
echo "as recorded"
