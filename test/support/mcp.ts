import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { onTestFinished } from "vitest";
import { launch } from "./process.ts";

/** `onduty mcp` as a client of the protocol starts it; it ends after the test. */
export async function connectMcp(words: string[], env: Record<string, string>) {
  const [command, ...first] = launch;
  const transport = new StdioClientTransport({ command, args: [...first, "mcp", ...words], env, stderr: "pipe" });
  let stderr = "";
  transport.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  onTestFinished(() => client.close());
  // Only then the client checks each result against the schema of its output.
  const { tools } = await client.listTools();
  return {
    client,
    tools,
    pid: transport.pid ?? 0,
    stderr: () => stderr,
    /** The structured content of a call, which fits its schema: the client checks that. */
    async call(name: string, given: Record<string, unknown> = {}, options: Parameters<Client["callTool"]>[2] = {}) {
      const result = await client.callTool({ name, arguments: given }, undefined, options);
      return { isError: result.isError === true, ...(result.structuredContent as Content) };
    },
  };
}

interface Content {
  rows?: Record<string, unknown>[];
  object?: Record<string, unknown>;
  complete: boolean;
  notices: string[];
  error?: { kind: string; message: string };
}
