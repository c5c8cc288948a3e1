#!/usr/bin/env bash
# mailparser 3.14.2 and postal-mime 4.0.0 on mails of monitoring systems, with the Date header in the forms such senders use.
#
# Guess: a date that cannot be read is missing in the result, or is not a valid Date.
# True: mailparser gives the time at which it reads the mail, a valid Date like any other: an alert of January with
# the zone written as CET happened just now, and at another time on each reading. The header is not
# marked. postal-mime gives the text as it stood. Both read a German date without error, since "05", "Januar"
# and the time are enough for the parser of V8, but as the time of the reader's machine.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  mailparser@3.14.2 postal-mime@4.0.0 >&2
cd "$dir"
cat >read.mjs <<'SCRIPT'
import { simpleParser } from "mailparser";
import PostalMime from "postal-mime";

const dates = ["Mon, 05 Jan 2026 09:00:00 +0100", "Mon, 05 Jan 2026 09:00:00 EST", "Mon, 05 Jan 2026 09:00:00 CET", "Montag, 05. Januar 2026 09:00:00"];
for (const date of dates) {
  const mail = `From: ops@example.com\r\nTo: page@example.com\r\nSubject: disk is full\r\nDate: ${date}\r\n\r\ndb-1\r\n`;
  const began = Date.now();
  const parsed = (await simpleParser(mail)).date;
  const isNow = parsed >= began && parsed <= Date.now();
  console.log(`${date}: mailparser ${isNow ? "the time of reading" : parsed?.toISOString()}, postal-mime ${(await PostalMime.parse(mail)).date}`);
}
SCRIPT
seen=$(TZ=America/New_York timeout 30 node read.mjs)
expected=$(cat <<'TEXT'
Mon, 05 Jan 2026 09:00:00 +0100: mailparser 2026-01-05T08:00:00.000Z, postal-mime 2026-01-05T08:00:00.000Z
Mon, 05 Jan 2026 09:00:00 EST: mailparser 2026-01-05T14:00:00.000Z, postal-mime 2026-01-05T14:00:00.000Z
Mon, 05 Jan 2026 09:00:00 CET: mailparser the time of reading, postal-mime Mon, 05 Jan 2026 09:00:00 CET
Montag, 05. Januar 2026 09:00:00: mailparser 2026-01-05T14:00:00.000Z, postal-mime 2026-01-05T14:00:00.000Z
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the dates" "$expected" >&2
  exit 1
fi
echo "as recorded"
