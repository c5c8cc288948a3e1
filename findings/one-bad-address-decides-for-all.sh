#!/usr/bin/env bash
# Six senders of mail, each with two recipients, of which the server refuses one (550 for bob): msmtp 1.8.23,
# esmtp 1.2, curl 7.88.1, swaks 20201014.0, mail of mailutils 3.15 (all Debian 12) and nodemailer 10.6.1.
#
# Guess: ann gets the mail, since the server takes her address, and the exit code reports that bob does not.
# True: no one does both. msmtp, esmtp and curl send nothing to anybody, esmtp after printing that ann is
# accepted: one address of somebody who left the company stops each alert for all the others. swaks, mail and
# nodemailer send to ann and report success; mail prints nothing about bob, and nodemailer has him in a list
# (rejected) beside the success. "Try later" (450 for cat) changes only the exit code of msmtp.
set -euo pipefail
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" || true; wait; rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  nodemailer@10.6.1 smtp-server@3.21.6 >&2
cd "$dir"
apt-get -qq download msmtp=1.8.23-1 esmtp=1.2-18+b1 curl=7.88.1-10+deb12u15 swaks=20201014.0-2 mailutils=1:3.15-4 \
  mailutils-common libmailutils9 libcurl4=7.88.1-10+deb12u15 libesmtp6 libgsasl18 libntlm0 libgssglue1 libtokyocabinet9 \
  libmariadb3 libnghttp2-14 librtmp1 libssh2-1 libpsl5 libldap-2.5-0 libsasl2-2 libbrotli1 libsecret-1-0 libglib2.0-0 >&2
for package in *.deb; do dpkg -x "$package" root; done
cat >server.mjs <<'SCRIPT'
import { appendFileSync } from "node:fs";
import { SMTPServer } from "smtp-server";

const refusals = { bob: [550, "no such user"], cat: [450, "try later"] };
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["AUTH", "STARTTLS"],
  onRcptTo({ address }, _, done) {
    const [responseCode, text] = refusals[address.split("@")[0]] ?? [];
    done(text && Object.assign(new Error(text), { responseCode }));
  },
  onData(stream, { envelope }, done) {
    stream.resume().on("end", () => {
      appendFileSync("delivered", envelope.rcptTo.map(({ address }) => address.split("@")[0]).join(" "));
      done();
    });
  },
});
server.on("error", () => {});
server.listen(0, "127.0.0.1", () => console.log(server.server.address().port));
SCRIPT
cat >send.mjs <<'SCRIPT'
import { createTransport } from "nodemailer";

const [port, ...to] = process.argv.slice(2);
const { rejected } = await createTransport({ host: "127.0.0.1", port, ignoreTLS: true }).sendMail({ from: "ops@example.com", to, subject: "disk is full", text: "db-1" });
console.log(`rejected: ${rejected}`);
SCRIPT
timeout 100 node server.mjs >port &
pid=$!
for _ in $(seq 50); do [ -s port ] && break; sleep 0.1; done
port=$(cat port)
printf 'hostname=127.0.0.1:%s\n' "$port" >esmtprc
chmod 600 esmtprc
printf 'From: ops@example.com\nTo: ann@example.com\nSubject: disk is full\n\ndb-1\n' >mail
bin=$dir/root/usr/bin
send() { # NAME COMMAND...
  local code=0 name=$1
  shift
  : >delivered
  LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu timeout 20 "$@" <mail >talk 2>&1 || code=$?
  printf '%s: exit code %s, delivered to %s, names %s: %s\n' "$name" "$code" "$(cat delivered | grep . || echo nobody)" "$bad" \
    "$(grep -q "$bad" talk && echo yes || echo no)"
}
seen=$(
  for bad in bob cat; do
    to=(ann@example.com $bad@example.com)
    send msmtp $bin/msmtp --host=127.0.0.1 --port="$port" -f ops@example.com "${to[@]}"
    send esmtp $bin/esmtp -C esmtprc -f ops@example.com "${to[@]}"
    send curl $bin/curl -sS --url "smtp://127.0.0.1:$port" --mail-from ops@example.com --mail-rcpt "${to[0]}" --mail-rcpt "${to[1]}" -T mail
    send swaks $bin/swaks --server "127.0.0.1:$port" --from ops@example.com --to "${to[0]},${to[1]}" --silent 1
    send mail $bin/mail.mailutils -E "set sendmail=smtp://127.0.0.1:$port" -s "disk is full" -r ops@example.com "${to[@]}"
    send nodemailer node send.mjs "$port" "${to[@]}"
  done
)
expected=$(cat <<'TEXT'
msmtp: exit code 65, delivered to nobody, names bob: yes
esmtp: exit code 70, delivered to nobody, names bob: yes
curl: exit code 55, delivered to nobody, names bob: no
swaks: exit code 0, delivered to ann, names bob: yes
mail: exit code 0, delivered to ann, names bob: no
nodemailer: exit code 0, delivered to ann, names bob: yes
msmtp: exit code 69, delivered to nobody, names cat: yes
esmtp: exit code 70, delivered to nobody, names cat: yes
curl: exit code 55, delivered to nobody, names cat: no
swaks: exit code 0, delivered to ann, names cat: yes
mail: exit code 0, delivered to ann, names cat: no
nodemailer: exit code 0, delivered to ann, names cat: yes
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "who gets the mail" "$expected" >&2
  exit 1
fi
echo "as recorded"
