import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { stringWidth } from "../../src/output/fit.ts";

/** How Node itself compiles what it has read. */
interface CompiledModule extends Module {
  _compile(code: string, file: string): void;
}

// cli-table3 as bin/build/slim.js makes it.
const library = createRequire(import.meta.url).resolve("cli-table3");
const require = createRequire(library);

// It measures with our string-width instead of an old one of its own.
const width = require.resolve("string-width");
require.cache[width] = Object.assign(new Module(width), { exports: stringWidth, loaded: true });

// A cell is not cut for a debug message.
const cell = join(dirname(library), "src/cell.js");
if (require.cache[cell] === undefined) {
  const { slimLibraries } = (await import(new URL("../../bin/build/slim.js", import.meta.url).href)) as {
    slimLibraries(names: string[]): { transform(code: string, file: string): string };
  };
  const edited = Object.assign(new Module(cell) as CompiledModule, { filename: cell });
  edited._compile(slimLibraries(["cli-table3"]).transform(readFileSync(cell, "utf8"), cell), cell);
  require.cache[cell] = edited;
}
