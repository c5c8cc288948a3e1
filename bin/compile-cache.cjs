"use strict";
// What Node 22 does by itself (module.enableCompileCache), for Node 20: keeps what V8 made of our files, which saves a
// quarter of the time of a command that asks a vendor. One file for each chunk, in the user's cache folder.
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { homedir } = require("node:os");
const { basename, dirname, isAbsolute, join, sep } = require("node:path");
const { Script } = require("node:vm");

/** What node:module gives, without the rest of it. */
const Module = module.constructor;

/** V8 takes its code back only under the flags it was kept with: by default these, and others once undici was loaded. */
const flags = {
  early: ["--wasm-tier-up", "--wasm-dynamic-tiering"],
  late: ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering"],
};

/** Milliseconds after which cached code is deleted: most of it is of old versions. Code in use is compiled again. */
const maxAgeMs = 60 * 24 * 3_600_000;

/** The user's cache folder; undefined for a user who has none. */
const findCaches = () => {
  const { XDG_CACHE_HOME: given } = process.env;
  if (given && isAbsolute(given)) return given;
  try {
    const home = homedir();
    return isAbsolute(home) ? join(home, ".cache") : undefined;
  } catch {
    // Neither HOME nor an entry in passwd.
    return undefined;
  }
};

/** Loads `file`, an absolute path, and what it requires from its own folder, through the cache. */
exports.load = (file) => {
  const root = dirname(file) + sep;
  const caches = findCaches();
  if (caches === undefined) return require(file);
  const folder = join(caches, "onduty", `v8-${process.version}-${process.arch}`);
  const fresh = [];
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename) {
    // Only names that change with their content: V8 itself compares no more than the length.
    if (!filename.startsWith(root) || !/-[\w-]{8}\.cjs$/.test(filename)) return compile.call(this, content, filename);
    const when = process.moduleLoadList.includes("NativeModule v8") ? "late" : "early";
    const cache = join(folder, `${basename(filename)}.${when}`);
    let cachedData;
    try {
      cachedData = readFileSync(cache);
    } catch {
      // Not there yet.
    }
    const script = new Script(Module.wrap(content), { filename, cachedData });
    if (cachedData === undefined || script.cachedDataRejected) fresh.push({ cache, script, when });
    const own = (id) => this.require(id);
    return script.runInThisContext().call(this.exports, this.exports, own, this, filename, dirname(filename));
  };
  process.on("exit", () => {
    if (fresh.length === 0) return;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      for (const name of readdirSync(folder)) {
        const old = join(folder, name);
        if (Date.now() - statSync(old).mtimeMs > maxAgeMs) rmSync(old, { force: true });
      }
      const { setFlagsFromString } = require("node:v8");
      setFlagsFromString("--semi-space-growth-factor=2");
      for (const when of ["early", "late"]) {
        for (const flag of flags[when]) setFlagsFromString(flag);
        for (const { cache, script } of fresh.filter((one) => one.when === when)) {
          const draft = `${cache}.${process.pid}`;
          writeFileSync(draft, script.createCachedData(), { mode: 0o600 });
          renameSync(draft, cache);
        }
      }
    } catch {
      // No place to keep it: the next command is as slow as this one.
    }
  });
  return require(file);
};
