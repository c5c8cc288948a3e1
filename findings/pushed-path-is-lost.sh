#!/usr/bin/env bash
# prom-client 15.1.3 with Pushgateway 1.5.1 (Debian 12).
#
# Guess: a push with a path in its grouping key (mount: "/var/lib") is stored with that label, or rejects.
# True: pushAdd resolves and nothing is stored. The client escapes each slash in the URL, the
# gateway unescapes before it cleans the path, and answers 301 with the value split into parts; the
# client does not follow it, and takes every status under 400 as a success. delete() resolves in the
# same way and deletes nothing. "var/lib", without the first slash, rejects with 400 instead.
# A key named mount@base64 with an encoded value arrives, which the client does not do by itself.
set -euo pipefail
dir=$(mktemp -d)
gateway=
trap '[ -z "$gateway" ] || kill "$gateway" || true; rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  prom-client@15.1.3 >&2
cd "$dir"
apt-get -qq download prometheus-pushgateway=1.5.1-2+b5 >&2
dpkg -x prometheus-pushgateway_*.deb root
timeout 60 root/usr/bin/prometheus-pushgateway --web.listen-address=127.0.0.1:19391 \
  --persistence.file= >gateway.log 2>&1 &
gateway=$!
seen=$(timeout 50 node --input-type=module <<'SCRIPT'
import { Gauge, Pushgateway, Registry } from "prom-client";

const url = "http://127.0.0.1:19391";
for (let i = 0; i < 50 && !(await fetch(`${url}/-/ready`).catch(() => undefined))?.ok; i++)
  await new Promise((resolve) => setTimeout(resolve, 100));

const register = new Registry();
new Gauge({ name: "free_bytes", help: "Free bytes.", registers: [register] }).set(1);
const gateway = new Pushgateway(url, { timeout: 5000 }, register);
const groups = async () => (await (await fetch(`${url}/api/v1/metrics`)).json()).data.map(({ labels }) => labels.mount);

async function show(name, action) {
  const outcome = await action().then(({ resp }) => `resolves, ${resp.statusCode}`, () => "rejects");
  console.log(`${name}: ${outcome}; stored: ${JSON.stringify((await groups()).sort())}`);
}
const push = (mount) => show(`push ${mount}`, () => gateway.pushAdd({ jobName: "disk", groupings: { mount } }));
await push("/var/lib");
await push("/srv");
await push("/");
await push("var/lib");
await push("srv");
const groupings = { "mount@base64": Buffer.from("/var/lib").toString("base64url") };
await show("push mount@base64", () => gateway.pushAdd({ jobName: "disk", groupings }));
await show("delete /var/lib", () => gateway.delete({ jobName: "disk", groupings: { mount: "/var/lib" } }));
await show("delete srv", () => gateway.delete({ jobName: "disk", groupings: { mount: "srv" } }));
SCRIPT
)
expected=$(cat <<'TEXT'
push /var/lib: resolves, 301; stored: []
push /srv: resolves, 301; stored: []
push /: resolves, 301; stored: []
push var/lib: rejects; stored: []
push srv: resolves, 200; stored: ["srv"]
push mount@base64: resolves, 200; stored: ["/var/lib","srv"]
delete /var/lib: resolves, 301; stored: ["/var/lib","srv"]
delete srv: resolves, 202; stored: ["/var/lib"]
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what becomes of a push with a path" "$expected" >&2
  exit 1
fi
echo "as recorded"
