import { compareCodes } from "../../model/text.ts";
import { asText, type Fields } from "./fields.ts";

const [offset, prime, mask] = [0xcbf29ce484222325n, 0x100000001b3n, 0xffffffffffffffffn];
/** Stands behind each name and each value; it is in no UTF-8 text. */
const separator = 0xff;

/**
 * The fingerprint that Prometheus and Alertmanager give to a set of labels, 16 hex digits: FNV-1a of 64 bits over names and
 * values in the order of the names. Source: Prometheus' common library, `model.LabelSet.Fingerprint`. An alert has then one key,
 * whether its fingerprint is sent along or not.
 */
export function labelFingerprint(labels: Fields): string {
  const encoder = new TextEncoder();
  let hash = offset;
  for (const [name, value] of Object.entries(labels).sort(([a], [b]) => compareCodes(a, b)))
    for (const text of [name, asText(value) ?? JSON.stringify(value)])
      for (const byte of [...encoder.encode(text), separator]) hash = ((hash ^ BigInt(byte)) * prime) & mask;
  return hash.toString(16).padStart(16, "0");
}
