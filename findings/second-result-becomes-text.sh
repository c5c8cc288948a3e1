#!/usr/bin/env bash
# send_nsca of NSCA 2.10.2 and of NSCA-ng 1.6 (both Debian 12), which take results of checks on standard input for a
# Nagios or Icinga elsewhere, each with its own server.
#
# Guess: one line is one result, as the help of send_nsca has it (host, service, code, text, [newline]), so that a job
# can pipe the results of all its checks into one send_nsca.
# True: the whole input is one result. The critical disk behind the good load becomes text of the load, which is OK: it
# is reported as sent, with exit code 0, and the disk never changes its state. Both of them agree; a byte that no
# file of text has (octal 27) is what separates results.
set -euo pipefail
dir=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" || true; done; wait; rm -rf "$dir"' EXIT
cd "$dir"
mkdir nsca nsca-ng
(cd nsca && apt-get -qq download nsca=2.10.2-2 nsca-client=2.10.2-2 libmcrypt4 >&2)
(cd nsca-ng && apt-get -qq download nsca-ng-server=1.6-6 nsca-ng-client=1.6-6 libconfuse2 libev4 >&2)
for package in */*.deb; do dpkg -x "$package" "${package%/*}/root"; done
free() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
run() { # SYSTEM COMMAND...
  local system=$1
  shift
  LD_LIBRARY_PATH=$dir/$system/root/usr/lib/x86_64-linux-gnu "$@"
}
port=$(free)
cat >nsca/server.cfg <<CONF
server_address=127.0.0.1
server_port=$port
command_file=$dir/nsca/commands
alternate_dump_file=$dir/nsca/dump
append_to_file=1
aggregate_writes=0
decryption_method=0
password=fake
CONF
printf 'encryption_method=0\npassword=fake\n' >nsca/client.cfg
touch nsca/commands
run nsca timeout 60 nsca/root/usr/sbin/nsca -c nsca/server.cfg -f --single >nsca/log 2>&1 &
pids+=($!)
other=$(free)
cat >nsca-ng/server.cfg <<CONF
listen = "127.0.0.1:$other"
command_file = "$dir/nsca-ng/pipe"
pid_file = "$dir/nsca-ng/pid"
user = "$(id -un)"
authorize "*" {
  password = "fake"
  hosts = ".*"
  services = ".*"
}
CONF
printf 'identity = "job"\npassword = "fake"\n' >nsca-ng/client.cfg
mkfifo nsca-ng/pipe
timeout 60 cat <>nsca-ng/pipe >>nsca-ng/commands &
pids+=($!)
run nsca-ng timeout 60 nsca-ng/root/usr/sbin/nsca-ng -c nsca-ng/server.cfg -F >nsca-ng/log 2>&1 &
pids+=($!)
sleep 2
disk='web\tdisk\t2\tdisk is full'
load='web\tload\t0\tload is fine'
send() { # SYSTEM PORT INPUT
  local code=0
  printf '%b' "$3" | run "$1" timeout 10 "$1/root/usr/sbin/send_nsca" -H 127.0.0.1 -p "$2" -c "$1/client.cfg" >&2 || code=$?
  sleep 1
  echo "$1, exit code $code:"
  sed 's/^\[[0-9]*\] /  /' "$1/commands"
  : >"$1/commands"
}
seen=$(
  for separator in '\n' '\0027'; do
    echo "separated by $separator"
    send nsca "$port" "$load$separator$disk\n"
    send nsca-ng "$other" "$load$separator$disk\n"
  done
)
tab=$(printf '\t')
expected=$(cat <<TEXT
separated by \\n
nsca, exit code 0:
  PROCESS_SERVICE_CHECK_RESULT;web;load;0;load is fine\\nweb${tab}disk${tab}2${tab}disk is full
nsca-ng, exit code 0:
  PROCESS_SERVICE_CHECK_RESULT;web;load;0;load is fine\\nweb${tab}disk${tab}2${tab}disk is full
separated by \\0027
nsca, exit code 0:
  PROCESS_SERVICE_CHECK_RESULT;web;load;0;load is fine
  PROCESS_SERVICE_CHECK_RESULT;web;disk;2;disk is full
nsca-ng, exit code 0:
  PROCESS_SERVICE_CHECK_RESULT;web;load;0;load is fine
  PROCESS_SERVICE_CHECK_RESULT;web;disk;2;disk is full
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the results that arrive" "$expected" >&2
  cat nsca/log nsca-ng/log >&2
  exit 1
fi
echo "as recorded"
