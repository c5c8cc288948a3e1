#!/usr/bin/env bash
# Prometheus 2.42.0 with Alertmanager 0.25.0 (both Debian 12), during an outage that does not end: one alert in each of
# four rules with "for". Shortened: for 25s and a resend delay of 3s stand for more than four minutes and one minute.
#
# Guess: Prometheus keeps since when an alert is active (ALERTS_FOR_STATE), so that a restart changes nothing. A rule
# that is moved to another file goes on as well; one with a new expression starts again, as it is another condition.
# True: the moved rule starts again, and the one with a new expression goes on, because a rule is known by its name and
# labels, its group and file. After a restart the state is restored only where "for" is longer than
# rules.alert.for-grace-period, ten minutes by default: all others become pending. Alertmanager hears nothing of a
# pending alert, and reports the outage as resolved after four minutes. With for: 5m a restart so closes and reopens
# every incident.
set -euo pipefail
dir=$(mktemp -d)
declare -A pids
trap 'for pid in "${pids[@]}"; do kill "$pid" || true; done; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download prometheus=2.42.0+ds-5+deb12u1 prometheus-alertmanager=0.25.0-1+b4 >&2
for package in *.deb; do dpkg -x "$package" root; done
cat >hook.mjs <<'SCRIPT'
import { appendFileSync, writeFileSync } from "node:fs";
import http from "node:http";

const server = http.createServer((incoming, response) => {
  let text = "";
  incoming.on("data", (chunk) => (text += chunk));
  incoming.on("end", () => {
    for (const { labels, status } of JSON.parse(text).alerts) appendFileSync(`sent-${labels.alertname}`, `${status}\n`);
    response.end();
  });
});
server.listen(0, "127.0.0.1", () => writeFileSync("port", String(server.address().port)));
SCRIPT
timeout 230 node hook.mjs &
pids[hook]=$!
for _ in $(seq 50); do [ -s port ] && break; sleep 0.1; done
cat >alertmanager.yml <<YAML
route: { receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 4h }
receivers:
  - name: hook
    webhook_configs: [{ url: "http://127.0.0.1:$(cat port)/" }]
YAML
free() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
ready() { for _ in $(seq 100); do curl -sf "http://127.0.0.1:$1/-/ready" >/dev/null && break; sleep 0.2; done; }
manager=$(free)
timeout 230 root/usr/bin/prometheus-alertmanager --config.file=alertmanager.yml --storage.path=alertmanager \
  --web.listen-address="127.0.0.1:$manager" --cluster.listen-address= >alertmanager.log 2>&1 &
pids[alertmanager]=$!
ready "$manager"
cat >prometheus.yml <<YAML
global: { evaluation_interval: 1s }
rule_files: ["rules-*.yml"]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:$manager"] }] }] }
YAML
rules() { # FILE RULE...
  printf 'groups:\n- name: %s\n  rules:\n' "$1" >"rules-$1.yml"
  printf '  - { %s }\n' "${@:2}" >>"rules-$1.yml"
}
port=$(free)
start() {
  timeout 230 root/usr/bin/prometheus --config.file=prometheus.yml --storage.tsdb.path=prometheus \
    --web.listen-address="127.0.0.1:$port" --web.enable-lifecycle --rules.alert.resend-delay=3s "$@" >>prometheus.log 2>&1 &
  pids[prometheus]=$!
  ready "$port"
}
names="Plain Moved NewExpression NewLabel"
mark() { for name in $names; do echo "[$1]" >>"sent-$name"; done; }
rules one 'alert: Plain, expr: "vector(1)", for: 25s' 'alert: Moved, expr: "vector(1)", for: 25s' \
  'alert: NewExpression, expr: "vector(1)", for: 25s' 'alert: NewLabel, expr: "vector(1)", for: 25s'
start
sleep 31
mark edit
rules one 'alert: Plain, expr: "vector(1)", for: 25s' 'alert: NewExpression, expr: "vector(2)", for: 25s' \
  'alert: NewLabel, expr: "vector(1)", for: 25s, labels: { team: db }'
rules two 'alert: Moved, expr: "vector(1)", for: 25s'
curl -sf -X POST "http://127.0.0.1:$port/-/reload"
sleep 33
restart() { # NAME OPTION...
  mark "$1"
  kill "${pids[prometheus]}"
  wait "${pids[prometheus]}" || true
  start "${@:2}"
  sleep 36
}
restart "restart"
restart "restart, grace 5s" --rules.alert.for-grace-period=5s
seen=$(for name in $names; do echo "$name: $(paste -sd ' ' "sent-$name")"; done)
expected=$(cat <<'TEXT'
Plain: firing [edit] [restart] resolved firing [restart, grace 5s]
Moved: firing [edit] resolved firing [restart] resolved firing [restart, grace 5s]
NewExpression: firing [edit] [restart] resolved firing [restart, grace 5s]
NewLabel: firing [edit] resolved firing [restart] resolved firing [restart, grace 5s]
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the notifications of one outage" "$expected" >&2
  tail -n 20 prometheus.log >&2
  exit 1
fi
echo "as recorded"
