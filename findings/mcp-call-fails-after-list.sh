#!/usr/bin/env bash
# @modelcontextprotocol/sdk 1.32.2 with zod 4.6.7.
#
# Guess: callTool gives the same result whether or not the client has called listTools before. A
# field with a default may be left out, and an error result with structured content arrives.
# True: listTools makes the client check later results, more strictly than the server checks its own.
# The same three calls that pass before it throw McpError -32602 after it: the field with a default is
# required in the published schema, a field more is refused there, and the check is also made
# for isError results, so the reason of the failure is lost.
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
const outputSchema = { id: z.string(), title: z.string().default("untitled") };
const results = {
  "default left out": { content: [], structuredContent: { id: "7" } },
  "one field more": { content: [], structuredContent: { id: "7", title: "disk", team: "web" } },
  "error result": { isError: true, content: [{ type: "text", text: "no such incident" }], structuredContent: { reason: "gone" } },
};
for (const [name, result] of Object.entries(results)) server.registerTool(name.replaceAll(" ", "-"), { outputSchema }, async () => result);
const client = new Client({ name: "lab", version: "1.0.0" });
const [a, b] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(a), client.connect(b)]);

async function callAll(when) {
  for (const name of Object.keys(results)) {
    const call = client.callTool({ name: name.replaceAll(" ", "-"), arguments: {} });
    console.log(`${when}, ${name}: ${await call.then(() => "a result", (error) => `${error.name} ${error.code}`)}`);
  }
}
await callAll("before tools/list");
await client.listTools();
await callAll("after tools/list");
await client.close();
SCRIPT
)
expected=$(cat <<'TEXT'
before tools/list, default left out: a result
before tools/list, one field more: a result
before tools/list, error result: a result
after tools/list, default left out: McpError -32602
after tools/list, one field more: McpError -32602
after tools/list, error result: McpError -32602
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what callTool does before and after listTools" "$expected" >&2
  exit 1
fi
echo "as recorded"
