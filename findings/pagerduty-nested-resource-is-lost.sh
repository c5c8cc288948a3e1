#!/usr/bin/env bash
# @pagerduty/pdjs 2.2.4, with the network replaced by nock 14.0.10.
#
# Guess: response.resource holds the list or object of the reply, and all() joins the pages of any
# endpoint that is paged by offset.
# True: the name of the resource is the first part of the path. GET /incidents gives its list, but
# /incidents/P1/alerts (a paged endpoint) looks for "incidents" in the reply, and even GET
# /incidents/P1 looks for "incidents" where the reply has "incident": resource is undefined. all() on
# the alerts then fetches both pages and throws a TypeError, on the second page only.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  @pagerduty/pdjs@2.2.4 nock@14.0.10 >&2
cd "$dir"
seen=$(node --input-type=module <<'SCRIPT'
import { createRequire } from "node:module";
const require = createRequire(`${process.cwd()}/`);
const nock = require("nock");
const { api } = require("@pagerduty/pdjs");

nock.disableNetConnect();
const page = (offset, more) => ({ alerts: [{ id: `A${offset}` }], limit: 1, offset, more });
nock("https://api.pagerduty.com")
  .get("/incidents").reply(200, { incidents: [{ id: "P1" }], limit: 1, offset: 0, more: false })
  .get("/incidents/P1").reply(200, { incident: { id: "P1" } })
  .get("/incidents/P1/alerts").reply(200, page(0, false))
  .get("/incidents/P1/alerts").reply(200, page(0, true))
  .get("/incidents/P1/alerts?limit=1&offset=1").reply(200, page(1, false));
const pd = api({ token: "fake-token" });
for (const path of ["/incidents", "/incidents/P1", "/incidents/P1/alerts"]) {
  const { data, resource } = await pd.get(path);
  console.log(`${path}: resource ${JSON.stringify(resource)}, keys of data ${Object.keys(data)}`);
}
console.log(`all alerts: ${await pd.all("/incidents/P1/alerts").then((r) => r.resource.length, (error) => error.message)}, unused replies ${nock.pendingMocks().length}`);
process.exit();
SCRIPT
)
expected=$(cat <<'TEXT'
/incidents: resource [{"id":"P1"}], keys of data incidents,limit,offset,more
/incidents/P1: resource undefined, keys of data incident
/incidents/P1/alerts: resource undefined, keys of data alerts,limit,offset,more
all alerts: Cannot read properties of undefined (reading 'concat'), unused replies 0
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the resource of nested endpoints" "$expected" >&2
  exit 1
fi
echo "as recorded"
