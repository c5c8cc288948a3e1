#!/usr/bin/env bash
# Alertmanager 0.25.0 (Debian 12), with a webhook and amtool.
#
# Guess: an alert that was notified, then silenced, then resolved, is reported as resolved when the silence is
# over, at the latest. And when it fires anew after that, the receiver is notified.
# True: neither. The resolved notification never comes. Alertmanager still has the group in its log as
# notified, so the next outage, with a new start, is held back too, until repeat_interval has
# passed. A receiver whose incident was closed by hand is not paged for it. The same alert without
# a silence gives three notifications.
set -euo pipefail
dir=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" || true; done; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download prometheus-alertmanager=0.25.0-1+b4 >&2
dpkg -x prometheus-alertmanager_*.deb root
cat >alertmanager.yml <<'YAML'
route: { receiver: hook, group_by: [alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 4h }
receivers:
  - name: hook
    webhook_configs: [{ url: "http://127.0.0.1:19395/" }]
YAML
cat >hook.mjs <<'SCRIPT'
import { appendFileSync } from "node:fs";
import http from "node:http";

http
  .createServer((incoming, response) => {
    let text = "";
    incoming.on("data", (chunk) => (text += chunk));
    incoming.on("end", () => {
      const { status, groupLabels } = JSON.parse(text);
      appendFileSync("notified", `${groupLabels.alertname} ${status}\n`);
      response.end();
    });
  })
  .listen(19395, "127.0.0.1");
SCRIPT
timeout 90 node hook.mjs &
pids+=($!)
timeout 90 root/usr/bin/prometheus-alertmanager --config.file=alertmanager.yml --storage.path=data \
  --web.listen-address=127.0.0.1:19393 --cluster.listen-address= >alertmanager.log 2>&1 &
pids+=($!)
url=http://127.0.0.1:19393
for _ in $(seq 50); do curl -sf "$url/-/ready" >/dev/null && break; sleep 0.2; done

alert() { # NAME END
  curl -sf -H 'content-type: application/json' "$url/api/v2/alerts" \
    -d "[{\"labels\":{\"alertname\":\"$1\"},\"endsAt\":\"$(date -u -d "$2" +%FT%TZ)\"}]"
}
for name in Plain Silenced; do alert $name '+1 hour'; done
sleep 4
silence=$(root/usr/bin/amtool --alertmanager.url=$url silence add alertname=Silenced --author ada --comment move --duration 1h)
sleep 1
for name in Plain Silenced; do alert $name now; done
sleep 4
root/usr/bin/amtool --alertmanager.url=$url silence expire "$silence"
sleep 3
for name in Plain Silenced; do alert $name '+1 hour'; done
sleep 8
active=$(curl -sf "$url/api/v2/alerts?active=true&silenced=false" | grep -o '"alertname":"[A-Za-z]*"' | sort | tr '\n' ' ')
seen=$(sort -s -k1,1 notified; echo "active at the end: $active")
expected=$(cat <<'TEXT'
Plain firing
Plain resolved
Plain firing
Silenced firing
active at the end: "alertname":"Plain" "alertname":"Silenced" 
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the notifications for a silenced alert" "$expected" >&2
  exit 1
fi
echo "as recorded"
