import { findNodeAtLocation, type ParseError, parseTree } from "jsonc-parser";

export interface Position {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units. */
  column: number;
}

/**
 * Offset of the first error in `json`; its length when it ends too early or is valid. JSON.parse
 * reports this for some mistakes only, differently in each engine, and Node 20 quotes the text, which may hold a key.
 */
export function jsonErrorOffset(json: string): number {
  const errors: ParseError[] = [];
  parseTree(json, errors, { disallowComments: true });
  return errors[0]?.offset ?? json.length;
}

/** Offset of the value at `path`; of a property, where its name begins. */
export function offsetOf(json: string, path: readonly string[]): number {
  const root = parseTree(json);
  const node = root && findNodeAtLocation(root, [...path]);
  return (node?.parent?.type === "property" ? node.parent : node)?.offset ?? 0;
}

/** Line and column of an offset, as editors count them. */
export function positionOf(json: string, offset: number): Position {
  const before = json.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
