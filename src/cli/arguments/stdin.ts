import type { InputStream } from "../../output/streams.ts";

/** All of standard input, byte for byte. */
export async function readBytes(input: InputStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}

/** All of standard input as text. */
export async function readAll(input: InputStream): Promise<string> {
  return (await readBytes(input)).toString("utf8");
}
