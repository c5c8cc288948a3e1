#!/usr/bin/env node
"use strict";
const { writeSync } = require("node:fs");
const { join } = require("node:path");
const [first, second] = process.argv.slice(2);
// The commonest question of a script needs nothing of the program.
if (!((first === "--version" || first === "-V") && second === undefined && tellVersion())) start();

function tellVersion() {
  try {
    writeSync(1, require("../dist/version.cjs"));
    return true;
  } catch {
    // The program knows what to do about it.
    return false;
  }
}

function start() {
  const { enableCompileCache } = require("node:module");
  const main = join(__dirname, "../dist/main.cjs");
  // A CI job starts from nothing: there is no next time to keep it for.
  const keep = !process.env.CI && !process.env.NODE_DISABLE_COMPILE_CACHE;
  if (enableCompileCache !== undefined) enableCompileCache();
  if (enableCompileCache !== undefined || !keep) require(main).start();
  else require("./compile-cache.cjs").load(main).start();
}
