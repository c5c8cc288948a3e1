import type { RawResponse } from "./dialect.ts";

/** The vendor's id of a request by the headers of its response; `header` is the vendor's own name for it, in lower case. */
export function requestIdIn(headers: Record<string, string>, header = "x-request-id"): string | undefined {
  return headers[header] ?? headers["x-request-id"];
}

/** The vendor's id of a request: in the body of its response, or in a header. */
export function requestIdOf({ headers, body }: RawResponse, header: string | undefined): string | null {
  const inBody = typeof body === "object" && body !== null ? (body as { request_id?: unknown }).request_id : undefined;
  return (typeof inBody === "string" && inBody) || requestIdIn(headers, header) || null;
}
