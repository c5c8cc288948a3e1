#!/usr/bin/env bash
# snmptrapd 5.9.3 (Debian 12) with a traphandle that takes three and a half seconds, as a page over HTTP may.
#
# Guess: an inform is confirmed when it is received, and the handler runs once for it. A sender that repeats the
# inform because it is late gets no second page.
# True: the confirmation is sent when the handler has ended. The sender, which waits one second, has sent the
# same inform four times by then, and all four run the handler, one after the other, though the sender
# reports success after the first. A trap, which nobody confirms, runs it once.
set -euo pipefail
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" || true; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download snmptrapd=5.9.3+dfsg-2+deb12u1 snmp=5.9.3+dfsg-2+deb12u1 libsnmp40 libsnmp-base libnetsnmptrapd40 libmariadb3 \
  libsensors5 libpci3 libwrap0 libperl5.36 >&2
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu:$dir/root/lib/x86_64-linux-gnu
export MIBS='' MIBDIRS=$dir SNMP_PERSISTENT_DIR=$dir/state
mkdir state
cat >handle <<SCRIPT
#!/bin/sh
cat >/dev/null
echo called >>"$dir/called"
sleep 3.5
SCRIPT
chmod 755 handle
printf 'disableAuthorization yes\ntraphandle default %s\n' "$dir/handle" >trapd.conf
port=$(python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
timeout 90 root/usr/sbin/snmptrapd -f -Lf trapd.log -C -c trapd.conf -n "udp:127.0.0.1:$port" >&2 &
pid=$!
sleep 2
send() { # COMMAND
  : >called
  local code=0
  timeout 30 "root/usr/bin/$1" -v 2c -c public -t 1 -r 3 "127.0.0.1:$port" '' 1.3.6.1.4.1.8072.2.3.0.1 \
    1.3.6.1.4.1.8072.2.3.2.1 s disk 2>&1 || code=$?
  sleep 17
  printf '%s: exit code %s, handler called %s times\n' "$1" "$code" "$(wc -l <called)"
}
seen=$(send snmptrap; send snmpinform)
expected=$(cat <<'TEXT'
snmptrap: exit code 0, handler called 1 times
snmpinform: exit code 0, handler called 4 times
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "how often the handler runs" "$expected" >&2
  exit 1
fi
echo "as recorded"
