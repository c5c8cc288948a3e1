import type { WebhookDescriptor } from "../providers/descriptor.ts";

/** Headers that a signature is made of, in lower case. */
export function signedHeaders({ signature, timestamp, otherSignatures = [] }: WebhookDescriptor): string[] {
  const names = [signature.header, ...(timestamp === undefined ? [] : [timestamp.header]), ...otherSignatures];
  return names.map((name) => name.toLowerCase());
}
