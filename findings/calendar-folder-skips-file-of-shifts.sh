#!/usr/bin/env bash
# khal 0.10.5 (Debian 12), a calendar folder with the rota as one file: three shifts, each with a UID of its own.
#
# Guess: khal lists what stands in the files of its folder, as any reader of iCalendar does, or fails.
# True: a file of the folder may hold one UID. The rota is left out as a whole, with a warning on standard
# error; the list is empty and the exit code 0, so "nobody is on call" and "the rota was skipped" look the same to a
# script. The second list gives no warning any more. khal import takes the same file and writes one file for each
# shift.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download khal=1:0.10.5-1.1 python3-{atomicwrites,click,click-log,configobj,dateutil,icalendar,pkg-resources} \
  python3-{pytz-deprecation-shim,six,tz,tzlocal,urwid,xdg} python3.11-minimal libpython3.11-{minimal,stdlib} \
  libsqlite3-0 libexpat1 >&2
for package in *.deb; do dpkg -x "$package" root; done
{
  printf '%s\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//rota//EN
  for shift in 1-Ann 2-Bob 3-Cat; do
    printf '%s\n' BEGIN:VEVENT "UID:shift-${shift%-*}@example.com" DTSTAMP:20260101T000000Z "DTSTART:2026011${shift%-*}T080000Z" \
      DURATION:PT8H "SUMMARY:${shift#*-}" END:VEVENT
  done
  echo END:VCALENDAR
} | sed 's/$/\r/' >rota.ics
cat >khal.conf <<CONF
[calendars]
[[rota]]
path = $dir/calendar
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = $dir/khal.db
CONF
khal() {
  PYTHONPATH=$dir/root/usr/lib/python3/dist-packages PYTHONHOME=$dir/root/usr PYTHONDONTWRITEBYTECODE=1 HOME=$dir \
    LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu:$dir/root/lib/x86_64-linux-gnu \
    timeout 60 root/usr/bin/python3.11 root/usr/bin/khal -c khal.conf "$@"
}
list() { # NAME
  local code=0
  khal list --day-format '' --format '{title}' 2026-01-01 31d >out 2>talk || code=$?
  printf '%s: exit code %s, shifts: %s, warnings: %s\n' "$1" "$code" "$(tr '\n' ' ' <out | grep . || echo none)" \
    "$(grep -q '^warning' talk && echo yes || echo no)"
}
mkdir calendar
cp rota.ics calendar/
seen=$(
  list "the file in the folder"
  list "once more"
  rm -r calendar khal.db
  mkdir calendar
  khal import --batch rota.ics >talk 2>&1
  list "the file imported"
  printf 'files: %s\n' "$(ls calendar | wc -l)"
)
expected=$(cat <<'TEXT'
the file in the folder: exit code 0, shifts: none, warnings: yes
once more: exit code 0, shifts: none, warnings: no
the file imported: exit code 0, shifts: Ann Bob Cat , warnings: no
files: 3
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the shifts that are listed" "$expected" >&2
  exit 1
fi
echo "as recorded"
