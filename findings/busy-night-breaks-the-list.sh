#!/usr/bin/env bash
# victorops-api-client 1.0.2, with a server on loopback that answers as the API of VictorOps does.
#
# Guess: the list of incidents is read whatever its length, and an incident can be opened with details as long as the
# API takes them.
# True: an answer above 10,000 bytes is refused by the client, and a request above 2,000 is never sent. With incidents of
# ordinary size that is the twentieth: the list works in all quiet nights, and fails in the one with an outage. The
# error is a RequestError without a status, the same as for a broken connection, so what repeats those repeats this one
# in vain. An incident with a stack trace in its details is not opened. The two limits can be raised in the options.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" victorops-api-client@1.0.2 >&2
cd "$dir"
cat >incidents.mjs <<'SCRIPT'
import { once } from "node:events";
import http from "node:http";
import VictorOps from "victorops-api-client";

const incident = (number) => ({
  incidentNumber: String(100 + number),
  startTime: "2026-01-01T02:40:00Z",
  currentPhase: "UNACKED",
  alertCount: 3,
  lastAlertTime: "2026-01-01T02:41:00Z",
  lastAlertId: "00000000-0000-0000-0000-000000000000",
  entityId: `web-${10 + number}/disk`,
  host: `web-${10 + number}`,
  service: "disk",
  entityDisplayName: `disk of web-${10 + number} is full`,
  pagedUsers: ["ann"],
  pagedTeams: ["ops"],
  pagedPolicies: [{ policy: { name: "primary", slug: "pol-fake" }, team: { name: "ops", slug: "team-fake" } }],
  transitions: [{ name: "triggered", at: "2026-01-01T02:40:00Z", message: "" }],
});
let answer = "";
let requests = 0;
const server = http.createServer(async (incoming, response) => {
  requests++;
  await once(incoming.resume(), "end");
  response.writeHead(200, { "content-type": "application/json" }).end(answer);
});
await once(server.listen(0, "127.0.0.1"), "listening");
const baseUrl = `http://127.0.0.1:${server.address().port}`;
const client = (options) => new VictorOps({ apiId: "fake", apiKey: "fake", baseUrl, ...options });
const show = async (text, promise) => {
  requests = 0;
  const result = await promise().then(
    ({ incidents }) => (incidents ? `${incidents.length} incidents` : "opened"),
    (error) => `${error.name}, status ${error.statusCode}, ${/max\w+Length/.exec(error.message)?.[0]}`,
  );
  console.log(`${text}: ${result}, requests: ${requests}`);
};
for (const count of [19, 20]) {
  answer = JSON.stringify({ incidents: Array.from({ length: count }, (_, number) => incident(number)) });
  await show(`list of ${count}`, () => client().incidents.getIncidents());
}
await show("list of 20, limit raised", () => client({ maxContentLength: 1e6 }).incidents.getIncidents());
answer = JSON.stringify({ incidentNumber: "120" });
for (const lines of [20, 50]) {
  const details = "    at handle (/srv/app/lib/orders.js:120:9)\n".repeat(lines);
  await show(`trace of ${lines} lines`, () =>
    client().incidents.createIncident({ summary: "orders fail", details, userName: "ann", targets: [{ type: "User", slug: "bob" }] }));
}
process.exit();
SCRIPT
seen=$(timeout 30 node incidents.mjs)
expected=$(cat <<'TEXT'
list of 19: 19 incidents, requests: 1
list of 20: RequestError, status undefined, maxContentLength, requests: 1
list of 20, limit raised: 20 incidents, requests: 1
trace of 20 lines: opened, requests: 1
trace of 50 lines: RequestError, status undefined, maxBodyLength, requests: 0
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "how long a list may be" "$expected" >&2
  exit 1
fi
echo "as recorded"
