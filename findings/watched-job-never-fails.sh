#!/usr/bin/env bash
# cronitor 2.6.1, which reports the runs of a job, alone and joined with node-cron 4.6.0, with the network replaced by
# nock 14.0.10.
#
# Guess: a job inside wrap() behaves as it does alone, with two pings more: it gets its arguments, and its failure is
# reported and passed on.
# True: the failure ends in wrap(). The call resolves with undefined, so the program ends with success, node-cron emits
# execution:finished where it emits execution:failed without cronitor, and its log is silent. When the ping is
# refused as well (500), nobody hears of the failure at all. The second argument is dropped, and the job does not
# begin before the first ping is answered: a slow service of the watcher delays what it watches.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  cronitor@2.6.1 node-cron@4.6.0 nock@14.0.10 >&2
cd "$dir"
cat >job.mjs <<'SCRIPT'
import { setTimeout } from "node:timers/promises";
import Cronitor from "cronitor";
import nock from "nock";
import nodeCron from "node-cron";

// What cronitor and node-cron log is not of interest here.
console.error = () => {};
let status = 200;
let delay = 0;
let pings = [];
nock.disableNetConnect();
nock("https://cronitor.link").persist().get(/./).reply(async (path) => {
  await setTimeout(delay);
  const query = new URLSearchParams(path.split("?")[1]);
  pings.push([query.get("state"), query.get("message")].filter(Boolean).join(" "));
  return [status, ""];
});
const cronitor = new Cronitor("fake-key");
const fail = async () => {
  throw new Error("disk is full");
};
const call = (job, ...args) => job(...args).then((value) => `resolves with ${value}`, ({ message }) => `rejects with ${message}`);
const report = (text) => {
  console.log(`${text}, pings: ${pings.join(", ") || "none"}`);
  pings = [];
};
report(`alone: ${await call(fail)}`);
report(`wrapped: ${await call(cronitor.wrap("backup", fail))}`);
status = 500;
report(`wrapped, ping refused: ${await call(cronitor.wrap("backup", fail))}`);
status = 200;
await cronitor.wrap("backup", (...args) => console.log(`arguments of two: ${args.filter(Boolean).length}`))("db-1", "db-2");
delay = 1500;
const begin = performance.now();
await cronitor.wrap("backup", () => console.log(`begins after the ping: ${performance.now() - begin > 1400}`))();
delay = 0;
pings = [];

const events = async (task) => {
  const seen = new Set();
  for (const event of ["execution:finished", "execution:failed"]) task.on(event, () => seen.add(event));
  await setTimeout(2500);
  await task.stop();
  return [...seen].join(", ");
};
console.log(`node-cron alone: ${await events(nodeCron.schedule("* * * * * *", fail))}`);
cronitor.wraps(nodeCron);
console.log(`node-cron with cronitor: ${await events(cronitor.schedule("backup", "* * * * * *", fail))}`);
process.exit();
SCRIPT
seen=$(timeout 60 node job.mjs)
expected=$(cat <<'TEXT'
alone: rejects with disk is full, pings: none
wrapped: resolves with undefined, pings: run, fail Error: disk is full
wrapped, ping refused: resolves with undefined, pings: run, fail Error: disk is full
arguments of two: 1
begins after the ping: true
node-cron alone: execution:failed
node-cron with cronitor: execution:finished
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what a wrapped job does" "$expected" >&2
  exit 1
fi
echo "as recorded"
