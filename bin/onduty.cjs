#!/usr/bin/env node
"use strict";
const { join } = require("node:path");
const [first, second] = process.argv.slice(2);
// The commonest question of a script needs nothing of the program.
if ((first === "--version" || first === "-V") && second === undefined)
  process.stdout.write(require("../dist/version.cjs"));
else start();

function start() {
  const { enableCompileCache } = require("node:module");
  const main = join(__dirname, "../dist/main.cjs");
  // A CI job starts from nothing: there is no next time to keep it for. A help is too short to be worth it.
  const keep = !process.env.CI && !process.env.NODE_DISABLE_COMPILE_CACHE && !process.argv.includes("--help");
  if (enableCompileCache !== undefined) enableCompileCache();
  if (enableCompileCache !== undefined || !keep) require(main).start();
  else require("./compile-cache.cjs").load(main).start();
}
