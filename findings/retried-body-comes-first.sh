#!/usr/bin/env bash
# curl 7.88.1 and jq 1.6 (Debian 12), in a pipe.
#
# Guess: curl --retry gives jq one body, that of the last try; with --fail-with-body it differs from --fail only
# when the last try fails.
# True: with --fail-with-body (and without any --fail) the body of each try that failed goes into the pipe
# before the good one, and the exit status is 0. jq takes them as several documents: the first line of
# its output is the count in the error body, here 0 incidents. Into a file (-o) there is only the last
# body, because curl can shorten a file, but not a pipe.
set -euo pipefail
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" || true; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 jq libjq1 libonig5 libnghttp2-14 librtmp1 \
  libssh2-1 libpsl5 libldap-2.5-0 libsasl2-2 libbrotli1 >&2
for package in *.deb; do dpkg -x "$package" root; done
cat >server.mjs <<'SCRIPT'
import http from "node:http";

let tries = 0;
http
  .createServer((_, response) => {
    tries += 1;
    const isGood = tries % 3 === 0;
    const body = isGood ? { incidents: ["disk is full"] } : { error: "try again", incidents: [] };
    response.writeHead(isGood ? 200 : 503, { "content-type": "application/json" }).end(JSON.stringify(body));
  })
  .listen(19397, "127.0.0.1", () => process.stdout.write("ready\n"));
SCRIPT
timeout 90 node server.mjs >ready &
server=$!
for _ in $(seq 50); do [ -s ready ] && break; sleep 0.1; done
export LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu
get() { timeout 20 root/usr/bin/curl -s --retry 3 --retry-delay 1 "$@" http://127.0.0.1:19397/; }
count() { root/usr/bin/jq '.incidents | length' | tr '\n' ' '; }
seen=$(
  echo "--fail: $(get --fail | count)"
  echo "--fail-with-body: $(get --fail-with-body | count)"
  echo "no --fail: $(get | count)"
  get --fail-with-body -o body
  echo "--fail-with-body -o: $(count <body)"
)
expected=$(printf '%s\n' '--fail: 1 ' '--fail-with-body: 0 0 1 ' 'no --fail: 0 0 1 ' '--fail-with-body -o: 1 ')
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what a pipe after a retry holds" "$expected" >&2
  exit 1
fi
echo "as recorded"
