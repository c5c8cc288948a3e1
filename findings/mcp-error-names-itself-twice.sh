#!/usr/bin/env bash
# @modelcontextprotocol/sdk 1.32.2 with zod 4.6.7.
#
# Guess: an McpError thrown by a handler reaches the client with the message that it was given.
# True: the class puts "MCP error CODE: " in front of its message. The server sends that text over the
# wire, and the client makes an McpError of it, which adds it once more. So the thrower's own words
# come behind two of them. A plain Error with a `code` goes over the wire unchanged, with that code.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  @modelcontextprotocol/sdk@1.32.2 zod@4.6.7 >&2
cd "$dir"
seen=$(node --input-type=module <<'SCRIPT'
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, McpError } from "@modelcontextprotocol/sdk/types.js";

const server = new Server({ name: "lab", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
  if (params.name === "McpError") throw new McpError(-32602, "unknown tool");
  throw Object.assign(new Error("unknown tool"), { code: -32602 });
});
const client = new Client({ name: "lab", version: "1.0.0" });
const [a, b] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(b), client.connect(a)]);
const send = b.send.bind(b);
b.send = (message, options) => {
  if (message.error) console.log(`  on the wire: ${message.error.code}, ${message.error.message}`);
  return send(message, options);
};
for (const name of ["McpError", "Error with a code"]) {
  console.log(name);
  await client.callTool({ name, arguments: {} }).catch((error) => console.log(`  caught: ${error.message}`));
}
await client.close();
SCRIPT
)
expected=$(cat <<'TEXT'
McpError
  on the wire: -32602, MCP error -32602: unknown tool
  caught: MCP error -32602: MCP error -32602: unknown tool
Error with a code
  on the wire: -32602, unknown tool
  caught: MCP error -32602: unknown tool
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the message of an error that a handler throws" "$expected" >&2
  exit 1
fi
echo "as recorded"
