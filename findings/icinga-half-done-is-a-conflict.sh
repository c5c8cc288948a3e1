#!/usr/bin/env bash
# Icinga 2.13.6 (Debian 12): actions of its API, with two services of which one is critical.
#
# Guess: an acknowledgment that finds no service is a 404, one that works for a part of the services is a
# success with a code for each, and a second one is a success that changes nothing.
# True: a filter that matches nothing is a 500 with an empty list, which looks like a server in
# trouble: a client that repeats failures of the server repeats it in vain. Done for one service and
# refused for the other is a 409, and so is an acknowledgment of what is acknowledged. Removing an
# acknowledgment that is not there is a 200 that claims to have removed it, and a downtime may be
# in the past.
set -euo pipefail
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" || true; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download icinga2-bin=2.13.6-2+deb12u2 libedit2 libbsd0 libmd0 libicu72 \
  libboost-{context,coroutine,filesystem,iostreams,program-options,regex,thread}1.74.0 >&2
for package in *.deb; do dpkg -x "$package" root; done
mkdir -p icinga/{cache,lib/certs,log,run/icinga2/cmd,spool}
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=node.example -addext subjectAltName=DNS:node.example \
  -keyout icinga/lib/certs/node.example.key -out icinga/lib/certs/node.example.crt 2>/dev/null
cp icinga/lib/certs/node.example.crt icinga/lib/certs/ca.crt
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >icinga2.conf <<CONF
const NodeName = "node.example"
object Endpoint NodeName {}
object Zone "main" { endpoints = [ NodeName ] }
object ApiListener "api" {
  bind_host = "127.0.0.1"
  bind_port = "$port"
}
object ApiUser "ada" {
  password = "fake-password"
  permissions = [ "*" ]
}
object CheckCommand "passive" { command = [ "/bin/true" ] }
object Host "web" {
  check_command = "passive"
  enable_active_checks = false
}
template Service "passive" {
  host_name = "web"
  check_command = "passive"
  enable_active_checks = false
  max_check_attempts = 1
}
object Service "disk" { import "passive" }
object Service "load" { import "passive" }
CONF
LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu:$dir/root/lib/x86_64-linux-gnu timeout -k 3 120 \
  root/usr/lib/x86_64-linux-gnu/icinga2/sbin/icinga2 daemon -c icinga2.conf -DInitRunDir="$dir/icinga/run" \
  -DLogDir="$dir/icinga/log" -DDataDir="$dir/icinga/lib" -DCacheDir="$dir/icinga/cache" -DSpoolDir="$dir/icinga/spool" \
  -DRunAsUser="$(id -un)" -DRunAsGroup="$(id -gn)" >icinga/out 2>&1 &
pid=$!
call() { # ACTION FILTER FIELDS
  curl -sk --max-time 10 -u ada:fake-password -H "Accept: application/json" -w ' HTTP %{http_code}\n' -X POST \
    "https://127.0.0.1:$port/v1/actions/$1" -d '{"type": "Service", "filter": "'"$2"'", "author": "ada", "comment": "looking", '"$3"'}' |
    sed -E "s/[0-9a-f]{8}-[0-9a-f-]{27}/ID/g"
}
for _ in $(seq 100); do curl -sk -o icinga/answer "https://127.0.0.1:$port/" && break; sleep 0.2; done
disk='service.name==\"disk\"' load='service.name==\"load\"' none='service.name==\"none\"'
call process-check-result "$disk" '"exit_status": 2, "plugin_output": "full"' >&2
call process-check-result "$load" '"exit_status": 0, "plugin_output": "fine"' >&2
sleep 1
seen=$(
  printf 'no service: '; call acknowledge-problem "$none" '"sticky": true'
  printf 'both: '; call acknowledge-problem "$disk || $load" '"sticky": true'
  printf 'again: '; call acknowledge-problem "$disk" '"sticky": true'
  printf 'removed from one that has none: '; call remove-acknowledgement "$load" '"pretty": false'
  printf 'downtime in the past: '; call schedule-downtime "$load" '"start_time": 1767225600, "end_time": 1767229200'
)
expected=$(cat <<'TEXT'
no service: {"results":[]} HTTP 500
both: {"results":[{"code":200,"status":"Successfully acknowledged problem for object 'web!disk'."},{"code":409,"status":"Service web!load is OK."}]} HTTP 409
again: {"results":[{"code":409,"status":"Service web!disk is already acknowledged."}]} HTTP 409
removed from one that has none: {"results":[{"code":200,"status":"Successfully removed acknowledgement for object 'web!load'."}]} HTTP 200
downtime in the past: {"results":[{"code":200,"legacy_id":1,"name":"web!load!ID","status":"Successfully scheduled downtime 'web!load!ID' for object 'web!load'."}]} HTTP 200
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the answers" "$expected" >&2
  exit 1
fi
echo "as recorded"
