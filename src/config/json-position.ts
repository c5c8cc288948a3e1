export interface Position {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units. */
  column: number;
}

const space = /[ \t\n\r]*/y;
const text = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Offset of the first thing in `json` that cannot stand there; its length when it ends too early or is whole. JSON.parse
 * tells this for some mistakes only, differently in each engine, and Node 20 quotes the text, which may hold a key.
 */
export function jsonErrorOffset(json: string): number {
  let at = 0;

  function take(pattern: RegExp): boolean {
    pattern.lastIndex = at;
    if (!pattern.test(json)) return false;
    at = pattern.lastIndex;
    return true;
  }

  const sign = (character: string): boolean => {
    take(space);
    if (json[at] !== character) return false;
    at += 1;
    return true;
  };

  function value(): boolean {
    if (sign("{")) return entries("}", () => take(space) && take(text) && sign(":") && value());
    if (sign("[")) return entries("]", value);
    return take(text) || take(scalar);
  }

  function entries(end: string, entry: () => boolean): boolean {
    if (sign(end)) return true;
    do {
      if (!entry()) return false;
    } while (sign(","));
    return sign(end);
  }

  if (value()) take(space);
  return at;
}

/** Line and column of an offset, as editors count them. */
export function positionOf(json: string, offset: number): Position {
  const before = json.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
