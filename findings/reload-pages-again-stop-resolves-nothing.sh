#!/usr/bin/env bash
# monit 5.33.0 (Debian 12), with a check that runs one program on failure (a page) and another when it succeeds again.
#
# Guess: monit knows from its state file what it has reported. A reload, or a restart, during an outage runs nothing; an
# outage that ended while monit was stopped, as in an upgrade, is reported as succeeded at the next start.
# True: the file has none of that. A reload pages for each outage that is under way, and so does each start. A check that
# was reported as failed and succeeds at the next start runs nothing: its incident stays open for good. And while it
# stays failed, no other text or exit code is reported: from "90% full" to "cannot be read" it is the one outage.
set -euo pipefail
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" || true; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download monit=1:5.33.0-1 >&2
dpkg -x monit_*.deb root
printf '#!/bin/sh\necho "$1 ($MONIT_DESCRIPTION)" >>"%s/ran"\n' "$dir" >report
printf '#!/bin/sh\ncat "%s/text"\nexit "$(cat "%s/code")"\n' "$dir" "$dir" >check
chmod 755 report check
cat >monitrc <<CONF
set daemon 1
set pidfile $dir/pid
set idfile $dir/id
set statefile $dir/state
set log $dir/log
check program disk with path "$dir/check"
  if status != 0 then exec "$dir/report page" else if succeeded then exec "$dir/report resolve"
CONF
chmod 700 monitrc
disk() { printf '%s\n' "$2" >text; echo "$1" >code; }
# Without timeout: the signals have to reach monit itself.
start() { (exec root/usr/bin/monit -I -c monitrc >>out 2>&1) & pid=$!; sleep 5; }
stop() { kill "$pid"; wait "$pid" || true; pid=; }
step() { echo "[$1]" >>ran; }
disk 0 "fine"
start
step "fails"; disk 1 "90% full"; sleep 5
step "fails in another way"; disk 2 "cannot be read"; sleep 5
step "reload"; kill -HUP "$pid"; sleep 5
step "restart"; stop; start
step "stop, recovery, start"; stop; disk 0 "fine"; start
step "fails and recovers"; disk 1 "90% full"; sleep 5; disk 0 "fine"; sleep 5
stop
seen=$(cat ran)
expected=$(cat <<'TEXT'
[fails]
page (status failed (1) -- 90% full)
[fails in another way]
[reload]
page (status failed (2) -- cannot be read)
[restart]
page (status failed (2) -- cannot be read)
[stop, recovery, start]
[fails and recovers]
page (status failed (1) -- 90% full)
resolve (status succeeded (0) -- fine)
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what monit runs" "$expected" >&2
  tail -n 20 log out >&2
  exit 1
fi
echo "as recorded"
