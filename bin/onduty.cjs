#!/usr/bin/env node
"use strict";
const { writeSync } = require("node:fs");
const { join } = require("node:path");
const [first, second] = process.argv.slice(2);
// `--version`, which scripts use most, needs no part of the program.
if (!((first === "--version" || first === "-V") && second === undefined && printVersion())) start();

function printVersion() {
  try {
    writeSync(1, require("../dist/version.cjs"));
    return true;
  } catch {
    // Let the program handle it.
    return false;
  }
}

function start() {
  const main = join(__dirname, "../dist/main.cjs");
  if (Number(process.versions.node.split(".")[0]) >= 22) require("node:module").enableCompileCache?.();
  // A CI job starts with an empty cache, so nothing would use what is kept.
  else if (!process.env.CI && !process.env.NODE_DISABLE_COMPILE_CACHE)
    return require("./compile-cache.cjs").load(main).start();
  return require(main).start();
}
