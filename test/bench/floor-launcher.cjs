"use strict";
// Runs a bundled script with the code that V8 made of it the last time.
const { readFileSync, writeFileSync } = require("node:fs");
const { dirname } = require("node:path");
const { Script } = require("node:vm");

const [file] = process.argv.splice(2, 1);
const cache = `${file}.${process.version}`;
let cachedData;
try {
  cachedData = readFileSync(cache);
} catch {
  // The first run.
}
const text = module.constructor.wrap(readFileSync(file, "latin1"));
const script = new Script(text, { filename: file, cachedData });
process.once("exit", () => {
  if (cachedData !== undefined && !script.cachedDataRejected) return;
  const { setFlagsFromString } = require("node:v8");
  for (const flag of ["--wasm-tier-up", "--wasm-dynamic-tiering"]) setFlagsFromString(flag);
  writeFileSync(cache, script.createCachedData());
});
script.runInThisContext()(exports, require, module, file, dirname(file));
