#!/usr/bin/env bash
# vmalert of VictoriaMetrics 1.79.5 and Prometheus 2.42.0 (both Debian 12), with the same rule for two full disks, on the
# data of the same Prometheus. An annotation looks up the owner of the host, and one of the hosts has none.
#
# Guess: vmalert, which takes the rules of Prometheus, sends both alerts: the one without owner with an error as the text of
# that annotation, as Prometheus does, or without it.
# True: it sends neither. One annotation that cannot be filled in fails the rule, for the host that has an owner too, in
# each evaluation. So a page depends on what only explains it. The check of the file (-dryRun) finds nothing, and
# only the log has a line. With the look-up inside "with" both are sent.
set -euo pipefail
dir=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" || true; done; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download prometheus=2.42.0+ds-5+deb12u1 victoria-metrics=1.79.5+ds1-2+b5 >&2
for package in *.deb; do dpkg -x "$package" root; done
cat >owners.yml <<'YAML'
groups:
  - name: owners
    rules:
      - { record: owner, expr: 'label_replace(label_replace(vector(1), "host", "web-1", "", ""), "team", "storage", "", "")' }
YAML
cat >rules.yml <<'YAML'
groups:
  - name: disks
    interval: 1s
    rules:
      - alert: DiskFull
        expr: 'label_replace(vector(95), "host", "web-1", "", "") or label_replace(vector(97), "host", "web-2", "", "")'
        annotations:
          owner: '{{ query (printf "owner{host=%q}" $labels.host) | first | label "team" }}'
      - alert: DiskFullGuarded
        expr: 'label_replace(vector(95), "host", "web-1", "", "") or label_replace(vector(97), "host", "web-2", "", "")'
        annotations:
          owner: '{{ with query (printf "owner{host=%q}" $labels.host) }}{{ . | first | label "team" }}{{ end }}'
YAML
cat >receiver.mjs <<'SCRIPT'
import { writeFileSync } from "node:fs";
import http from "node:http";

const last = {};
const server = http.createServer(async (request, response) => {
  const [, sender] = request.url.split("/");
  if (request.method === "GET") return response.end(`${Object.values(last).sort().join("\n")}\n`);
  const chunks = await request.toArray();
  response.end();
  for (const { labels, annotations } of JSON.parse(Buffer.concat(chunks))) {
    const owner = annotations.owner?.startsWith("<error") ? "<error ...>" : `"${annotations.owner ?? ""}"`;
    last[`${sender} ${labels.alertname} ${labels.host}`] = `${sender}: ${labels.alertname} ${labels.host}, owner ${owner}`;
  }
});
server.listen(0, "127.0.0.1", () => writeFileSync("port", String(server.address().port)));
setTimeout(() => process.exit(), 90_000);
SCRIPT
node receiver.mjs &
pids+=("$!")
for _ in $(seq 50); do [ -s port ] && break; sleep 0.1; done
receiver=127.0.0.1:$(cat port)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >prometheus.yml <<YAML
global: { evaluation_interval: 1s }
rule_files: [owners.yml, rules.yml]
alerting: { alertmanagers: [{ path_prefix: /prometheus, static_configs: [{ targets: ["$receiver"] }] }] }
YAML
root/usr/bin/vmalert -dryRun -rule=rules.yml >check.log 2>&1 && echo "-dryRun: success" >seen
timeout 80 root/usr/bin/prometheus --config.file=prometheus.yml --storage.tsdb.path=data --rules.alert.resend-delay=1s \
  --web.listen-address="127.0.0.1:$port" >prometheus.log 2>&1 &
pids+=("$!")
for _ in $(seq 60); do curl -sf "http://127.0.0.1:$port/api/v1/query?query=owner" | grep -q storage && break; sleep 0.5; done
timeout 60 root/usr/bin/vmalert -rule=rules.yml -datasource.url="http://127.0.0.1:$port" -notifier.url="http://$receiver/vmalert" \
  -httpListenAddr=127.0.0.1:0 >vmalert.log 2>&1 &
pids+=("$!")
for _ in $(seq 60); do
  [ "$(grep -c 'rule "DiskFull": failed' vmalert.log)" -ge 3 ] && [ "$(curl -s "http://$receiver/" | grep -c .)" -ge 6 ] && break
  sleep 0.5
done
curl -s "http://$receiver/" >>seen
seen=$(cat seen)
expected=$(cat <<'TEXT'
-dryRun: success
prometheus: DiskFull web-1, owner "storage"
prometheus: DiskFull web-2, owner <error ...>
prometheus: DiskFullGuarded web-1, owner "storage"
prometheus: DiskFullGuarded web-2, owner ""
vmalert: DiskFullGuarded web-1, owner "storage"
vmalert: DiskFullGuarded web-2, owner ""
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "which alerts are sent" "$expected" >&2
  tail -n 5 prometheus.log vmalert.log >&2
  exit 1
fi
echo "as recorded"
