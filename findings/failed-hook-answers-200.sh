#!/usr/bin/env bash
# webhook 2.8.0 (Debian 12), which runs a command for each request, as the receiver of Alertmanager 0.25.0 (Debian 12),
# and with bodies as other senders have them.
#
# Guess: a hook whose command fails answers with an error, so that Alertmanager, which repeats a notification after any
# 5xx, sends it again. A body that webhook cannot read is refused with 4xx, and nothing is run.
# True: the answer is a 200 that does not wait for the command, so the failed page counts as delivered and is not sent
# again. It is a 200 too where the rule of the hook does not match. A list (a batch of CloudEvents), and JSON
# under another type, are not read, but the command is run all the same, with empty texts for its arguments.
# With include-command-output-in-response the failure is a 500, and Alertmanager repeats it.
set -euo pipefail
dir=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" || true; done; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download webhook=2.8.0-4+b6 prometheus-alertmanager=0.25.0-1+b4 >&2
for package in *.deb; do dpkg -x "$package" root; done
printf '#!/bin/sh\necho "$1: status [$2], alert [$3]" >>"%s/ran"\nexit 3\n' "$dir" >page
chmod 755 page
hook() { # NAME MORE
  cat <<JSON
{"id": "$1", "execute-command": "$dir/page", "pass-arguments-to-command": [{"source": "string", "name": "$1"},
  {"source": "payload", "name": "status"}, {"source": "payload", "name": "alerts.0.labels.alertname"}] $2}
JSON
}
{
  echo "[$(hook plain ""),"
  hook output ', "include-command-output-in-response": true'
  echo ,
  hook rule ', "trigger-rule": {"match": {"type": "value", "value": "firing", "parameter": {"source": "payload", "name": "status"}}}'
  echo "]"
} >hooks.json
free() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
port=$(free)
timeout 60 root/usr/bin/webhook -hooks hooks.json -ip 127.0.0.1 -port "$port" >webhook.log 2>&1 &
pids+=($!)
hooks=http://127.0.0.1:$port/hooks
cat >alertmanager.yml <<YAML
route: { receiver: plain, group_wait: 0s, group_interval: 5m, repeat_interval: 4h, routes: [{ receiver: output, match: { to: output } }] }
receivers:
  - { name: plain, webhook_configs: [{ url: "$hooks/plain" }] }
  - { name: output, webhook_configs: [{ url: "$hooks/output" }] }
YAML
manager=$(free)
timeout 60 root/usr/bin/prometheus-alertmanager --config.file=alertmanager.yml --storage.path=data \
  --web.listen-address="127.0.0.1:$manager" --cluster.listen-address= >alertmanager.log 2>&1 &
pids+=($!)
for _ in $(seq 50); do curl -sf "http://127.0.0.1:$manager/-/ready" >/dev/null && break; sleep 0.2; done
for to in plain output; do
  curl -sf -H 'content-type: application/json' "http://127.0.0.1:$manager/api/v2/alerts" \
    -d "[{\"labels\":{\"alertname\":\"DiskFull\",\"to\":\"$to\"}}]"
done
sleep 8
times() { uniq -c ran | awk '{ n = $1; sub(/^ *[0-9]+ /, ""); print "  ran " (n > 1 ? "several times" : "once") ": " $0 }'; : >ran; }
post() { # NAME TYPE BODY
  echo "$1, $2, $3: $(curl -s -o answer -w '%{http_code}' -H "content-type: $2" -d "$3" "$hooks/$1")"
  sleep 0.5
  times
}
seen=$(
  echo "Alertmanager:"
  sort -o ran ran
  times
  post output application/json '{"status":"firing"}'
  post rule application/json '{"status":"resolved"}'
  post plain application/cloudevents-batch+json '[{"status":"firing"}]'
  post plain text/plain '{"status":"firing"}'
)
expected=$(cat <<'TEXT'
Alertmanager:
  ran several times: output: status [firing], alert [DiskFull]
  ran once: plain: status [firing], alert [DiskFull]
output, application/json, {"status":"firing"}: 500
  ran once: output: status [firing], alert []
rule, application/json, {"status":"resolved"}: 200
plain, application/cloudevents-batch+json, [{"status":"firing"}]: 200
  ran once: plain: status [], alert []
plain, text/plain, {"status":"firing"}: 200
  ran once: plain: status [], alert []
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what webhook answers" "$expected" >&2
  tail -n 20 webhook.log alertmanager.log >&2
  exit 1
fi
echo "as recorded"
