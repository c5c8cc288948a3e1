#!/usr/bin/env bash
# rsyslog 8.2302.0 (Debian 12): omprog with confirmMessages, a program that pages for each message, and everything
# else as it is by default.
#
# Guess: a message that the program refuses is lost, since action.resumeRetryCount is 0 by default (no retry). The
# messages after it reach the program.
# True: the program is asked for the same message ten times, a second apart. Then rsyslog leaves the action for
# thirty seconds, and what arrives in that time is lost as well, though the program never saw it: two good
# messages here. With action.resumeRetryCount="-1" it is asked for again after each thirty seconds, and no message
# passes it.
set -euo pipefail
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" || true; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download rsyslog=8.2302.0-1+deb12u2 libestr0 libfastjson4 liblognorm5 libuuid1 bsdutils >&2
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu:$dir/root/lib/x86_64-linux-gnu
modules=$dir/root/usr/lib/x86_64-linux-gnu/rsyslog
cat >page <<SCRIPT
#!/bin/bash
echo OK
while read -r line; do
  echo "\$line" >>"$dir/asked"
  case \$line in *refused*) echo "not now" ;; *) echo OK ;; esac
done
SCRIPT
chmod 755 page
run() { # NAME SETTINGS
  rm -f asked socket
  cat >rsyslog.conf <<CONF
global(workDirectory="$dir")
module(load="$modules/omprog")
module(load="$modules/imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="$dir/socket" RateLimit.Interval="0")
template(name="line" type="string" string="%msg%\n")
action(type="omprog" binary="$dir/page" template="line" confirmMessages="on" $2)
CONF
  timeout 90 root/usr/sbin/rsyslogd -n -f rsyslog.conf -i "$dir/pid" -M "$modules" >&2 &
  pid=$!
  for _ in $(seq 50); do [ -S socket ] && break; sleep 0.1; done
  sleep 1
  for message in "first" "refused" "good 1" "good 2"; do
    root/usr/bin/logger -u "$dir/socket" -t pager "$message"
    sleep 1
  done
  sleep 48
  root/usr/bin/logger -u "$dir/socket" -t pager "last"
  sleep 3
  printf '%s: %s\n' "$1" "$(uniq -c asked | awk '{ n = $1; $1 = ""; print substr($0, 2) " " (n > 10 ? "more than 10" : n) "x" }' | paste -sd ,)"
  kill "$pid" || true
  wait "$pid" || true
  pid=
}
seen=$(run "default" ""; run "resumeRetryCount -1" 'action.resumeRetryCount="-1"')
expected=$(cat <<'TEXT'
default: first 1x,refused 10x,last 1x
resumeRetryCount -1: first 1x,refused more than 10x
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "which messages the program was asked for" "$expected" >&2
  exit 1
fi
echo "as recorded"
