#!/usr/bin/env bash
# parse-prometheus-text-format 1.1.1 and prom2javascript 0.2.0, two readers of the text in which metrics are scraped, with what
# Prometheus 2.42.0 and VictoriaMetrics 1.79.5 (both Debian 12) say of themselves, and with prom-client 15.1.3.
#
# Guess: both read all of these texts, since each of the servers reads the other. A histogram or summary with two routes is
# two entries, each with its labels.
# True: each reader refuses one server, as a whole: the first VictoriaMetrics, for a blank between two labels, the second
# Prometheus, for the NaN that an idle summary has. And the first joins all label sets of a histogram or
# summary into one entry without labels, sum and count: the buckets are those of the last route, here of the one that was
# never slow. No error and no warning.
set -euo pipefail
dir=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" || true; done; wait; rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  parse-prometheus-text-format@1.1.1 prom2javascript@0.2.0 prom-client@15.1.3 >&2
cd "$dir"
apt-get -qq download prometheus=2.42.0+ds-5+deb12u1 victoria-metrics=1.79.5+ds1-2+b5 >&2
for package in *.deb; do dpkg -x "$package" root; done
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
prometheus=127.0.0.1:$(port)
victoria=127.0.0.1:$(port)
echo '{}' >prometheus.yml
timeout 60 root/usr/bin/prometheus --config.file=prometheus.yml --storage.tsdb.path=one --web.listen-address="$prometheus" \
  >prometheus.log 2>&1 &
pids+=("$!")
timeout 60 root/usr/bin/victoria-metrics -storageDataPath=two -httpListenAddr="$victoria" >victoria.log 2>&1 &
pids+=("$!")
for url in "$prometheus/-/ready" "$victoria/health"; do
  for _ in $(seq 60); do curl -sf "http://$url" >/dev/null && break; sleep 0.5; done
done
cat >read.mjs <<'SCRIPT'
import parseModule from "parse-prometheus-text-format";
import client from "prom-client";
import { getMetricsFromIterator } from "prom2javascript";

const [prometheus, victoria] = process.argv.slice(2);
const parse = parseModule.default ?? parseModule;
const fetchText = (address) => fetch(`http://${address}/metrics`).then((response) => response.text());

const seconds = new client.Histogram({ name: "http_seconds", help: "Duration", labelNames: ["route"], buckets: [1] });
for (let request = 0; request < 50; request++) seconds.observe({ route: "/pay" }, 30);
seconds.observe({ route: "/health" }, 0.01);

const texts = {
  Prometheus: await fetchText(prometheus),
  VictoriaMetrics: await fetchText(victoria),
  "prom-client": await client.register.metrics(),
};
const readers = {
  "parse-prometheus-text-format": async (text) => {
    const family = parse(text).find(({ name }) => name === "http_seconds");
    return family ? JSON.stringify(family.metrics) : "read";
  },
  prom2javascript: async (text) => {
    const metrics = await getMetricsFromIterator(text.split("\n")[Symbol.iterator]());
    const family = Object.fromEntries(Object.entries(metrics)).http_seconds;
    return family ? JSON.stringify(family.data) : "read";
  },
};
for (const [name, text] of Object.entries(texts)) {
  for (const [reader, read] of Object.entries(readers)) {
    const result = await read(text).catch(({ message }) => `refused at ${message.match(/[a-z_]+\{[^\]]*/)[0].replace(/slice="\w+"/, 'slice="..."')}`);
    console.log(`${name} in ${reader}: ${result}`);
  }
}
SCRIPT
seen=$(timeout 30 node read.mjs "$prometheus" "$victoria")
expected=$(cat <<'TEXT'
Prometheus in parse-prometheus-text-format: read
Prometheus in prom2javascript: refused at prometheus_engine_query_duration_seconds{slice="...",quantile="0.5"} NaN
VictoriaMetrics in parse-prometheus-text-format: refused at vm_http_request_errors_total{path="*", reason="unsupported"} 0
VictoriaMetrics in prom2javascript: read
prom-client in parse-prometheus-text-format: [{"buckets":{"1":"1","+Inf":"1"}}]
prom-client in prom2javascript: [{"labels":{"route":"/pay"},"buckets":{"1":0,"+Inf":50},"count":50,"sum":1500},{"labels":{"route":"/health"},"buckets":{"1":1,"+Inf":1},"count":1,"sum":0.01}]
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what the readers make of it" "$expected" >&2
  tail -n 3 prometheus.log victoria.log >&2
  exit 1
fi
echo "as recorded"
