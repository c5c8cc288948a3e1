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

// It does not cut each cell for a debug message, which takes 4 ms for a cell that is not ASCII.
const cell = join(dirname(library), "src/cell.js");
if (require.cache[cell] === undefined) {
  const message = "utils.truncate(this.content, 10, this.truncate)";
  const [before, after] = readFileSync(cell, "utf8").split(message);
  if (after === undefined) throw new Error(`${cell} does not have ${message}`);
  const edited = Object.assign(new Module(cell) as CompiledModule, { filename: cell });
  edited._compile(`${before}this.content${after}`, cell);
  require.cache[cell] = edited;
}
