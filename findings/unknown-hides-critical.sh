#!/usr/bin/env bash
# nagiosplugin 1.3.2 (Python) and Monitoring::Plugin 0.40 (Perl), both Debian 12: a check of two things, of which
# one is critical and the other cannot be read.
#
# Guess: the worst of the two decides, and critical is worse than unknown: exit code 2, with both in the
# text.
# True: nagiosplugin ends with 3 (UNKNOWN), since it takes the highest number, and its text names only what could
# not be read: the full disk is in the performance data alone. A second resource that fails before it is
# read does the same. The Perl library knows no unknown message beside others: it refuses to add one, and
# ends with 2. Where on-call people are paged for CRITICAL only, a broken controller hides a full disk.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download python3-nagiosplugin=1.3.2-3 libmonitoring-plugin-perl=0.40-1 libclass-accessor-perl libconfig-tiny-perl \
  libmath-calc-units-perl libmodule-implementation-perl libmodule-runtime-perl libparams-validate-perl libtry-tiny-perl \
  libsub-name-perl >&2
for package in *.deb; do dpkg -x "$package" root; done
cat >check.py <<'SCRIPT'
import sys
import nagiosplugin as np

class Disk(np.Resource):
    def probe(self):
        return np.Metric("disk", 99, context="disk")

class Controller(np.Resource):
    def probe(self):
        if sys.argv[1] == "raises":
            raise np.CheckError("controller does not answer")
        return np.Metric("controller", 0, context="controller")

class Health(np.Context):
    def evaluate(self, metric, resource):
        return self.result_cls(np.Unknown, "controller does not answer", metric)

np.Check(Disk(), np.ScalarContext("disk", "80", "90"), Controller(), Health("controller")).main()
SCRIPT
cat >check.pl <<'SCRIPT'
use Monitoring::Plugin;
my $plugin = Monitoring::Plugin->new(shortname => "DISK");
$plugin->add_message(CRITICAL, "disk is 99");
eval { $plugin->add_message(UNKNOWN, "controller does not answer"); 1 } or print "not added: $@";
$plugin->plugin_exit($plugin->check_messages);
SCRIPT
seen=$(
  for case in answers raises; do
    code=0
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=root/usr/lib/python3/dist-packages timeout 20 python3 check.py $case || code=$?
    echo "nagiosplugin, the controller $case: exit code $code"
  done
  code=0
  PERL5LIB=root/usr/share/perl5:root/usr/lib/x86_64-linux-gnu/perl5/5.36 timeout 20 perl check.pl 2>&1 | sed 's/ at .*//' || code=${PIPESTATUS[0]}
  echo "Monitoring::Plugin: exit code $code"
)
expected=$(cat <<'TEXT'
DISK UNKNOWN - controller does not answer | disk=99;80;90
nagiosplugin, the controller answers: exit code 3
DISK UNKNOWN - controller does not answer | disk=99;80;90
nagiosplugin, the controller raises: exit code 3
not added: Error code 'unknown' not supported by add_message
DISK CRITICAL - disk is 99
Monitoring::Plugin: exit code 2
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "which of two results decides" "$expected" >&2
  exit 1
fi
echo "as recorded"
