#!/usr/bin/env bash
# Alertmanager 0.25.0 (Debian 12): two receivers of the same alerts, one with max_alerts: 2, which limits a webhook.
#
# Guess: an alert that was sent as firing is sent as resolved too: what the receiver has seen comes first, or what fires
# comes before what is over. What was cut comes with a later notification, when there is room.
# True: the list is cut anew for each notification, in the order of the labels. web-2 was sent as firing; db-0 comes
# before it and pushes it out, so its resolution is cut, and then forgotten as notified: its incident stays
# open for good. web-3 is down all the while and is cut in favor of db-0, which is over. All that the receiver
# gets of them is a number (truncatedAlerts).
set -euo pipefail
dir=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" || true; done; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download prometheus-alertmanager=0.25.0-1+b4 >&2
dpkg -x prometheus-alertmanager_*.deb root
cat >hook.mjs <<'SCRIPT'
import { appendFileSync, writeFileSync } from "node:fs";
import http from "node:http";

const server = http.createServer((incoming, response) => {
  let text = "";
  incoming.on("data", (chunk) => (text += chunk));
  incoming.on("end", () => {
    const { alerts, truncatedAlerts } = JSON.parse(text);
    const list = alerts.map(({ labels, status }) => `${labels.host} ${status}`).join(", ");
    appendFileSync(incoming.url.slice(1), `  ${list}${truncatedAlerts ? ` (${truncatedAlerts} cut)` : ""}\n`);
    response.end();
  });
});
server.listen(0, "127.0.0.1", () => writeFileSync("port", String(server.address().port)));
SCRIPT
timeout 90 node hook.mjs &
pids+=($!)
for _ in $(seq 50); do [ -s port ] && break; sleep 0.1; done
cat >alertmanager.yml <<YAML
route:
  receiver: none
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 4h
  routes: [{ receiver: limited, continue: true }, { receiver: full }]
receivers:
  - name: none
  - name: limited
    webhook_configs: [{ url: "http://127.0.0.1:$(cat port)/limited", max_alerts: 2 }]
  - name: full
    webhook_configs: [{ url: "http://127.0.0.1:$(cat port)/full" }]
YAML
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
timeout 90 root/usr/bin/prometheus-alertmanager --config.file=alertmanager.yml --storage.path=data \
  --web.listen-address="127.0.0.1:$port" --cluster.listen-address= >alertmanager.log 2>&1 &
pids+=($!)
url=http://127.0.0.1:$port
for _ in $(seq 50); do curl -sf "$url/-/ready" >/dev/null && break; sleep 0.2; done

began=$(date +%s)
alert() { # HOST BEGAN-MINUTES-AGO END
  printf '{"labels":{"alertname":"Down","host":"%s"},"startsAt":"%s","endsAt":"%s"}' \
    "$1" "$(date -u -d "@$((began - $2 * 60))" +%FT%TZ)" "$(date -u -d "$3" +%FT%TZ)"
}
post() { curl -sf -H 'content-type: application/json' "$url/api/v2/alerts" -d "[$1]"; sleep 4; }
post "$(alert web-1 10 '+1 hour'),$(alert web-2 9 '+1 hour')"
post "$(alert web-3 8 '+1 hour')"
post "$(alert db-0 7 '+1 hour')"
post "$(alert web-2 9 now)"
post "$(alert db-0 7 now)"
post "$(alert web-1 10 now),$(alert web-3 8 now)"
seen=$(for receiver in full limited; do echo "$receiver:"; cat $receiver; done)
expected=$(cat <<'TEXT'
full:
  web-1 firing, web-2 firing
  web-1 firing, web-2 firing, web-3 firing
  db-0 firing, web-1 firing, web-2 firing, web-3 firing
  db-0 firing, web-1 firing, web-2 resolved, web-3 firing
  db-0 resolved, web-1 firing, web-3 firing
  web-1 resolved, web-3 resolved
limited:
  web-1 firing, web-2 firing
  web-1 firing, web-2 firing (1 cut)
  db-0 firing, web-1 firing (2 cut)
  db-0 firing, web-1 firing (2 cut)
  db-0 resolved, web-1 firing (1 cut)
  web-1 resolved, web-3 resolved
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what a limited webhook is sent" "$expected" >&2
  exit 1
fi
echo "as recorded"
