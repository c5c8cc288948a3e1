#!/usr/bin/env bash
# Nagios 4.4.6 and Icinga 2.13.6 (Debian 12): two services that flap between CRITICAL and OK, and then stay in one.
#
# Guess: notifications are held back while a service flaps. When that is over, whoever was notified of a problem is
# notified of how it ended: Icinga sends what it held back, Nagios at least a recovery.
# True: the two agree on something else. A service that ends as CRITICAL gets its PROBLEM again, though the last
# notification was a PROBLEM. A service that ends as OK gets no RECOVERY, though the last one was a PROBLEM too:
# the change to OK was the one that started the flapping. All that follows is FLAPPINGSTOP (FLAPPINGEND) with the
# state OK. A notification command that resolves on RECOVERY leaves the incident open.
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
  printf '#!/bin/sh\necho "$1 $3" >>"%s/%s-$2"\n' "$dir" $system >notify-$system
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
enable_flap_detection=1
low_service_flap_threshold=5
high_service_flap_threshold=20
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
  service_notification_options w,u,c,r,f
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
for service in good bad; do
  cat >>objects.cfg <<CONF
define service {
  host_name web
  service_description $service
  check_command run
  active_checks_enabled 0
  max_check_attempts 1
  notification_interval 0
  notification_options w,u,c,r,f
  contacts ada
  flap_detection_enabled 1
}
CONF
  cat >>icinga2.conf <<CONF
object Service "$service" {
  host_name = "web"
  check_command = "passive"
  enable_active_checks = false
  max_check_attempts = 1
  enable_flapping = true
  flapping_threshold_low = 5
  flapping_threshold_high = 20
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
result() { # SERVICE STATE
  for pipe in "${pipes[@]}"; do
    printf '[%s] PROCESS_SERVICE_CHECK_RESULT;web;%s;%s;disk\n' "$(date +%s)" "$1" "$2" | timeout 5 tee "$pipe" >/dev/null
  done
}
for state in 2 0 2 0 2 0 2 0 2 0 2; do
  for service in good bad; do result $service $state; done
  sleep 1.6
done
for _ in $(seq 28); do
  result good 0
  result bad 2
  sleep 0.8
done
sleep 4
# The last two may come in either order.
notified() { { sed '/^FLAPPINGSTART/q' "$1"; sed '1,/^FLAPPINGSTART/d' "$1" | sort; } | paste -sd , | sed 's/,/, /g'; }
seen=$(
  for system in nagios icinga; do
    for service in good bad; do echo "$system, $service in the end: $(notified $system-$service)"; done
  done
)
expected=$(cat <<'TEXT'
nagios, good in the end: PROBLEM CRITICAL, RECOVERY OK, PROBLEM CRITICAL, FLAPPINGSTART OK, FLAPPINGSTOP OK
nagios, bad in the end: PROBLEM CRITICAL, RECOVERY OK, PROBLEM CRITICAL, FLAPPINGSTART OK, FLAPPINGSTOP CRITICAL, PROBLEM CRITICAL
icinga, good in the end: PROBLEM CRITICAL, RECOVERY OK, PROBLEM CRITICAL, FLAPPINGSTART OK, FLAPPINGEND OK
icinga, bad in the end: PROBLEM CRITICAL, RECOVERY OK, PROBLEM CRITICAL, FLAPPINGSTART OK, FLAPPINGEND CRITICAL, PROBLEM CRITICAL
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the notifications" "$expected" >&2
  tail -n 20 nagios/out icinga/out >&2
  exit 1
fi
echo "as recorded"
