#!/usr/bin/env bash
# @modelcontextprotocol/sdk 1.32.2 with zod 4.6.7.
#
# Guess: a server on stdio notices when its input ends, which is how a client stops it: onclose is called, so that
# it can end what it has open.
# True: the end of the input is not looked at. onclose is never called, and a server that a timer or a
# connection keeps alive goes on after its client is gone.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  @modelcontextprotocol/sdk@1.32.2 zod@4.6.7 >&2
cd "$dir"
cat >server.mjs <<'SCRIPT'
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";

const server = new McpServer({ name: "lab", version: "1.0.0" });
server.server.onclose = () => {
  console.log("onclose");
  process.exit(0);
};
process.stdin.on("end", () => console.log("the input has ended"));
await server.connect(new StdioServerTransport());
// What would keep any server alive; it gives up after two seconds.
setTimeout(() => console.log("alive two seconds later"), 2000);
SCRIPT
seen=$(printf '%s\n' '{"jsonrpc":"2.0","id":9,"method":"ping"}' | timeout 20 node server.mjs)
expected=$(cat <<'TEXT'
{"result":{},"jsonrpc":"2.0","id":9}
the input has ended
alive two seconds later
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what a server does at the end of its input" "$expected" >&2
  exit 1
fi
echo "as recorded"
