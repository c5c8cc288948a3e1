#!/usr/bin/env bash
# prometheus-query 3.5.1 (npm) with Prometheus 2.42.0 (Debian 12), which writes numbers as texts: "+Inf" for a rate of errors
# without any success, or for the time until a disk is full that does not grow.
#
# Guess: the client gives Infinity, -Infinity and NaN as the numbers of JavaScript, so that "value > 0.1" holds for an
# infinite rate. A query that cannot be read rejects with an Error that has the words of Prometheus.
# True: +Inf and -Inf become NaN, for which each comparison is false: a script that pages above a threshold does not page for the
# worst value of all. It is so for a query, a range and the list of alerts, where Prometheus itself has the alert as
# firing. The reason of a rejection is a plain object, which is no Error and has no message.
set -euo pipefail
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" || true; wait; rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" prometheus-query@3.5.1 >&2
cd "$dir"
apt-get -qq download prometheus=2.42.0+ds-5+deb12u1 >&2
dpkg -x prometheus_*.deb root
address=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
echo 'rule_files: [rules.yml]' >prometheus.yml
cat >rules.yml <<'YAML'
groups: [{ name: rates, interval: 1s, rules: [{ alert: ErrorRate, expr: 'vector(1) / 0 > 0.1' }] }]
YAML
timeout 60 root/usr/bin/prometheus --config.file=prometheus.yml --storage.tsdb.path=data --web.listen-address="$address" \
  >prometheus.log 2>&1 &
pid=$!
for _ in $(seq 60); do curl -s "http://$address/api/v1/alerts" | grep -q firing && break; sleep 0.5; done
cat >query.mjs <<'SCRIPT'
import { PrometheusDriver } from "prometheus-query";

const client = new PrometheusDriver({ endpoint: `http://${process.argv[2]}`, baseURL: "/api/v1" });
for (const query of ["vector(1) / 0", "vector(-1) / 0", "vector(0.5)"]) {
  const [{ value: { value } }] = (await client.instantQuery(query)).result;
  console.log(`${query}: ${value}, above 0.1: ${value > 0.1}`);
}
const now = Date.now();
const [{ values }] = (await client.rangeQuery("vector(1) / 0", now - 10_000, now, 10)).result;
console.log(`range: ${values.map(({ value }) => value).join(" ")}`);
const [{ state, value }] = await client.alerts();
console.log(`alert: ${state}, ${value}`);
const error = await client.instantQuery("rate(").catch((reason) => reason);
console.log(`rejected: ${error instanceof Error ? "an Error" : "no Error"}, message ${error.message}`);
SCRIPT
seen=$(timeout 30 node query.mjs "$address")
expected=$(cat <<'TEXT'
vector(1) / 0: NaN, above 0.1: false
vector(-1) / 0: NaN, above 0.1: false
vector(0.5): 0.5, above 0.1: true
range: NaN NaN
alert: firing, NaN
rejected: no Error, message undefined
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the values of the client" "$expected" >&2
  tail -n 3 prometheus.log >&2
  exit 1
fi
echo "as recorded"
