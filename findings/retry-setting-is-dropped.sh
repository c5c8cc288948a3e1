#!/usr/bin/env bash
# opsgenie-sdk 0.5.1, with the network replaced by nock 14.0.10: creating an alert while the server answers 503 or 429.
#
# Guess: configure({ maxAttempts: 2, retryDelay: 100 }) means two requests, 0.1 s apart, and a limited request
# (429) waits as long as Retry-After says.
# True: the settings are merged and then dropped: it makes five requests, five seconds apart, so that the call
# takes 20 seconds whatever was asked for. A 429 is no other: it asks four more times within the minute that
# Retry-After names.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  opsgenie-sdk@0.5.1 nock@14.0.10 >&2
cd "$dir"
cat >create.cjs <<'SCRIPT'
const nock = require("nock");
const opsgenie = require("opsgenie-sdk");

nock.disableNetConnect();
opsgenie.configure({ api_key: "fake-key", maxAttempts: 2, retryDelay: 100 });
const create = (status) => {
  const times = [];
  nock("https://api.opsgenie.com").persist().post("/v2/alerts/").reply(() => {
    times.push(Date.now());
    return [status, { message: "not now" }, { "Retry-After": "60" }];
  });
  return new Promise((resolve) => {
    opsgenie.alertV2.create({ message: "disk is full", alias: "db-1-disk" }, (error) => {
      nock.cleanAll();
      const gaps = times.slice(1).map((time, index) => Math.floor((time - times[index]) / 1000));
      resolve(`${status}: requests ${times.length}, seconds between them ${gaps.join(" ") || "-"}, error ${error.httpStatusCode}`);
    });
  });
};
(async () => {
  for (const status of [503, 429]) console.log(await create(status));
})();
SCRIPT
seen=$(timeout 90 node create.cjs 2>/dev/null)
expected=$(cat <<'TEXT'
503: requests 5, seconds between them 5 5 5 5, error 503
429: requests 5, seconds between them 5 5 5 5, error 429
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the requests" "$expected" >&2
  exit 1
fi
echo "as recorded"
