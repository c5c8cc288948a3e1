import { deserializeMessage, serializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { Streams } from "../../output/streams.ts";

/** Bytes of one message at most. */
const maxMessageBytes = 10 * 1024 * 1024;

/** Codes of JSON-RPC for what is no message. */
const parseError = -32700;
const invalidRequest = -32600;

/** The protocol on the program's own streams, one message a line. */
export interface StreamTransport extends Transport {
  /** Resolves when no more messages come. */
  readonly ended: Promise<void>;
  /** Resolves when no more messages come, and every request has its response or is canceled. */
  readonly answered: Promise<void>;
}

export function streamTransport({ in: input, out }: Pick<Streams, "in" | "out">): StreamTransport {
  const [ended, end] = signpost();
  const [answered, finish] = signpost();
  const waiting = new Set<unknown>();
  let isEnded = false;

  function markDone(id?: unknown): void {
    waiting.delete(id);
    if (isEnded && waiting.size === 0) finish();
  }

  function stop(): void {
    isEnded = true;
    end();
    markDone();
  }

  async function send(message: JSONRPCMessage): Promise<void> {
    await out.write(serializeMessage(message));
    if (out.closed) stop();
    if (!("method" in message)) markDone(message.id);
  }

  async function read(): Promise<void> {
    try {
      for await (const line of linesOf(input)) await receive(line);
    } catch (error) {
      transport.onerror?.(error as Error);
    }
    stop();
  }

  async function receive(line: string): Promise<void> {
    let message: JSONRPCMessage;
    try {
      message = deserializeMessage(line);
    } catch (error) {
      transport.onerror?.(error as Error);
      const [code, text] = error instanceof SyntaxError ? [parseError, "not JSON"] : [invalidRequest, "not a message"];
      await out.write(`${JSON.stringify({ jsonrpc: "2.0", id: null, error: { code, message: text } })}\n`);
      return;
    }
    if ("method" in message && "id" in message) waiting.add(message.id);
    transport.onmessage?.(message);
    if ("method" in message && message.method === "notifications/cancelled") markDone(message.params?.requestId);
  }

  const transport: StreamTransport = {
    ended,
    answered,
    start: async () => void read(),
    send,
    async close() {
      stop();
      transport.onclose?.();
    },
  };
  return transport;
}

/** A promise, and what resolves it. */
function signpost(): [reached: Promise<void>, reach: () => void] {
  let reach = (): void => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  return [reached, reach];
}

/** @throws {Error} on a line that is too long */
async function* linesOf(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of input) {
    rest += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxMessageBytes) throw new Error("a message is too long");
    for (const line of lines) if (line.trim() !== "") yield line;
  }
  if (rest.trim() !== "") yield rest;
}
