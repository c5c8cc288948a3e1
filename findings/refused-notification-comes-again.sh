#!/usr/bin/env bash
# Alertmanager 0.25.0 (Debian 12), with a webhook that refuses a notification with 422.
#
# Guess: a status of 4xx means "do not send this again". Alertmanager gives the notification up, at least until
# repeat_interval has passed.
# True: 4xx only ends the retries inside one group_interval. The same body comes again at each
# group_interval, without end. A refused "resolved" too, long after its alert has left the API: when the
# receiver accepts at last, it is delivered. But an alert whose "firing" was never accepted is
# never reported as resolved.
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
import { appendFileSync, existsSync } from "node:fs";
import http from "node:http";

http
  .createServer((incoming, response) => {
    let text = "";
    incoming.on("data", (chunk) => (text += chunk));
    incoming.on("end", () => {
      const { status, groupLabels } = JSON.parse(text);
      const name = groupLabels.alertname;
      const code = existsSync(`refuse-${name}`) ? 422 : 200;
      appendFileSync("notified", `${name} ${status} ${code}\n`);
      response.writeHead(code).end();
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
touch refuse-Never
for name in Once Never; do alert $name '+1 hour'; done
sleep 6
touch refuse-Once
for name in Once Never; do alert $name now; done
sleep 10
listed=$(curl -sf "$url/api/v2/alerts" | { grep -o '"alertname"' || true; } | wc -l)
rm refuse-Once
sleep 3
seen=$(sort -s -k1,1 notified | uniq -c | awk '{ print $2, $3, $4 ($1 > 4 ? ", many times" : "") }'; echo "alerts in the API: $listed")
expected=$(cat <<'TEXT'
Never firing 422, many times
Once firing 200
Once resolved 422, many times
Once resolved 200
alerts in the API: 0
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what is sent again after a refusal" "$expected" >&2
  exit 1
fi
echo "as recorded"
