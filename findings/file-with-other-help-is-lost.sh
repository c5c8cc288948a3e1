#!/usr/bin/env bash
# node_exporter 1.5.0 (Debian 12), its textfile collector, with files of two cron jobs that write the same metric.
#
# Guess: job="a" in one file and job="b" in the other are two series, whatever text stands in HELP. If the files
# cannot be joined, node_textfile_scrape_error is 1.
# True: where the text in HELP differs, or HELP or TYPE stands in one of the files only, the sample of the file that
# comes later by name is missing. The scrape is a 200, node_textfile_scrape_error is 0, and
# node_textfile_mtime_seconds lists the lost file as read. Only the log of the exporter has a line. So a rule for
# job="b" sees no series, and does not fire.
set -euo pipefail
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" || true; wait; rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download prometheus-node-exporter=1.5.0-1+b6 >&2
dpkg -x prometheus-node-exporter_*.deb root
scrape() { # NAME TEXT
  mkdir "$1"
  printf '# HELP job_failed Whether the job failed.\n# TYPE job_failed gauge\njob_failed{job="a"} 0\n' >"$1/a.prom"
  printf '%b' "$2" >"$1/b.prom"
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  timeout 60 root/usr/bin/prometheus-node-exporter --collector.disable-defaults --collector.textfile \
    --collector.textfile.directory="$1" --web.listen-address="127.0.0.1:$port" >"$1/log" 2>&1 &
  pid=$!
  for _ in $(seq 50); do curl -s -o page "http://127.0.0.1:$port/metrics" && break; sleep 0.1; done
  printf '%s: HTTP %s,' "$1" "$(curl -s -o page -w '%{http_code}' "http://127.0.0.1:$port/metrics")"
  printf ' %s;' "$(grep -o '^job_failed.*' page | tr '\n' ' ')"
  printf ' error %s,' "$(awk '/^node_textfile_scrape_error / { print $2 }' page)"
  printf ' files read %s\n' "$(grep -c '^node_textfile_mtime_seconds' page)"
  kill "$pid" || true
  wait "$pid" || true
  pid=
}
seen=$(
  scrape same-help '# HELP job_failed Whether the job failed.\n# TYPE job_failed gauge\njob_failed{job="b"} 1\n'
  scrape other-help '# HELP job_failed Whether the run failed.\n# TYPE job_failed gauge\njob_failed{job="b"} 1\n'
  scrape no-help '# TYPE job_failed gauge\njob_failed{job="b"} 1\n'
  scrape no-type 'job_failed{job="b"} 1\n'
)
expected=$(cat <<'TEXT'
same-help: HTTP 200, job_failed{job="a"} 0 job_failed{job="b"} 1 ; error 0, files read 2
other-help: HTTP 200, job_failed{job="a"} 0 ; error 0, files read 2
no-help: HTTP 200, job_failed{job="a"} 0 ; error 0, files read 2
no-type: HTTP 200, job_failed{job="a"} 0 ; error 0, files read 2
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the series that are served" "$expected" >&2
  exit 1
fi
echo "as recorded"
