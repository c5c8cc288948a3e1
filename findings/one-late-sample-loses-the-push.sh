#!/usr/bin/env bash
# prometheus-remote-write 0.5.1 (npm), which pushes metrics of jobs, to Prometheus 2.42.0 and to VictoriaMetrics 1.79.5 (both
# Debian 12): one push of three series, of which one has a sample older than the last one that is stored.
#
# Guess: the two series that fit are stored, and the call rejects, or names the third. A value that a job could not find
# out (undefined) is left out, or refused by the client, as a timestamp of the wrong type is.
# True: Prometheus stores none of the three, and the call resolves: the refusal is a field of the result, which "await" in a
# job drops. VictoriaMetrics stores all three. The value undefined is pushed as 0, to both: a queue whose length is not
# known is empty, and the alert for a missing value never fires.
set -euo pipefail
dir=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" || true; done; wait; rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" prometheus-remote-write@0.5.1 >&2
cd "$dir"
apt-get -qq download prometheus=2.42.0+ds-5+deb12u1 victoria-metrics=1.79.5+ds1-2+b5 >&2
for package in *.deb; do dpkg -x "$package" root; done
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
prometheus=127.0.0.1:$(port)
victoria=127.0.0.1:$(port)
echo '{}' >prometheus.yml
timeout 120 root/usr/bin/prometheus --config.file=prometheus.yml --storage.tsdb.path=one --web.listen-address="$prometheus" \
  --web.enable-remote-write-receiver >prometheus.log 2>&1 &
pids+=("$!")
timeout 120 root/usr/bin/victoria-metrics -storageDataPath=two -httpListenAddr="$victoria" -search.latencyOffset=0s >victoria.log 2>&1 &
pids+=("$!")
for url in "$prometheus/-/ready" "$victoria/health"; do
  for _ in $(seq 60); do curl -sf "http://$url" >/dev/null && break; sleep 0.5; done
done
cat >push.mjs <<'SCRIPT'
import { setTimeout as sleep } from "node:timers/promises";
import remoteWrite from "prometheus-remote-write";

const [name, address] = process.argv.slice(2);
const options = { url: `http://${address}/api/v1/write`, fetch: globalThis.fetch };
const now = Date.now();
const series = (metric, value, timestamp) => ({ labels: { __name__: metric }, samples: [{ value, timestamp }] });
const push = (what) => remoteWrite.pushTimeseries(what, options).then(
  ({ status, errorMessage }) => `resolves with ${status} ${JSON.stringify((errorMessage ?? "").trim())}`,
  (error) => `rejects with ${error.name}`,
);
async function stored(metrics) {
  const values = {};
  for (let attempt = 0; attempt < (name === "Prometheus" ? 8 : 60) && Object.keys(values).length < metrics.length; attempt++) {
    await sleep(250);
    // VictoriaMetrics shows new samples sooner when it is asked to write them.
    if (name === "VictoriaMetrics") await fetch(`http://${address}/internal/force_flush`);
    for (const metric of metrics) {
      const url = `http://${address}/api/v1/query?nocache=1&query=${metric}&time=${(now + 1000) / 1000}`;
      const { data } = await fetch(url).then((response) => response.json());
      if (data.result.length > 0) values[metric] = data.result[0].value[1];
    }
  }
  return metrics.map((metric) => `${metric} ${values[metric] ?? "missing"}`).join(", ");
}
await push([series("job_late", 1, now)]);
const result = await push([series("job_rows", 5, now), series("job_late", 0, now - 600_000), series("job_errors", 2, now)]);
console.log(`${name}: push of three ${result}; stored: ${await stored(["job_rows", "job_errors"])}`);
const unknown = await push([series("queue_length", undefined, now)]);
console.log(`${name}: push of undefined ${unknown}; stored: ${await stored(["queue_length"])}`);
SCRIPT
seen=$(timeout 50 node push.mjs Prometheus "$prometheus"; timeout 50 node push.mjs VictoriaMetrics "$victoria")
expected=$(cat <<'TEXT'
Prometheus: push of three resolves with 400 "out of order sample"; stored: job_rows missing, job_errors missing
Prometheus: push of undefined resolves with 204 ""; stored: queue_length 0
VictoriaMetrics: push of three resolves with 204 ""; stored: job_rows 5, job_errors 2
VictoriaMetrics: push of undefined resolves with 204 ""; stored: queue_length 0
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what is stored of a push" "$expected" >&2
  tail -n 3 prometheus.log victoria.log >&2
  exit 1
fi
echo "as recorded"
