#!/usr/bin/env bash
# @opentelemetry/sdk-logs, sdk-metrics and sdk-trace 3.1.1 with their OTLP exporters 0.301.0: a deploy script that reports
# one event, flushes and ends, and a collector that does not take it.
#
# Guess: forceFlush() and shutdown() reject with an Error where the collector refuses (401, 500) or takes only a part
# (partialSuccess), in all three kinds, so that the script can fail. A 429 waits as long as Retry-After says.
# True: logs and metrics resolve as if all were stored, for every refusal, and where nothing listens. Traces reject, but
# forceFlush() with a list of errors, which is no Error, and shutdown() with an Error. A part that was
# rejected is a success in all. With Retry-After: 60 none waits: the one request is all, since the exporter has ten
# seconds. What is lost is named only to a logger that is off by default.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" @opentelemetry/api@1.10.0 \
  @opentelemetry/sdk-{logs,metrics,trace}@3.1.1 @opentelemetry/exporter-{logs,metrics,trace}-otlp-http@0.301.0 >&2
cd "$dir"
node=node
if ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 15) ? 0 : 1)'; then
  npm install --no-save --no-audit --no-fund --loglevel=error --prefix "$dir/node22" node@22.23.3 >&2
  node="$dir/node22/node_modules/node/bin/node"
fi
cat >flush.mjs <<'SCRIPT'
import { once } from "node:events";
import http from "node:http";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";

const kinds = {
  logs: (url) => {
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url }) })] });
    provider.getLogger("deploy").emit({ body: "deployed" });
    return provider;
  },
  metrics: (url) => {
    const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url }) })] });
    provider.getMeter("deploy").createCounter("deploys").add(1);
    return provider;
  },
  traces: (url) => {
    const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) })] });
    provider.getTracer("deploy").startSpan("deploy").end();
    return provider;
  },
};
const part = { rejectedLogRecords: "1", rejectedDataPoints: "1", rejectedSpans: "1", errorMessage: "too old" };
const collectors = {
  "401": [401],
  "500": [500],
  "429 with Retry-After: 60": [429, {}, { "retry-after": "60" }],
  "a part": [200, { partialSuccess: part }],
  nobody: undefined,
};
const result = async (promise) => {
  try {
    await promise;
    return "resolves";
  } catch (error) {
    return `rejects with ${Array.isArray(error) ? "a list" : error instanceof Error ? "an Error" : typeof error}`;
  }
};
const ask = async (kind, collector) => {
  let requests = 0;
  const server = http.createServer(async (incoming, response) => {
    requests++;
    await once(incoming.resume(), "end");
    const [status, body = {}, headers = {}] = collector;
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${server.address().port}/`;
  if (collector === undefined) await new Promise((resolve) => server.close(resolve));
  const flushed = kinds[kind](url);
  const flush = await result(flushed.forceFlush());
  const tries = requests;
  await flushed.shutdown().catch(() => {});
  const shutdown = await result(kinds[kind](url).shutdown());
  return `${kind}: flush ${flush}, shutdown ${shutdown}${collector ? `, requests of the flush: ${tries}` : ""}`;
};
for (const [name, collector] of Object.entries(collectors)) {
  console.log(`${name}\n  ${(await Promise.all(Object.keys(kinds).map((kind) => ask(kind, collector)))).join("\n  ")}`);
}
process.exit();
SCRIPT
seen=$(timeout 90 "$node" flush.mjs)
expected=$(cat <<'TEXT'
401
  logs: flush resolves, shutdown resolves, requests of the flush: 1
  metrics: flush resolves, shutdown resolves, requests of the flush: 1
  traces: flush rejects with a list, shutdown rejects with an Error, requests of the flush: 1
500
  logs: flush resolves, shutdown resolves, requests of the flush: 1
  metrics: flush resolves, shutdown resolves, requests of the flush: 1
  traces: flush rejects with a list, shutdown rejects with an Error, requests of the flush: 1
429 with Retry-After: 60
  logs: flush resolves, shutdown resolves, requests of the flush: 1
  metrics: flush resolves, shutdown resolves, requests of the flush: 1
  traces: flush rejects with a list, shutdown rejects with an Error, requests of the flush: 1
a part
  logs: flush resolves, shutdown resolves, requests of the flush: 1
  metrics: flush resolves, shutdown resolves, requests of the flush: 1
  traces: flush resolves, shutdown resolves, requests of the flush: 1
nobody
  logs: flush resolves, shutdown resolves
  metrics: flush resolves, shutdown resolves
  traces: flush rejects with a list, shutdown rejects with an Error
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what forceFlush() says" "$expected" >&2
  exit 1
fi
echo "as recorded"
