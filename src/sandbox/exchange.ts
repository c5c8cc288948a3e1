import type { IncomingMessage, ServerResponse } from "node:http";
import type { Reply } from "./reply.ts";

const maxBody = 16 * 1024 * 1024;

/** The body; undefined when it is too large, the rest unread. Events: an iterator costs more than the usual answer. */
export function readText(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBody) return void chunks.push(chunk);
      incoming.pause();
      resolve(undefined);
    });
    incoming.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    incoming.on("error", reject);
  });
}

function encode({ status, headers, body }: Reply): { head: Record<string, string | number>; payload: string } {
  const isText = typeof body === "string";
  const payload = isText ? body : (JSON.stringify(body) ?? "");
  const type = isText ? "text/plain" : "application/json";
  const bare = payload === "" || status === 204;
  const length = Buffer.byteLength(payload);
  return {
    head: { ...(!bare && { "content-type": type }), ...headers, ...(status !== 204 && { "content-length": length }) },
    payload,
  };
}

export function write(response: ServerResponse, reply: Reply): void {
  const { head, payload } = encode(reply);
  response.writeHead(reply.status, head).end(payload);
}

/** Sends half of the response, and closes the connection. */
export async function writeHalf(response: ServerResponse, reply: Reply): Promise<void> {
  const { head, payload } = encode(reply);
  const bytes = Buffer.from(payload);
  response.writeHead(reply.status, head);
  response.flushHeaders();
  await new Promise<void>((resolve) =>
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => resolve()),
  );
  response.destroy();
}
