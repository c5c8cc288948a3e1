#!/usr/bin/env bash
# sentry-cli 3.8.0 (npm), which runs a job and reports its start and end (monitors run), with a server on loopback.
#
# Guess: the report of the start does not hold up the job, at most for a second or two. A server that is busy (503) or slow
# costs a line on standard error. Whoever stops sentry-cli stops the job, and the end is reported as a failure.
# True: the job starts when the report is through. With 503 that is after six tries (about twenty seconds), and the end is
# held up in the same way. With a server that takes its time the job waits as long, here for twelve seconds, and nothing is
# printed. A 500 or 429 is not tried again. A SIGTERM ends sentry-cli alone: the job goes on, and its end is never
# reported.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" "@sentry/cli-linux-$(node -p process.arch)@3.8.0" >&2
cd "$dir"
cat >watch.mjs <<'SCRIPT'
import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

let status;
let answerAfterMs = 0;
let reports = [];
const server = http.createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  reports.push(body.match(/"status":"(\w+)"/)[1]);
  if (reports.length === 1) await sleep(answerAfterMs);
  response.writeHead(status, { "retry-after": "60" }).end("{}");
});
server.listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));

const program = `node_modules/@sentry/cli-linux-${process.arch}/bin/sentry-cli`;
async function run(name, seconds, { stopWhenStarted = false, port = server.address().port } = {}) {
  reports = [];
  for (const file of ["started", "ended"]) rmSync(file, { force: true });
  const env = { PATH: process.env.PATH, HOME: process.cwd(), SENTRY_DSN: `http://key@127.0.0.1:${port}/1` };
  const job = `touch started; ${stopWhenStarted ? "sleep 3; " : ""}touch ended; exit 7`;
  const child = spawn(program, ["monitors", "run", "backup", "--", "sh", "-c", job], { env, stdio: "ignore" });
  const begin = Date.now();
  let startedAfter;
  let code;
  child.once("exit", (exitCode, signal) => { code = exitCode ?? signal; });
  while (code === undefined && Date.now() - begin < seconds * 1000) {
    await sleep(100);
    if (startedAfter !== undefined || !existsSync("started")) continue;
    startedAfter = Date.now() - begin;
    if (stopWhenStarted) child.kill("SIGTERM");
  }
  if (code === undefined) child.kill("SIGTERM");
  if (stopWhenStarted) await sleep(4500);
  const start = startedAfter === undefined ? "not started" : startedAfter < 5000 ? "started at once" : "started late";
  const count = (kind) => reports.filter((report) => report === kind).length;
  const tries = `${count("in_progress")} tries for the start, ${count("error")} for the end`;
  console.log(`${name}: ${start}, ${existsSync("ended") ? "ended" : "not ended"}, ${tries}, exit ${code ?? "none"}`);
}
for (status of [200, 429, 500, 503]) await run(status, 120);
await run("no listener", 60, { port: 9 });
status = 200;
answerAfterMs = 12_000;
await run("slow answer", 60);
answerAfterMs = 0;
await run("SIGTERM", 10, { stopWhenStarted: true });
process.exit();
SCRIPT
seen=$(timeout 240 node watch.mjs)
expected=$(cat <<'TEXT'
200: started at once, ended, 1 tries for the start, 1 for the end, exit 7
429: started at once, ended, 1 tries for the start, 1 for the end, exit 7
500: started at once, ended, 1 tries for the start, 1 for the end, exit 7
503: started late, ended, 6 tries for the start, 6 for the end, exit 7
no listener: started at once, ended, 0 tries for the start, 0 for the end, exit 7
slow answer: started late, ended, 1 tries for the start, 1 for the end, exit 7
SIGTERM: started at once, ended, 1 tries for the start, 0 for the end, exit SIGTERM
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "when the job starts and what is reported" "$expected" >&2
  exit 1
fi
echo "as recorded"
