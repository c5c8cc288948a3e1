#!/usr/bin/env node
"use strict";
const [first, second] = process.argv.slice(2);
// Node 22 and later keep what V8 compiled.
require("node:module").enableCompileCache?.();
// The commonest question of a script needs nothing of the program.
if ((first === "--version" || first === "-V") && second === undefined)
  process.stdout.write(require("../dist/version.cjs"));
else require("../dist/main.cjs").start();
