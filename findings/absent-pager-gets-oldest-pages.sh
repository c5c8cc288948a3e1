#!/usr/bin/env bash
# mosquitto 2.0.11 (Debian 12) with mqtt.js 5.16.0: pages at QoS 1 ("at least once") for a pager with a session that
# lasts, while it is away. In both versions of MQTT.
#
# Guess: the broker keeps them all; or, past a limit, the publisher is told (MQTT 5 has the reason 0x97, quota
# exceeded), or the oldest pages go, since the newest matter most.
# True: each of 1200 pages is confirmed, as success in both versions, and the pager that comes back gets the first 1000.
# The newest 200 are gone, among them whatever says how it stands now: the last page that it reads is an old one.
# Only the log of the broker has a line, one for all of them.
set -euo pipefail
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" || true; wait; rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" mqtt@5.16.0 >&2
cd "$dir"
apt-get -qq download mosquitto=2.0.11-1.2+deb12u2 libcjson1 libdlt2 libwrap0 >&2
for package in *.deb; do dpkg -x "$package" root; done
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
printf 'listener %s 127.0.0.1\nallow_anonymous true\npersistence false\nuser %s\n' "$port" "$(id -un)" >mosquitto.conf
LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu:$dir/root/lib/x86_64-linux-gnu timeout 90 \
  root/usr/sbin/mosquitto -c mosquitto.conf >mosquitto.log 2>&1 &
pid=$!
cat >page.mjs <<'SCRIPT'
import { setTimeout } from "node:timers/promises";
import mqtt from "mqtt";

const url = `mqtt://127.0.0.1:${process.argv[2]}`;
for (const protocolVersion of [4, 5]) {
  const topic = `page/${protocolVersion}`;
  const session = { protocolVersion, clientId: `pager-${protocolVersion}`, clean: false };
  if (protocolVersion === 5) session.properties = { sessionExpiryInterval: 3600 };
  const before = await mqtt.connectAsync(url, session);
  await before.subscribeAsync(topic, { qos: 1 });
  await before.endAsync();

  const publisher = await mqtt.connectAsync(url, { protocolVersion });
  const answers = new Set();
  for (let page = 1; page <= 1200; page++) {
    answers.add(await publisher.publishAsync(topic, String(page), { qos: 1 }).then(({ reasonCode = 0 }) => reasonCode, String));
  }
  await publisher.endAsync();

  const pages = [];
  const after = mqtt.connect(url, session);
  after.on("message", (_, text) => pages.push(Number(text)));
  await setTimeout(4000);
  await after.endAsync();
  console.log(`MQTT ${protocolVersion}: 1200 confirmed with ${[...answers]}, ${pages.length} arrive, from ${pages[0]} to ${pages.at(-1)}`);
}
SCRIPT
sleep 2
seen=$(timeout 60 node page.mjs "$port")
expected=$(cat <<'TEXT'
MQTT 4: 1200 confirmed with 0, 1000 arrive, from 1 to 1000
MQTT 5: 1200 confirmed with 0, 1000 arrive, from 1 to 1000
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "which pages arrive" "$expected" >&2
  tail -n 5 mosquitto.log >&2
  exit 1
fi
grep -c 'Outgoing messages are being dropped' mosquitto.log | sed 's/^/lines in the log: /'
echo "as recorded"
