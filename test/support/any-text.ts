import fc, { type StringConstraints } from "fast-check";

const codePoint = fc
  .oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 0x10_ffff }))
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));

/** Text of any code points. The unit "binary" of fast-check is the same, and takes a second to list them all. */
export const anyText = (limits: Omit<StringConstraints, "unit"> = {}) => fc.string({ ...limits, unit: codePoint });
