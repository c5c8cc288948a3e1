#!/usr/bin/env bash
# NRPE 4.1.0 (Debian 12), the agent that runs the plugins of Nagios and Icinga on other hosts: the same plugins run
# there and directly.
#
# Guess: the agent passes the state of the plugin on, and what goes wrong on its way is UNKNOWN. A plugin that ends
# with 2 is CRITICAL, with or without a text.
# True: without a text on standard output it is UNKNOWN ("Unable to read output"), also where the text went to standard
# error. A CRITICAL plugin that leaves a child behind, which has its output open, is UNKNOWN with the words of a
# timeout, and its own text is lost, though it ended at once. With that child's output closed, it is CRITICAL. Where
# on-call people are paged for CRITICAL only, none of these pages.
set -euo pipefail
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" || true; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download nagios-nrpe-server=4.1.0-1+b1 nagios-nrpe-plugin=4.1.0-1+b1 libwrap0 >&2
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu:$dir/root/lib/x86_64-linux-gnu
chmod 755 "$dir"
mkdir plugins run
chmod 777 run
plugin() { # NAME LINES
  printf '#!/bin/sh\n%s\n' "$2" >"plugins/$1"
  chmod 755 "plugins/$1"
}
plugin critical 'echo "disk is full"; exit 2'
plugin silent 'exit 2'
plugin stderr 'echo "disk is full" >&2; exit 2'
plugin child 'sleep 6 & echo "disk is full"; exit 2'
plugin detached 'sleep 6 >/dev/null 2>&1 & echo "disk is full"; exit 2'
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# The agent refuses to run as root.
user=$(id -un)
[ "$user" != root ] || user=nobody
cat >nrpe.cfg <<CONF
server_address=127.0.0.1
server_port=$port
allowed_hosts=127.0.0.1
command_timeout=4
nrpe_user=$user
nrpe_group=$(id -gn "$user")
pid_file=$dir/run/pid
log_file=$dir/run/log
$(for file in plugins/*; do echo "command[${file#*/}]=$dir/$file"; done)
CONF
chmod 644 nrpe.cfg
timeout 90 root/usr/sbin/nrpe -c nrpe.cfg -f -n >&2 &
pid=$!
sleep 2
seen=$(
  for name in critical silent stderr child detached; do
    direct=0 agent=0
    "plugins/$name" >/dev/null 2>&1 || direct=$?
    text=$(timeout 20 root/usr/lib/nagios/plugins/check_nrpe -H 127.0.0.1 -p "$port" -n -t 15 -c $name 2>/dev/null) || agent=$?
    echo "$name: $direct, by the agent $agent: $text"
  done
)
expected=$(cat <<'TEXT'
critical: 2, by the agent 2: disk is full
silent: 2, by the agent 3: NRPE: Unable to read output
stderr: 2, by the agent 3: NRPE: Unable to read output
child: 2, by the agent 3: NRPE: Command timed out after 4 seconds
detached: 2, by the agent 2: disk is full
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the states that the agent gives" "$expected" >&2
  cat run/log >&2 || true
  exit 1
fi
echo "as recorded"
