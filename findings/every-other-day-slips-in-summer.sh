#!/usr/bin/env bash
# Nagios 4.4.6 and Icinga 2.13.6 (both Debian 12) with the clock of libfaketime 0.9.10, in Europe/Berlin: two people who take
# turns by the day ("every second day from March 1, 2026", and from March 2), as the documentation of Nagios has it for
# on-call rotations. On each date one critical service.
#
# Guess: both count days of the calendar, so that the two take turns through the whole year.
# True: both divide seconds, and the day of the change has 23 hours. Nagios makes up for the lost hour, but a few hours too
# early: on March 29 Ada is on call until the clocks change, and Bob for the rest of her day. Icinga does not make up
# for it: Ada serves on March 29 and 30, and for all of the summer each has the days of the other; in October Bob
# serves two in a row. Both started without a warning.
set -euo pipefail
dir=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" || true; done 2>/dev/null; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download nagios4-core=4.4.6-4+deb12u2 icinga2-bin=2.13.6-2+deb12u2 libfaketime=0.9.10-2.1 libedit2 libbsd0 libmd0 \
  libicu72 libboost-{context,coroutine,filesystem,iostreams,program-options,regex,thread}1.74.0 >&2
for package in *.deb; do dpkg -x "$package" root; done
user=$(id -un)
group=$(id -gn)
lib=$(dirname "$(find "$dir/root/usr/lib" -name 'libboost_context*' | head -1)")

nagios() { # FOLDER
  cat >"$1/nagios.cfg" <<CONF
cfg_file=$1/objects.cfg
log_file=$1/log
object_cache_file=$1/objects
status_file=$1/status
command_file=$1/commands
lock_file=$1/pid
temp_file=$1/temp
temp_path=$1
check_result_path=$1
query_socket=$1/query
nagios_user=$user
nagios_group=$group
check_external_commands=1
use_syslog=0
enable_notifications=1
CONF
  cat >"$1/objects.cfg" <<CONF
define command {
  command_name nothing
  command_line /bin/true
}
define command {
  command_name page
  command_line /bin/sh -c 'echo \$CONTACTNAME\$ >>$1/pages'
}
define host {
  host_name web
  address 127.0.0.1
  max_check_attempts 1
  check_command nothing
}
define service {
  host_name web
  service_description disk
  check_command nothing
  active_checks_enabled 0
  max_check_attempts 1
  contacts ada,bob
}
CONF
  for contact in "ada 2026-03-01" "bob 2026-03-02"; do
    cat >>"$1/objects.cfg" <<CONF
define timeperiod {
  timeperiod_name ${contact% *}
  alias ${contact% *}
  ${contact#* } / 2 00:00-24:00
}
define contact {
  contact_name ${contact% *}
  host_notifications_enabled 0
  service_notifications_enabled 1
  host_notification_commands nothing
  service_notification_commands page
  service_notification_options c,r
  host_notification_period ${contact% *}
  service_notification_period ${contact% *}
}
CONF
  done
  exec timeout -k 3 30 env LD_PRELOAD="$faketime" root/usr/sbin/nagios4 "$1/nagios.cfg" >"$1/out" 2>&1
}

icinga() { # FOLDER
  mkdir -p "$1"/{cache,lib,log,run/icinga2,spool}
  cat >"$1/icinga2.conf" <<CONF
object CheckerComponent "checker" {}
object NotificationComponent "notification" {}
object ExternalCommandListener "command" { command_path = "$1/commands" }
object CheckCommand "nothing" { command = [ "/bin/true" ] }
object NotificationCommand "page" { command = [ "/bin/sh", "-c", "echo \$user.name\$ >>$1/pages" ] }
object TimePeriod "ada" { ranges = { "2026-03-01 - 2027-02-28 / 2" = "00:00-24:00" } }
object TimePeriod "bob" { ranges = { "2026-03-02 - 2027-02-28 / 2" = "00:00-24:00" } }
object User "ada" { period = "ada" }
object User "bob" { period = "bob" }
object Host "web" { check_command = "nothing", enable_active_checks = false }
object Service "disk" { host_name = "web", check_command = "nothing", enable_active_checks = false, max_check_attempts = 1 }
object Notification "page" { host_name = "web", service_name = "disk", command = "page", users = [ "ada", "bob" ], interval = 0 }
CONF
  exec timeout -k 3 30 env LD_PRELOAD="$faketime" LD_LIBRARY_PATH="$lib:$dir/root/lib/${lib##*/}" \
    "$lib/icinga2/sbin/icinga2" daemon -c "$1/icinga2.conf" -DInitRunDir="$1/run" -DLogDir="$1/log" -DDataDir="$1/lib" \
    -DCacheDir="$1/cache" -DSpoolDir="$1/spool" -DRunAsUser="$user" -DRunAsGroup="$group" >"$1/out" 2>&1
}

faketime=$(find "$dir/root" -name libfaketimeMT.so.1)
export TZ=Europe/Berlin FAKETIME_DONT_FAKE_MONOTONIC=1
paged() { # DATE
  export FAKETIME="@$1"
  local line="$1:"
  for daemon in nagios icinga; do
    folder=$dir/$daemon-${1//[: ]/-}
    mkdir "$folder"
    "$daemon" "$folder" &
    pids+=("$!")
    for _ in $(seq 75); do [ -p "$folder/commands" ] && break; sleep 0.2; done
    sleep 1
    printf '[%s] PROCESS_SERVICE_CHECK_RESULT;web;disk;2;full\n' "$(($(date -d "$1" +%s) + 2))" | timeout 5 tee "$folder/commands" >/dev/null
    for _ in $(seq 50); do [ -s "$folder/pages" ] && break; sleep 0.2; done
    sleep 1
    line+=" $daemon $(sort "$folder/pages" 2>/dev/null | paste -sd+ || true)"
    kill "${pids[-1]}" || true
  done
  echo "$line"
}
seen=$(
  for date in "2026-03-28 12:00:00" "2026-03-29 00:30:00" "2026-03-29 12:00:00" "2026-03-30 12:00:00" "2026-03-31 12:00:00" \
    "2026-07-01 12:00:00" "2026-10-25 12:00:00" "2026-10-26 12:00:00"; do
    paged "$date"
  done
)
expected=$(cat <<'TEXT'
2026-03-28 12:00:00: nagios bob icinga bob
2026-03-29 00:30:00: nagios ada icinga ada
2026-03-29 12:00:00: nagios bob icinga ada
2026-03-30 12:00:00: nagios bob icinga ada
2026-03-31 12:00:00: nagios ada icinga bob
2026-07-01 12:00:00: nagios ada icinga bob
2026-10-25 12:00:00: nagios ada icinga bob
2026-10-26 12:00:00: nagios bob icinga bob
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "who is paged on which day" "$expected" >&2
  tail -n 5 ./*-2026-07-01*/out >&2
  exit 1
fi
echo "as recorded"
