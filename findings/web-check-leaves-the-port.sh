#!/usr/bin/env bash
# check_http and check_curl of monitoring-plugins 2.3.3 (Debian 12), the second of which is to replace the first, with
# the same options on the same server.
#
# Guess: the two give the same state. A redirect to a path (Location: /login) is followed on the server that sent it.
# True: check_curl follows it on port 80 of the host, whichever port it came from, also with "sticky", and only with
# "stickyport" stays: it is CRITICAL for a service that works, or OK for another that happens to be there. A full
# address in Location is right in both. And where the server breaks off in the middle of the answer, check_curl is
# CRITICAL; check_http is OK, whatever length was announced, and UNKNOWN where the answer came in chunks.
set -euo pipefail
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" || true; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download monitoring-plugins-basic=2.3.3-5+deb12u2 monitoring-plugins-standard=2.3.3-5+deb12u2 liburiparser1 libcurl4 \
  libnghttp2-14 librtmp1 libssh2-1 libpsl5 libldap-2.5-0 libsasl2-2 libbrotli1 >&2
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu
cat >server.mjs <<'SCRIPT'
import { writeFileSync } from "node:fs";
import http from "node:http";

const answers = {
  "/page": (_, response) => response.end("all is well"),
  "/path": (_, response) => response.writeHead(302, { location: "/page" }).end(),
  "/full": ({ headers }, response) => response.writeHead(302, { location: `http://${headers.host}/page` }).end(),
  "/length": (_, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("all is well");
    setTimeout(() => response.destroy(), 200);
  },
  "/chunks": (_, response) => {
    response.write("all is well");
    setTimeout(() => response.destroy(), 200);
  },
};
const server = http.createServer((incoming, response) => answers[incoming.url](incoming, response));
server.listen(0, "127.0.0.1", () => writeFileSync("port", String(server.address().port)));
SCRIPT
timeout 60 node server.mjs &
pid=$!
for _ in $(seq 50); do [ -s port ] && break; sleep 0.1; done
port=$(cat port)
check() { # PATH OPTION...
  local path=$1 line="$*:" plugin
  shift
  for plugin in check_http check_curl; do
    local code=0 to
    timeout 20 root/usr/lib/nagios/plugins/$plugin -H 127.0.0.1 -p "$port" -u "/$path" "$@" -v >out 2>&1 || code=$?
    to=$(sed -n 's/^Redirection to .*:\([0-9]*\)\/.*/\1/p' out)
    # What is on port 80, if anything, is not ours: its state says nothing.
    [ "$to" != 80 ] || code=any
    line+=" $plugin $code${to:+ at port ${to/#$port/of the server}},"
  done
  echo "${line%,}"
}
seen=$(
  check page
  for how in follow sticky stickyport; do check path -f $how; done
  check full -f follow
  check length
  check length -s "all is well"
  check chunks
)
expected=$(cat <<'TEXT'
page: check_http 0, check_curl 0
path -f follow: check_http 0 at port of the server, check_curl any at port 80
path -f sticky: check_http 0 at port of the server, check_curl any at port 80
path -f stickyport: check_http 0 at port of the server, check_curl 0 at port of the server
full -f follow: check_http 0 at port of the server, check_curl 0 at port of the server
length: check_http 0, check_curl 2
length -s all is well: check_http 0, check_curl 2
chunks: check_http 3, check_curl 2
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what the two plugins say" "$expected" >&2
  exit 1
fi
echo "as recorded"
