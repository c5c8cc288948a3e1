#!/usr/bin/env bash
# gammu-smsd-inject 1.42.0 (Debian 12), which queues a text message for a modem, with the text of an alert.
#
# Guess: a text longer than one message becomes several, or is refused: the program knows how to join parts. What fits
# is counted in characters.
# True: it becomes one message of 160, cut without a warning and with exit code 0: the address of the runbook is lost.
# Braces and brackets count as two each, so 160 characters with labels as Prometheus writes them are cut too, behind
# the 152nd. With -unicode it is 70. Only -autolen (or -len) with a limit makes parts, and that limit cuts in
# the same way.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download gammu-smsd=1.42.0-8 libgammu8 libgsmsd8 libdbi1 libodbc2 libmariadb3 libpq5 libcurl3-gnutls libbluetooth3 \
  libgudev-1.0-0 libusb-1.0-0 libldap-2.5-0 libsasl2-2 libnghttp2-14 librtmp1 libssh2-1 libpsl5 libbrotli1 libglib2.0-0 >&2
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH=$dir/root/usr/lib:$dir/root/usr/lib/x86_64-linux-gnu:$dir/root/lib/x86_64-linux-gnu
mkdir out
printf '[gammu]\ndevice = %s\nmodel = dummy\nconnection = none\n[smsd]\nservice = files\nlogfile = %s/log\noutboxpath = %s/out/\n' "$dir/phone" "$dir" "$dir" >smsdrc
cat >read.py <<'SCRIPT'
import glob, re

parts = re.split(r"^\[SMSBackup\d+\]", open(glob.glob("out/*")[0]).read(), flags=re.M)[1:]
text = "".join(bytes.fromhex("".join(re.findall(r"^Text\d+ = (\w+)", part, re.M))).decode("utf-16-be") for part in parts)
print(f"{len(parts)} message{'' if len(parts) == 1 else 's'}, {len(text)} characters, ends with {text[-12:]!r}")
SCRIPT
queue() { # NAME TEXT OPTION...
  local code=0 name=$1 text=$2
  shift 2
  rm -f out/*
  timeout 20 root/usr/bin/gammu-smsd-inject -c smsdrc TEXT 15550100 -text "$text" "$@" >log.inject 2>&1 || code=$?
  echo "$name, ${#text} characters: exit code $code, $(python3 read.py)"
}
plain='CRITICAL: the disk of db-1 is full. Writes fail since 02:40, orders are not stored, the replica is an hour behind. Runbook, section 4: https://wiki.example.com/disk-is-full'
labels='FIRING [3] {alertname="DiskFull",host="db-1"} {alertname="DiskFull",host="db-2"} {alertname="DiskFull",host="db-3"} at 2:40, runbook: wiki.example.com/disk-full'
seen=$(
  queue plain "$plain"
  queue labels "$labels"
  queue "plain, -unicode" "$plain" -unicode
  queue "plain, -autolen 400" "$plain" -autolen 400
  queue "plain, -autolen 165" "$plain" -autolen 165
)
expected=$(cat <<'TEXT'
plain, 172 characters: exit code 0, 1 message, 160 characters, ends with 'example.com/'
labels, 160 characters: exit code 0, 1 message, 152 characters, ends with 'xample.com/d'
plain, -unicode, 172 characters: exit code 0, 1 message, 70 characters, ends with '0, orders ar'
plain, -autolen 400, 172 characters: exit code 0, 2 messages, 172 characters, ends with 'disk-is-full'
plain, -autolen 165, 172 characters: exit code 0, 2 messages, 165 characters, ends with 'le.com/disk-'
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the messages" "$expected" >&2
  cat log.inject >&2
  exit 1
fi
echo "as recorded"
