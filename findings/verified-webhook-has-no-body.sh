#!/usr/bin/env bash
# svix 2.5.0, next to svix 1.99.1 and standardwebhooks 1.1.1, with the same signed request.
#
# Guess: both verify alike and give the parsed body, as svix 1 did. The headers of a fetch Request, as a
# serverless handler has them, can be passed on.
# True: verify() of svix 2 gives nothing: a handler that uses what it returns reads undefined for each genuine
# request, and a body that is not JSON passes. standardwebhooks gives the body, and throws a SyntaxError for
# that one, which is none of its own errors. Both look up the headers as properties: with a Headers
# object each request lacks its headers, and is refused as one that was never signed.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  svix@1.99.1 svix2@npm:svix@2.5.0 standardwebhooks@1.1.1 >&2
cd "$dir"
cat >verify.mjs <<'SCRIPT'
import * as standard from "standardwebhooks";
import * as one from "svix";
import * as two from "svix2";

const secret = `whsec_${Buffer.from("fake-secret-fake-secret-fake").toString("base64")}`;
for (const [name, { Webhook }, prefix] of [["svix 1", one, "svix"], ["svix 2", two, "svix"], ["standardwebhooks", standard, "webhook"]]) {
  const webhook = new Webhook(secret);
  const now = new Date();
  const show = (what, body, wrap) => {
    const headers = wrap({
      [`${prefix}-id`]: "m1",
      [`${prefix}-timestamp`]: String(Math.floor(now / 1000)),
      [`${prefix}-signature`]: webhook.sign("m1", now, body),
    });
    let result;
    try {
      result = JSON.stringify(webhook.verify(body, headers)) ?? "undefined";
    } catch (error) {
      result = `${error.constructor.name}${error instanceof SyntaxError ? "" : `: ${error.message}`}`;
    }
    console.log(`${name}, ${what}: ${result}`);
  };
  show("JSON", '{"status":"open"}', (headers) => headers);
  show("text", "open", (headers) => headers);
  show("JSON, Headers", '{"status":"open"}', (headers) => new Headers(headers));
}
SCRIPT
seen=$(timeout 30 node verify.mjs)
expected=$(cat <<'TEXT'
svix 1, JSON: {"status":"open"}
svix 1, text: SyntaxError
svix 1, JSON, Headers: WebhookVerificationError: Missing required headers
svix 2, JSON: undefined
svix 2, text: undefined
svix 2, JSON, Headers: WebhookVerificationError: Missing required headers
standardwebhooks, JSON: {"status":"open"}
standardwebhooks, text: SyntaxError
standardwebhooks, JSON, Headers: WebhookVerificationError: Missing required headers
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what verify() gives" "$expected" >&2
  exit 1
fi
echo "as recorded"
