#!/usr/bin/env bash
# @opentelemetry/exporter-prometheus 0.301.0 and sdk-metrics 3.1.1.
#
# Guess: attributes whose names differ only in a character that a label cannot have (host.name,
# host_name) become one label with both values joined, as the compatibility rules of OpenTelemetry ask.
# True: the line has the same label twice with different values, which the text format does not
# allow. The exporter warns of two help texts for one name, but not of this.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.1 @opentelemetry/exporter-prometheus@0.301.0 >&2
cd "$dir"
node=node
if ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 15) ? 0 : 1)'; then
  npm install --no-save --no-audit --no-fund --loglevel=error --prefix "$dir/node22" node@22.23.3 >&2
  node="$dir/node22/node_modules/node/bin/node"
fi
seen=$("$node" --input-type=module <<'SCRIPT'
import { diag, DiagLogLevel } from "@opentelemetry/api";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";

let warnings = 0;
const warn = () => warnings++;
diag.setLogger({ error: warn, warn, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
const exporter = new PrometheusExporter({ preventServerStart: true });
const meter = new MeterProvider({ readers: [exporter] }).getMeter("lab");
meter.createCounter("pages", { description: "Pages sent" }).add(2, { "host.name": "web-1", host_name: "web-2" });
const { resourceMetrics } = await exporter.collect();
const lines = new PrometheusSerializer().serialize(resourceMetrics).split("\n");
console.log(lines.filter((line) => line.includes("pages")).join("\n"));
console.log(`warnings: ${warnings}`);
SCRIPT
)
expected=$(cat <<'TEXT'
# HELP pages_total Pages sent
# TYPE pages_total counter
pages_total{host_name="web-1",host_name="web-2",otel_scope_name="lab"} 2
warnings: 0
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the labels of the metric" "$expected" >&2
  exit 1
fi
echo "as recorded"
