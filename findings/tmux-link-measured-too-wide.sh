#!/usr/bin/env bash
# ansi-escapes 7.3.0 and string-width 8.3.0, checked against the terminal of @xterm/headless 6.0.0.
#
# Guess: a hyperlink from ansi-escapes measures as wide as its text, in tmux as elsewhere, because
# string-width leaves control sequences out.
# True: when TMUX is set, link() wraps the hyperlink in a passthrough for tmux, and string-width
# counts the passthrough as text: 17 columns for a text of 5. A terminal moves its cursor by 5.
# So a table that pads by string-width is 12 columns off in each row with a link, only inside tmux.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  ansi-escapes@7.3.0 string-width@8.3.0 @xterm/headless@6.0.0 >&2
cd "$dir"
cat >link.mjs <<'SCRIPT'
import xterm from "@xterm/headless";
import stringWidth from "string-width";
import { link } from "ansi-escapes";

async function cursorAfter(text) {
  const terminal = new xterm.Terminal({ cols: 80, rows: 4, allowProposedApi: true });
  await new Promise((resolve) => terminal.write(text, resolve));
  return terminal.buffer.active.cursorX;
}

const text = link("INC-7", "https://example.com/incidents/7");
console.log(`TMUX ${process.env.TMUX ? "set" : "not set"}: string-width ${stringWidth(text)}, cursor ${await cursorAfter(text)}`);
SCRIPT
seen=$(env -u TMUX TERM=xterm-256color node link.mjs && TMUX=/example/tmux,1,0 TERM=xterm-256color node link.mjs)
expected=$(cat <<'TEXT'
TMUX not set: string-width 5, cursor 5
TMUX set: string-width 17, cursor 5
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the width of a hyperlink inside tmux" "$expected" >&2
  exit 1
fi
echo "as recorded"
