#!/usr/bin/env bash
# Alertmanager 0.25.0 (Debian 12), with a receiver for PagerDuty.
#
# Guess: the incident of an alert keeps its dedup_key as long as the alert keeps its labels; a
# change of the route's matchers that selects the same alert does not matter.
# True: dedup_key is a hash over the matchers on the way to the route and the labels of the group.
# When severity="page" becomes severity=~"page|urgent", a reload opens a second incident for
# an alert that is still firing, and the resolve goes to that one. The first stays open for good.
# The old form of the same matcher (match: {severity: page}) gives the same key as the new.
set -euo pipefail
dir=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" || true; done; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download prometheus-alertmanager=0.25.0-1+b4 >&2
dpkg -x prometheus-alertmanager_*.deb root
configure() { # MATCHER
  cat >alertmanager.yml <<YAML
route:
  receiver: none
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 4h
  routes: [{ receiver: vendor, $1 }]
receivers:
  - name: none
  - name: vendor
    pagerduty_configs: [{ routing_key: fake-key, url: "http://127.0.0.1:19395/" }]
YAML
}
cat >hook.mjs <<'SCRIPT'
import { appendFileSync } from "node:fs";
import http from "node:http";

http
  .createServer((incoming, response) => {
    let text = "";
    incoming.on("data", (chunk) => (text += chunk));
    incoming.on("end", () => {
      const { event_action, dedup_key } = JSON.parse(text);
      appendFileSync("notified", `${event_action} ${dedup_key}\n`);
      response.writeHead(202).end();
    });
  })
  .listen(19395, "127.0.0.1");
SCRIPT
configure 'match: { severity: page }'
timeout 90 node hook.mjs &
pids+=($!)
timeout 90 root/usr/bin/prometheus-alertmanager --config.file=alertmanager.yml --storage.path=data \
  --web.listen-address=127.0.0.1:19393 --cluster.listen-address= >alertmanager.log 2>&1 &
pids+=($!)
url=http://127.0.0.1:19393
for _ in $(seq 50); do curl -sf "$url/-/ready" >/dev/null && break; sleep 0.2; done

alert() { # END
  curl -sf -H 'content-type: application/json' "$url/api/v2/alerts" \
    -d "[{\"labels\":{\"alertname\":\"DiskFull\",\"severity\":\"page\"},\"endsAt\":\"$(date -u -d "$1" +%FT%TZ)\"}]"
}
reload() { # MATCHER
  configure "$1"
  curl -sf -X POST "$url/-/reload"
  sleep 4
}
alert '+1 hour'
sleep 4
echo "(the same matcher in the new form)" >>notified
reload 'matchers: ["severity=\"page\""]'
echo "(a matcher for two severities)" >>notified
reload 'matchers: ["severity=~\"page|urgent\""]'
alert now
sleep 4
first=$(grep -o -m 1 '[0-9a-f]\{64\}' notified)
seen=$(sed -e "s/$first/first key/" -e 's/[0-9a-f]\{64\}/other key/' notified)
expected=$(cat <<'TEXT'
trigger first key
(the same matcher in the new form)
(a matcher for two severities)
trigger other key
resolve other key
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the keys of one alert" "$expected" >&2
  exit 1
fi
echo "as recorded"
