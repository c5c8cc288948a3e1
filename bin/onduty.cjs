#!/usr/bin/env node
"use strict";
const { writeSync } = require("node:fs");
const { join } = require("node:path");
const [first, second] = process.argv.slice(2);
// The commonest question of a script needs nothing of the program.
if (!((first === "--version" || first === "-V") && second === undefined && printVersion())) start();

function printVersion() {
  try {
    writeSync(1, require("../dist/version.cjs"));
    return true;
  } catch {
    // The program knows what to do about it.
    return false;
  }
}

function start() {
  const main = join(__dirname, "../dist/main.cjs");
  if (Number(process.versions.node.split(".")[0]) >= 22) require("node:module").enableCompileCache?.();
  // A CI job starts from nothing: there is no next time to keep it for.
  else if (!process.env.CI && !process.env.NODE_DISABLE_COMPILE_CACHE)
    return require("./compile-cache.cjs").load(main).start();
  return require(main).start();
}
