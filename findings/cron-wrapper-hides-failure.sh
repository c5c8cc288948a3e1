#!/usr/bin/env bash
# cronic 3 and chronic of moreutils 0.67 (both Debian 12), two wrappers that make a cron job silent until it fails.
#
# Guess: the wrapper ends with the exit code of its command, so that "wrapper job || page somebody" pages. A
# command killed by a signal is 128 plus the number, as in a shell.
# True: cronic prints a report of the failure and ends with 0, always: for a failed command, a missing
# one, and one that was killed. chronic passes the code on, but makes a signal 1 and a missing command 2.
# So the same line pages with one of the two, and never with the other.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download cronic=3-2.1 moreutils=0.67-1 libipc-run-perl libio-pty-perl >&2
for package in *.deb; do dpkg -x "$package" root; done
export PERL5LIB=$dir/root/usr/share/perl5:$dir/root/usr/lib/x86_64-linux-gnu/perl5/5.36
printf '#!/bin/sh\necho "backup is done"\n' >passed
printf '#!/bin/sh\necho "disk is full"\nexit 3\n' >failed
printf '#!/bin/sh\necho "disk is full"\nkill -9 $$\n' >killed
chmod 755 passed failed killed
seen=$(
  for job in passed failed killed missing; do
    for wrapper in cronic chronic; do
      code=0
      timeout 20 root/usr/bin/$wrapper "$dir/$job" >report 2>/dev/null || code=$?
      printf '%s %s: exit code %s, report %s\n' "$wrapper" "$job" "$code" "$([ -s report ] && echo yes || echo no)"
    done
  done
)
expected=$(cat <<'TEXT'
cronic passed: exit code 0, report no
chronic passed: exit code 0, report no
cronic failed: exit code 0, report yes
chronic failed: exit code 3, report yes
cronic killed: exit code 0, report yes
chronic killed: exit code 1, report yes
cronic missing: exit code 0, report yes
chronic missing: exit code 2, report no
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the exit codes" "$expected" >&2
  exit 1
fi
echo "as recorded"
