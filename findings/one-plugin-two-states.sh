#!/usr/bin/env bash
# Nagios 4.4.6 and Icinga 2.13.6 (Debian 12), with the same plugins and the same passive result.
#
# Guess: a plugin that is missing, or ends with a status above 3, is UNKNOWN in both, with its output. A passive
# result arrives in both as it was sent.
# True: Nagios makes each of them CRITICAL and replaces the output of the plugin by its own text.
# Icinga makes them UNKNOWN and keeps the output. A plugin that was killed is UNKNOWN in both, but only
# Icinga says so, in the second line. In a passive result Nagios replaces each ";" in the first line
# by ":", and keeps it in later lines.
set -euo pipefail
dir=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" || true; done; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download nagios4-core=4.4.6-4+deb12u2 icinga2-bin=2.13.6-2+deb12u2 libedit2 libbsd0 libmd0 libicu72 \
  libboost-{context,coroutine,filesystem,iostreams,program-options,regex,thread}1.74.0 >&2
for package in *.deb; do dpkg -x "$package" root; done
user=$(id -un)
group=$(id -gn)
for status in 0 4 255; do printf '#!/bin/sh\necho "disk is full"\nexit %s\n' "$status" >plugin-$status; done
printf '#!/bin/sh\necho "disk is full"\nkill -9 $$\n' >plugin-killed
chmod 755 plugin-*

mkdir nagios icinga icinga/{cache,lib,log,run,spool,run/icinga2,run/icinga2/cmd}
cat >nagios.cfg <<CONF
cfg_file=$dir/objects.cfg
log_file=$dir/nagios/log
object_cache_file=$dir/nagios/objects
status_file=$dir/nagios/status
command_file=$dir/nagios/commands
lock_file=$dir/nagios/pid
temp_file=$dir/nagios/temp
temp_path=$dir/nagios
check_result_path=$dir/nagios
query_socket=$dir/nagios/query
nagios_user=$user
nagios_group=$group
check_external_commands=1
use_syslog=0
interval_length=1
status_update_interval=1
check_result_reaper_frequency=1
CONF
cat >objects.cfg <<CONF
define timeperiod {
  timeperiod_name always
  alias always
}
define contact {
  contact_name ada
  host_notifications_enabled 0
  service_notifications_enabled 0
  host_notification_commands run
  service_notification_commands run
  host_notification_period always
  service_notification_period always
}
define command {
  command_name run
  command_line \$ARG1\$
}
define host {
  host_name web
  address 127.0.0.1
  max_check_attempts 1
  check_command run!$dir/plugin-0
}
CONF
cat >icinga2.conf <<CONF
object CheckerComponent "checker" {}
object ExternalCommandListener "command" { command_path = "$dir/icinga/run/icinga2/cmd/commands" }
object StatusDataWriter "status" {
  status_path = "$dir/icinga/status"
  objects_path = "$dir/icinga/objects"
  update_interval = 1s
}
object CheckCommand "host" { command = [ "$dir/plugin-0" ] }
object Host "web" { check_command = "host" }
CONF
service() { # NAME ACTIVE PLUGIN
  cat >>objects.cfg <<CONF
define service {
  host_name web
  service_description $1
  check_command run!$3
  active_checks_enabled $2
  max_check_attempts 1
  check_interval 2
}
CONF
  cat >>icinga2.conf <<CONF
object CheckCommand "$1" { command = [ "$3" ] }
object Service "$1" {
  host_name = "web"
  check_command = "$1"
  enable_active_checks = $([ "$2" = 1 ] && echo true || echo false)
  max_check_attempts = 1
  check_interval = 2s
}
CONF
}
service status-4 1 "$dir/plugin-4"
service status-255 1 "$dir/plugin-255"
service missing 1 "$dir/missing"
service killed 1 "$dir/plugin-killed"
service passive 0 /bin/true

timeout -k 3 60 root/usr/sbin/nagios4 nagios.cfg >nagios/out 2>&1 &
pids+=($!)
LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu:$dir/root/lib/x86_64-linux-gnu timeout -k 3 60 \
  root/usr/lib/x86_64-linux-gnu/icinga2/sbin/icinga2 daemon -c icinga2.conf -DInitRunDir="$dir/icinga/run" \
  -DLogDir="$dir/icinga/log" -DDataDir="$dir/icinga/lib" -DCacheDir="$dir/icinga/cache" -DSpoolDir="$dir/icinga/spool" \
  -DRunAsUser="$user" -DRunAsGroup="$group" >icinga/out 2>&1 &
pids+=($!)
for pipe in nagios/commands icinga/run/icinga2/cmd/commands; do
  for _ in $(seq 100); do [ -p $pipe ] && break; sleep 0.2; done
  sleep 1
  printf '[%s] PROCESS_SERVICE_CHECK_RESULT;web;passive;2;disk a; b\\nsecond; line\n' "$(date +%s)" | timeout 5 tee $pipe >/dev/null
done
sleep 10
states() { # NAME
  awk -F= -v which="$1" '
    /^servicestatus/ { inside = 1 }
    /^[ \t]*}/ { if (inside) print which " " name ": " state " \"" text "\" \"" more "\""; inside = 0 }
    /\tservice_description=/ { name = $2 }
    /\tcurrent_state=/ { state = $2 }
    /\tplugin_output=/ { text = substr($0, index($0, "=") + 1) }
    /\tlong_plugin_output=/ { more = substr($0, index($0, "=") + 1) }' "$1/status" | sed "s#$dir#DIR#g" | sort
}
seen=$(states nagios; states icinga)
expected=$(cat <<'TEXT'
nagios killed: 3 "disk is full" ""
nagios missing: 2 "(No output on stdout) stderr: execvp(DIR/missing, ...) failed. errno is 2: No such file or directory" ""
nagios passive: 2 "disk a: b" "second; line"
nagios status-255: 2 "(Return code of 255 for service 'status-255' on host 'web' was out of bounds)" ""
nagios status-4: 2 "(Return code of 4 for service 'status-4' on host 'web' was out of bounds)" ""
icinga killed: 3 "disk is full" "<Terminated by signal 9 (Killed).>"
icinga missing: 3 "execvpe(DIR/missing) failed: No such file or directory" ""
icinga passive: 2 "disk a; b" "second; line"
icinga status-255: 3 "disk is full" ""
icinga status-4: 3 "disk is full" ""
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the states of one plugin" "$expected" >&2
  tail -n 20 nagios/out icinga/out >&2
  exit 1
fi
echo "as recorded"
