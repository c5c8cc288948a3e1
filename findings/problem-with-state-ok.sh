#!/usr/bin/env bash
# Nagios 4.4.6 and Icinga 2.13.6 (Debian 12): one service that changes five times within a second and ends as OK,
# fifteen times over. Each notification command writes its type and the state.
#
# Guess: the notification commands of one service start in the order of its changes, and the type and the state of
# one notification fit together. Whoever takes the last one knows how the service is.
# True: both start the commands side by side, so the last one can be a PROBLEM of a service that is OK. In Icinga
# the type is that of the change, but the state is read later, when the command starts: there are PROBLEMs with
# the state OK and RECOVERYs with the state WARNING. Nagios keeps the two together.
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
mkdir nagios icinga icinga/{cache,lib,log,run,spool,run/icinga2,run/icinga2/cmd}
for system in nagios icinga; do
  printf '#!/bin/sh\necho "$1 $3" >>"%s/%s.sent"\n' "$dir" $system >notify-$system
  chmod 755 notify-$system
done
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
check_result_reaper_frequency=1
enable_notifications=1
enable_flap_detection=0
CONF
cat >objects.cfg <<CONF
define timeperiod {
  timeperiod_name always
  alias always
$(printf '  %s 00:00-24:00\n' sunday monday tuesday wednesday thursday friday saturday)
}
define contact {
  contact_name ada
  host_notifications_enabled 0
  service_notifications_enabled 1
  host_notification_commands run
  service_notification_commands run
  host_notification_period always
  service_notification_period always
  service_notification_options w,u,c,r
}
define command {
  command_name run
  command_line $dir/notify-nagios "\$NOTIFICATIONTYPE\$" "\$SERVICEDESC\$" "\$SERVICESTATE\$"
}
define host {
  host_name web
  address 127.0.0.1
  max_check_attempts 1
}
CONF
cat >icinga2.conf <<CONF
object NotificationComponent "notification" {}
object ExternalCommandListener "command" { command_path = "$dir/icinga/run/icinga2/cmd/commands" }
object CheckCommand "passive" { command = [ "/bin/true" ] }
object Host "web" {
  check_command = "passive"
  enable_active_checks = false
}
object User "ada" {}
object NotificationCommand "notify" {
  command = [ "$dir/notify-icinga", "\$notification.type\$", "\$service.name\$", "\$service.state\$" ]
}
apply Notification "page" to Service {
  command = "notify"
  users = [ "ada" ]
  interval = 0
  assign where true
}
CONF
for service in disk; do
  cat >>objects.cfg <<CONF
define service {
  host_name web
  service_description $service
  check_command run
  active_checks_enabled 0
  max_check_attempts 1
  notification_interval 0
  notification_options w,u,c,r
  contacts ada
}
CONF
  cat >>icinga2.conf <<CONF
object Service "$service" {
  host_name = "web"
  check_command = "passive"
  enable_active_checks = false
  max_check_attempts = 1
  enable_flapping = false
}
CONF
done
timeout -k 3 150 root/usr/sbin/nagios4 nagios.cfg >nagios/out 2>&1 &
pids+=($!)
LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu:$dir/root/lib/x86_64-linux-gnu timeout -k 3 150 \
  root/usr/lib/x86_64-linux-gnu/icinga2/sbin/icinga2 daemon -c icinga2.conf -DInitRunDir="$dir/icinga/run" \
  -DLogDir="$dir/icinga/log" -DDataDir="$dir/icinga/lib" -DCacheDir="$dir/icinga/cache" -DSpoolDir="$dir/icinga/spool" \
  -DRunAsUser="$user" -DRunAsGroup="$group" >icinga/out 2>&1 &
pids+=($!)
pipes=(nagios/commands icinga/run/icinga2/cmd/commands)
for pipe in "${pipes[@]}"; do for _ in $(seq 100); do [ -p "$pipe" ] && break; sleep 0.2; done; done
sleep 1
for _ in $(seq 15); do
  for state in 2 0 1 2 0; do printf '[%s] PROCESS_SERVICE_CHECK_RESULT;web;disk;%s;text\n' "$(date +%s)" $state; done >changes
  for pipe in "${pipes[@]}"; do timeout 5 tee "$pipe" <changes >/dev/null; done
  sleep 3
  for system in nagios icinga; do echo "round over" >>$system.sent; done
done
seen=$(
  for system in nagios icinga; do
    last=$(grep -B 1 '^round over' $system.sent | grep -c '^PROBLEM' || true)
    contradicts=$(grep -cE '^(PROBLEM OK|RECOVERY (WARNING|CRITICAL))' $system.sent || true)
    echo "$system: notifications $(grep -cv '^round' $system.sent), the last of a round is a PROBLEM: $([ "$last" -gt 0 ] && echo sometimes || echo never)," \
      "type and state contradict: $([ "$contradicts" -gt 0 ] && echo sometimes || echo never)"
  done
)
expected=$(cat <<'TEXT'
nagios: notifications 75, the last of a round is a PROBLEM: sometimes, type and state contradict: never
icinga: notifications 75, the last of a round is a PROBLEM: sometimes, type and state contradict: sometimes
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the notifications" "$expected" >&2
  tail -n 20 nagios/out icinga/out >&2
  exit 1
fi
echo "as recorded"
