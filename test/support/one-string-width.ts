import Module, { createRequire } from "node:module";
import { stringWidth } from "../../src/output/fit.ts";

// As the build does it: cli-table3 measures with our string-width instead of an old one of its own.
const require = createRequire(createRequire(import.meta.url).resolve("cli-table3"));
const file = require.resolve("string-width");
require.cache[file] = Object.assign(new Module(file), { exports: stringWidth, loaded: true });
