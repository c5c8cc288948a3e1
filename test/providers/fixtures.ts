import { readFileSync } from "node:fs";

/** An answer of a vendor, by its file under `test/fixtures`. See the README beside it for where it comes from. */
export function fixture<Shape = Record<string, unknown>>(name: string): Shape {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8")) as Shape;
}
