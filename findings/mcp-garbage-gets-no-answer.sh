#!/usr/bin/env bash
# @modelcontextprotocol/sdk 1.32.2 with zod 4.6.7.
#
# Guess: a server on stdio answers a line that is no JSON with -32700 and a request without
# "jsonrpc" with -32600, as JSON-RPC 2.0 demands, and its onclose is called when the input ends.
# True: both lines get no answer at all, so whoever sent them waits until their own timeout; only
# onerror hears of them. The end of the input is not noticed: onclose is never called, and a server
# that a timer keeps alive goes on after its client is gone.
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
server.server.onerror = (error) => console.log(`onerror: ${error.name}`);
server.server.onclose = () => {
  console.log("onclose");
  process.exit(0);
};
await server.connect(new StdioServerTransport());
// What would keep any server alive; it gives up after two seconds without input.
setTimeout(() => console.log("alive two seconds later"), 2000);
SCRIPT
seen=$(printf '%s\n' 'no JSON' '{"id":8,"method":"ping"}' '{"jsonrpc":"2.0","id":9,"method":"ping"}' | node server.mjs)
expected=$(cat <<'TEXT'
onerror: SyntaxError
onerror: ZodError
{"result":{},"jsonrpc":"2.0","id":9}
alive two seconds later
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what a server does with garbage and with the end of its input" "$expected" >&2
  exit 1
fi
echo "as recorded"
