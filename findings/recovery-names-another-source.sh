#!/usr/bin/env bash
# collectd 5.12.0 (Debian 12): the threshold plugin, with the exec plugin for values and notifications.
#
# Guess: a threshold for a data source (DataSource "midterm" of the load) has a state of its own. The notification
# of its recovery names it, as the one of its failure did.
# True: all data sources of one value share one state. The recovery of midterm is reported with DataSource
# shortterm, the first one, and with its value, though that never failed. While one is over its
# threshold, the failure of the other is not reported. A missing value is reported
# without any DataSource, and its return as a recovery of shortterm. So an incident keyed by
# DataSource stays open.
set -euo pipefail
dir=$(mktemp -d)
daemon=
trap '[ -z "$daemon" ] || kill "$daemon" || true; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download collectd-core=5.12.0-14 libcap2 >&2
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH=$dir/root/lib/x86_64-linux-gnu:$dir/root/usr/lib/x86_64-linux-gnu
# The exec plugin runs nothing as root.
user=$(id -un)
[ "$user" != root ] || user=nobody
chmod 755 "$dir"
install -m 666 /dev/null notified
cat >values <<'SCRIPT'
#!/bin/bash
put() { echo "PUTVAL web-01/load/load interval=1 N:$1:$2:0"; sleep "$3"; }
put 1 1 1 # all is well
put 1 9 1 # midterm fails
put 1 1 1 # and is over
put 9 1 1 # shortterm fails
put 9 9 1 # midterm too
put 1 9 1 # only midterm
put 1 1 5 # all is well, then no values
while :; do put 1 1 1; done
SCRIPT
cat >notify <<SCRIPT
#!/bin/bash
awk -F': ' '/^(Severity|DataSource|CurrentValue)/ { line = line " " \$2 } /^\$/ { exit } END { print substr(line, 2) }' >>"$dir/notified"
SCRIPT
chmod 755 values notify
cat >collectd.conf <<CONF
BaseDir "$dir"
PIDFile "$dir/pid"
PluginDir "$dir/root/usr/lib/collectd"
TypesDB "$dir/root/usr/share/collectd/types.db"
Hostname "web-01"
FQDNLookup false
Interval 1
LoadPlugin exec
LoadPlugin threshold
<Plugin exec>
  Exec "$user" "$dir/values"
  NotificationExec "$user" "$dir/notify"
</Plugin>
<Plugin threshold>
  <Type "load">
    DataSource "shortterm"
    WarningMax 5
  </Type>
  <Type "load">
    DataSource "midterm"
    WarningMax 5
  </Type>
</Plugin>
CONF
timeout 60 root/usr/sbin/collectd -f -C collectd.conf >&2 &
daemon=$!
sleep 17
seen=$(cat notified)
expected=$(cat <<'TEXT'
OKAY shortterm 1.000000e+00
WARNING midterm 9.000000e+00
OKAY shortterm 1.000000e+00
WARNING shortterm 9.000000e+00
OKAY shortterm 1.000000e+00
FAILURE
OKAY shortterm 1.000000e+00
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "which data source a notification names" "$expected" >&2
  exit 1
fi
echo "as recorded"
