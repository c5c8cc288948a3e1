#!/usr/bin/env bash
# @platformatic/promotel 0.2.2, which converts metrics of Prometheus for OpenTelemetry, with those of prom-client 15.1.3, as
# a text and straight from the registry.
#
# Guess: a histogram arrives with its buckets, a gauge with NaN or Infinity (a queue whose length is not known, a disk
# that never fills) as these values, or with a warning that they are left out.
# True: all buckets of a histogram become one, which has no bound. Count and sum are right, so it looks whole, but a rule
# for the 99th percentile has nothing to go by. Gauges that are NaN or infinite are missing, and so is a time
# series whose label holds a "}", which is a valid one. Both ways agree, and neither warns.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" @platformatic/promotel@0.2.2 \
  prom-client@15.1.3 >&2
cd "$dir"
cat >convert.mjs <<'SCRIPT'
import { convert, getFromRegistry, parse } from "@platformatic/promotel";
import client from "prom-client";

const seconds = new client.Histogram({ name: "http_seconds", help: "Duration", labelNames: ["route"], buckets: [0.1, 1] });
for (const value of [0.05, 0.5, 5]) seconds.observe({ route: "/" }, value);
const queue = new client.Gauge({ name: "queue_length", help: "Length", labelNames: ["queue"] });
queue.set({ queue: "unknown" }, Number.NaN);
queue.set({ queue: "endless" }, Number.POSITIVE_INFINITY);
queue.set({ queue: "{pages}" }, 2);
queue.set({ queue: "mails" }, 1);
const text = await client.register.metrics();
console.log(`prom-client: ${text.split("\n").filter((line) => /^(http_seconds_bucket|queue_length)/.test(line)).length} lines`);

const ways = { text: parse(text), registry: await getFromRegistry({ registry: client.register }) };
for (const [way, request] of Object.entries(ways)) {
  const [{ scope_metrics: [{ metrics }] }] = convert(request).resource_metrics;
  for (const { name, histogram, gauge } of metrics) {
    for (const point of (histogram ?? gauge).data_points) {
      const label = point.attributes[0].value.string_value;
      const value = histogram
        ? `count ${point.count}, sum ${point.sum}, buckets [${point.bucket_counts}], bounds [${point.explicit_bounds}]`
        : point.as_double;
      console.log(`${way}: ${name} ${label}: ${value}`);
    }
  }
}
SCRIPT
seen=$(node convert.mjs 2>&1)
expected=$(cat <<'TEXT'
prom-client: 7 lines
text: http_seconds /: count 3, sum 5.55, buckets [3], bounds []
text: queue_length mails: 1
registry: http_seconds /: count 3, sum 5.55, buckets [3], bounds []
registry: queue_length mails: 1
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what is converted" "$expected" >&2
  exit 1
fi
echo "as recorded"
