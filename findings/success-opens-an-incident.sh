#!/usr/bin/env bash
# apprise 1.2.0 (Debian 12), its PagerDuty plugin, with the sending function replaced.
#
# Guess: a notification of type success closes what the failure of the same title opened, or opens
# nothing. The title is the summary, and the body goes into the details.
# True: every type is a trigger: success and info open an incident of severity info. There is no
# dedup key, so the failure and its success are two incidents, and no notification ever closes one. The
# summary is title and body, joined by a CRLF; there are no details.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get -qq download apprise=1.2.0-1 python3-{certifi,chardet,click,idna,markdown,oauthlib,requests,requests-oauthlib,six,urllib3,yaml} >&2
for package in *.deb; do dpkg -x "$package" root; done
cat >notify.py <<'SCRIPT'
import json
import apprise
import requests

def post(url, data=None, **_):
    event = json.loads(data)
    payload = event["payload"]
    print(event["event_action"], payload["severity"], repr(payload["summary"]))
    print("  keys:", *sorted(event), "/", *sorted(payload))
    response = requests.Response()
    response.status_code = 202
    response._content = b"{}"
    return response

requests.post = post
notifier = apprise.Apprise()
notifier.add("pagerduty://" + "fake" * 8 + "@fake-api-key?image=no")
for kind in ("failure", "success", "info"):
    print(kind + ":", end=" ")
    notifier.notify(title="Backup of db-1", body="The backup: " + kind + ".", notify_type=kind)
SCRIPT
seen=$(PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=root/usr/lib/python3/dist-packages timeout 30 python3 notify.py)
expected=$(cat <<'TEXT'
failure: trigger critical 'Backup of db-1\r\nThe backup: failure.'
  keys: client event_action payload routing_key / component severity source summary
success: trigger info 'Backup of db-1\r\nThe backup: success.'
  keys: client event_action payload routing_key / component severity source summary
info: trigger info 'Backup of db-1\r\nThe backup: info.'
  keys: client event_action payload routing_key / component severity source summary
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the events" "$expected" >&2
  exit 1
fi
echo "as recorded"
