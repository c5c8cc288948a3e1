#!/usr/bin/env bash
# mcp-alertmanager 2.1.1, an MCP server for Alertmanager 0.25.0 (Debian 12), called by @modelcontextprotocol/sdk 1.32.2,
# next to amtool of the same Alertmanager: one silence for each duration.
#
# Guess: createSilence takes durations as Alertmanager and amtool write them (1h30m, 1d12h, 1w), or refuses those that it
# does not know.
# True: it takes the number at the beginning and the unit at the end, and leaves out what is between: 1h30m is a silence
# of one minute, 1d12h of one hour, 1.5d of one day. Each is reported as created successfully, with an id and no
# end, so nobody sees that the pages of the maintenance begin in the middle of it. 1w and 90 are refused; 0.5h gets as
# far as Alertmanager, which refuses it as over before it begins.
set -euo pipefail
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" || true; wait; rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" mcp-alertmanager@2.1.1 \
  @modelcontextprotocol/sdk@1.32.2 zod@4.6.7 >&2
cd "$dir"
apt-get -qq download prometheus-alertmanager=0.25.0-1+b4 >&2
dpkg -x prometheus-alertmanager_*.deb root
printf 'route: { receiver: none }\nreceivers: [{ name: none }]\n' >alertmanager.yml
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://127.0.0.1:$port
timeout 60 root/usr/bin/prometheus-alertmanager --config.file=alertmanager.yml --storage.path=data \
  --web.listen-address="127.0.0.1:$port" --cluster.listen-address= >alertmanager.log 2>&1 &
pid=$!
for _ in $(seq 50); do curl -sf "$url/-/ready" >/dev/null && break; sleep 0.2; done
cat >silence.mjs <<'SCRIPT'
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [url, ...durations] = process.argv.slice(2);
const client = new Client({ name: "test", version: "1.0.0" });
await client.connect(new StdioClientTransport({ command: "node_modules/.bin/mcp-alertmanager", args: ["--url", url], stderr: "ignore" }));
const lasts = async (name) => {
  const [silence] = await fetch(`${url}/api/v2/silences?filter=alertname="${name}"`).then((response) => response.json());
  if (!silence) return "none";
  const minutes = Math.round((Date.parse(silence.endsAt) - Date.parse(silence.startsAt)) / 60_000);
  return `${minutes} min`;
};
for (const duration of durations) {
  const { isError } = await client.callTool({ name: "createSilence", arguments: { alertName: `mcp-${duration}`, duration } });
  const args = ["silence", "add", `alertname=amtool-${duration}`, "--author", "ada", "--comment", "move", "--duration", duration];
  await promisify(execFile)("root/usr/bin/amtool", [`--alertmanager.url=${url}`, ...args]).catch(() => {});
  console.log(`${duration}: amtool ${await lasts(`amtool-${duration}`)}, MCP ${isError ? "error" : "success"} ${await lasts(`mcp-${duration}`)}`);
}
await client.close();
SCRIPT
seen=$(timeout 40 node silence.mjs "$url" 30m 1d 1h30m 1d12h 1w 1.5d 0.5h 90)
expected=$(cat <<'TEXT'
30m: amtool 30 min, MCP success 30 min
1d: amtool 1440 min, MCP success 1440 min
1h30m: amtool 90 min, MCP success 1 min
1d12h: amtool 2160 min, MCP success 60 min
1w: amtool 10080 min, MCP error none
1.5d: amtool none, MCP success 1440 min
0.5h: amtool none, MCP error none
90: amtool none, MCP error none
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "how long the silences last" "$expected" >&2
  tail -n 5 alertmanager.log >&2
  exit 1
fi
echo "as recorded"
