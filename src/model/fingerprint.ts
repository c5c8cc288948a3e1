/**
 * A fingerprint of 16 hex digits: two FNV-1a hashes of 32 bits, from the front and from the back, each finished as
 * MurmurHash3 is. Not for secrets; loading Node's crypto for names of files would cost more than writing them.
 */
export function fingerprint(text: string): string {
  let [front, back] = [0x811c9dc5, 0x27d4eb2f];
  for (let index = 0; index < text.length; index += 1) {
    front = Math.imul(front ^ text.charCodeAt(index), 0x01000193);
    back = Math.imul(back ^ text.charCodeAt(text.length - 1 - index), 0x01000193);
  }
  return hex(finish(front ^ text.length)) + hex(finish(back ^ front));
}

function finish(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The two digits of each byte: a number above 2^30 takes V8 long to write. */
const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hex(number: number): string {
  const byte = (shift: number): string => bytes[(number >>> shift) & 0xff] ?? "";
  return byte(24) + byte(16) + byte(8) + byte(0);
}
