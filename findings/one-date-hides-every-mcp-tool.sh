#!/usr/bin/env bash
# @modelcontextprotocol/sdk 1.32.2 with zod 4.6.7.
#
# Guess: registerTool refuses an output schema that JSON Schema cannot express, or tools/list leaves
# that one tool out.
# True: a server with one tool whose output schema has z.coerce.date() registers and starts without
# a warning. Calling that tool works. tools/list fails with -32603, so a client that
# lists first sees none of the other tools either.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  @modelcontextprotocol/sdk@1.32.2 zod@4.6.7 >&2
cd "$dir"
seen=$(node --input-type=module <<'SCRIPT'
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "lab", version: "1.0.0" });
server.registerTool("page", { inputSchema: { id: z.string() } }, async () => ({ content: [] }));
server.registerTool("last-page", { outputSchema: { at: z.coerce.date() } }, async () => ({
  content: [],
  structuredContent: { at: "2026-03-01T08:00:00Z" },
}));
const client = new Client({ name: "lab", version: "1.0.0" });
const [a, b] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(a), client.connect(b)]);

const called = await client.callTool({ name: "last-page", arguments: {} });
console.log(`tools/call last-page: ${JSON.stringify(called.structuredContent)}`);
console.log(`tools/list: ${await client.listTools().then((l) => l.tools.map((t) => t.name), (e) => `${e.code}, ${e.message}`)}`);
await client.close();
SCRIPT
)
expected=$(cat <<'TEXT'
tools/call last-page: {"at":"2026-03-01T08:00:00Z"}
tools/list: -32603, MCP error -32603: Date cannot be represented in JSON Schema
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "tools/list with a date in an output schema" "$expected" >&2
  exit 1
fi
echo "as recorded"
