import { request } from "node:http";
import type { WebhookDescriptor } from "../providers/descriptor.ts";
import type { SignedRequest } from "../providers/webhooks.ts";
import { signedHeaders } from "./signed-headers.ts";

/** Headers that a receiver needs to check and read it, in lower case. */
function forwardedHeaders(vendor: WebhookDescriptor): string[] {
  const { unsigned = [] } = vendor;
  return ["content-type", "user-agent", ...signedHeaders(vendor), ...unsigned.map((name) => name.toLowerCase())];
}

const forwardMs = 10_000;

/** Sends it on as it came, byte for byte. Returns the problem, or null. */
export function forward(
  url: string,
  { body, headers }: SignedRequest,
  vendor: WebhookDescriptor,
): Promise<string | null> {
  const sent: Record<string, string | number> = { "content-length": body.length };
  for (const name of forwardedHeaders(vendor)) if (headers[name] !== undefined) sent[name] = headers[name];
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(forwardMs);
    const outgoing = request(url, { method: "POST", headers: sent, signal });
    outgoing.on("error", (error: NodeJS.ErrnoException) =>
      resolve(signal.aborted ? "no response in time" : (error.code ?? error.message)),
    );
    outgoing.on("response", (response) => {
      response.on("error", () => {});
      response.resume();
      const status = response.statusCode ?? 0;
      resolve(status < 300 ? null : `it answered ${status}`);
    });
    outgoing.end(body);
  });
}
