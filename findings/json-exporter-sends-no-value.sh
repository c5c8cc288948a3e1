#!/usr/bin/env bash
# @opentelemetry/otlp-transformer 0.301.1 and sdk-metrics 3.1.1: one gauge, sent as JSON and as Protobuf.
#
# Guess: NaN and Infinity are written as the texts "NaN" and "Infinity", as JSON for Protobuf has them, or such a
# point is left out.
# True: in JSON they become null, so the point is there and has no value: an infinite queue and an unknown one look
# alike. In Protobuf they arrive. There is no warning.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.1 @opentelemetry/otlp-transformer@0.301.1 >&2
cd "$dir"
node=node
if ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 15) ? 0 : 1)'; then
  npm install --no-save --no-audit --no-fund --loglevel=error --prefix "$dir/node22" node@22.23.3 >&2
  node="$dir/node22/node_modules/node/bin/node"
fi
cat >send.mjs <<'SCRIPT'
import { diag, DiagLogLevel } from "@opentelemetry/api";
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from "@opentelemetry/otlp-transformer";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";

let warnings = 0;
const warn = () => warnings++;
diag.setLogger({ error: warn, warn, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
class Reader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}
async function send(value) {
  const reader = new Reader();
  new MeterProvider({ readers: [reader] }).getMeter("lab").createGauge("queue").record(value);
  const { resourceMetrics } = await reader.collect();
  const text = new TextDecoder().decode(JsonMetricsSerializer.serializeRequest(resourceMetrics));
  const bytes = Buffer.from(ProtobufMetricsSerializer.serializeRequest(resourceMetrics));
  const number = Buffer.alloc(9, 0x21); // field 4 (as_double), then eight bytes
  number.writeDoubleLE(value, 1);
  console.log(`${value}: JSON ${text.match(/"asDouble":[^,}]*/)?.[0]}, Protobuf has the value: ${bytes.includes(number)}`);
}
for (const value of [1.5, Number.NaN, Number.POSITIVE_INFINITY]) await send(value);
console.log(`warnings: ${warnings}`);
SCRIPT
seen=$(timeout 60 "$node" send.mjs)
expected=$(cat <<'TEXT'
1.5: JSON "asDouble":1.5, Protobuf has the value: true
NaN: JSON "asDouble":null, Protobuf has the value: true
Infinity: JSON "asDouble":null, Protobuf has the value: true
warnings: 0
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the value that is sent" "$expected" >&2
  exit 1
fi
echo "as recorded"
