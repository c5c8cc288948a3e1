#!/usr/bin/env bash
# hot-shots 17.1.1 (npm), the client for StatsD, with collectd 5.12.0 (Debian 12), whose statsd plugin listens on loopback.
#
# Guess: collectd takes the number and leaves out the tags, which it does not know, or has them in the name. Only a kind that
# it does not have (histogram, event) is missing. A gauge that is set to -5 is -5.
# True: a metric with a tag is dropped as a whole, the counter as well as the gauge, also where the tag is a global one of
# the client: one setting there, and every rule has no data. Without tags it is stored again, and so it is with the
# option "telegraf", where the tag becomes part of the name. The gauge goes below zero by what was there before: 20 and
# then -5 is 15, so a frozen sensor looks warm. The client hears of nothing; collectd has a line in its log for each.
set -euo pipefail
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" || true; wait; rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" hot-shots@17.1.1 >&2
cd "$dir"
apt-get -qq download collectd-core=5.12.0-14 libcap2 >&2
for package in *.deb; do dpkg -x "$package" root; done
lib=$(dirname "$(find "$dir/root" -name 'libcap.so.2' | head -1)")
port=$(python3 -c 'import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >collectd.conf <<CONF
BaseDir "$dir"
PIDFile "$dir/pid"
PluginDir "$dir/root/usr/lib/collectd"
TypesDB "$dir/root/usr/share/collectd/types.db"
Hostname "web-01"
FQDNLookup false
Interval 1
LoadPlugin logfile
LoadPlugin statsd
LoadPlugin csv
<Plugin logfile>
  LogLevel info
  File "$dir/log"
</Plugin>
<Plugin csv>
  DataDir "$dir/csv"
</Plugin>
<Plugin statsd>
  Host "127.0.0.1"
  Port "$port"
</Plugin>
CONF
LD_LIBRARY_PATH=$lib timeout 60 root/usr/sbin/collectd -f -C collectd.conf >&2 &
pid=$!
for _ in $(seq 50); do grep -q 'Listening on' log 2>/dev/null && break; sleep 0.2; done
cat >send.mjs <<'SCRIPT'
import { setTimeout as sleep } from "node:timers/promises";
import StatsD from "hot-shots";

let errors = 0;
const client = (options) => new StatsD({ host: "127.0.0.1", port: Number(process.argv[2]), errorHandler: () => { errors += 1; }, ...options });
const plain = client({});
const everywhere = client({ globalTags: { env: "prod" } });
const telegraf = client({ telegraf: true });
plain.increment("pages_plain");
plain.increment("pages_tagged", 1, ["service:db"]);
plain.gauge("queue_plain", 7);
plain.gauge("queue_tagged", 7, ["service:db"]);
plain.histogram("seconds", 3);
plain.event("deploy", "1.2.0");
everywhere.increment("pages_global");
telegraf.increment("pages_telegraf", 1, ["service:db"]);
plain.gauge("temperature", 20);
await sleep(500);
plain.gauge("temperature", -5);
await sleep(500);
for (const each of [plain, everywhere, telegraf]) each.close(() => {});
console.log(`errors in the client: ${errors}`);
SCRIPT
seen=$(
  timeout 20 node send.mjs "$port"
  for _ in $(seq 50); do tail -qn 1 csv/web-01/statsd/gauge-temperature* 2>/dev/null | grep -q ',15' && break; sleep 0.2; done
  sleep 2
  echo "stored: $(find csv -type f -printf '%f\n' | sed -E 's/-[0-9]{4}-[0-9]{2}-[0-9]{2}$//' | sort -u | paste -sd' ')"
  echo "temperature: $(tail -qn 1 csv/web-01/statsd/gauge-temperature* | tail -n 1 | cut -d, -f2)"
  echo "not read: $(sed -n 's/.*Unable to parse line: "\([a-z_{]*\).*/\1/p' log | sort | paste -sd' ')"
)
expected=$(cat <<'TEXT'
errors in the client: 0
stored: derive-pages_plain derive-pages_telegraf,service=db gauge-queue_plain gauge-temperature
temperature: 15.000000
not read: _e{ pages_global pages_tagged queue_tagged seconds
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what collectd stores" "$expected" >&2
  tail -n 5 log >&2
  exit 1
fi
echo "as recorded"
