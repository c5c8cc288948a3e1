#!/usr/bin/env bash
# pagerduty-cli 0.1.18 (the command pd), with the network replaced by nock 14.0.10: 30 open incidents in two pages.
#
# Guess: where the server fails or refuses the token, pd incident list ends with an error code; where the
# second page fails, it prints nothing, or the first page with an error code.
# True: it always ends with 0. Without an answer it says "No incidents found", and with a failing second page
# it prints 25 of the 30, in JSON too: standard output is that of a list that has 25. The failure is a
# line on standard error only. Other lists of the same program (users, schedules) end with 1.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  pagerduty-cli@0.1.18 nock@14.0.10 >&2
cd "$dir"
mkdir -p home/.config/pagerduty-cli
cat >home/.config/pagerduty-cli/config.json <<'JSON'
{
  "defaultSubdomain": "example",
  "subdomains": [{ "alias": "example", "subdomain": "example", "legacyToken": "fakefakefakefakefake", "isDomainToken": true }]
}
JSON
cat >network.cjs <<'SCRIPT'
const nock = require("nock");
nock.disableNetConnect();
const incident = (number) => ({
  id: `PFAKE${number}`, incident_number: number, title: `Disk ${number}`, status: "triggered", urgency: "high",
  created_at: "2026-01-05T08:00:00Z", service: { id: "PFAKES", summary: "Database" }, teams: [], assignments: [],
  alert_counts: { all: 1, triggered: 1, resolved: 0 }, html_url: `https://example.pagerduty.com/incidents/PFAKE${number}`,
});
const failures = { refused: [401, { error: { message: "Unauthorized" } }], down: [500, { error: { message: "Internal Server Error" } }] };
nock("https://api.pagerduty.com").persist().get(/.*/).reply((path) => {
  const { pathname, searchParams } = new URL(path, "http://example.com");
  const offset = Number(searchParams.get("offset") ?? 0);
  const failure = failures[process.env.SERVER] ?? (process.env.SERVER === "half" && offset > 0 ? failures.down : undefined);
  if (failure !== undefined) return failure;
  if (pathname === "/priorities") return [200, { priorities: [], limit: 25, offset, more: false, total: 0 }];
  const incidents = Array.from({ length: Math.min(25, 30 - offset) }, (_, index) => incident(offset + index + 1));
  return [200, { incidents, limit: 25, offset, more: offset + 25 < 30, total: 30 }];
});
SCRIPT
seen=$(
  for server in up half down refused; do
    code=0
    HOME=$dir/home XDG_CONFIG_HOME=$dir/home/.config XDG_CACHE_HOME=$dir/home/.cache SERVER=$server \
      NODE_OPTIONS="--require $dir/network.cjs" timeout 100 node_modules/.bin/pd incident list --json >out 2>talk || code=$?
    printf '%s: exit code %s, %s incidents, "No incidents found": %s\n' "$server" "$code" "$(grep -c '"id": "PFAKE[0-9]' out)" \
      "$(grep -q 'No incidents found' talk && echo yes || echo no)"
  done
)
expected=$(cat <<'TEXT'
up: exit code 0, 30 incidents, "No incidents found": no
half: exit code 0, 25 incidents, "No incidents found": no
down: exit code 0, 0 incidents, "No incidents found": yes
refused: exit code 0, 0 incidents, "No incidents found": yes
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the lists and exit codes" "$expected" >&2
  exit 1
fi
echo "as recorded"
