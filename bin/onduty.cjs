#!/usr/bin/env node
"use strict";
// Starts the program in ../dist, with the code that V8 made of it the last time. See docs/performance.md.
const { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, readSync } = require("node:fs");
const { renameSync, statSync, unlinkSync, writeFileSync, writeSync } = require("node:fs");
const { basename, dirname, isAbsolute, join } = require("node:path");

const dist = join(__dirname, "../dist");
const [first, second] = process.argv.slice(2);
let rareParts;
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
  const kept = openKept();
  const { Script } = require("node:vm");
  /** What node:module gives, without the rest of it. */
  const Module = module.constructor;
  /** What this run has loaded. */
  const parts = [];
  /** V8 takes its code back only under the flags it was kept with: they are others once undici has a connection. */
  let flags = "early";
  if (kept !== undefined) process.once("exit", (code) => keep(kept, parts, code));
  load(dist, "./main.cjs").start();

  /** `id` as in a part that is in `folder`. Put together by hand: with a hundred calls of join, Node 22 would compile its loop. */
  function load(folder, id) {
    const file = id.startsWith("../") ? folder.slice(0, folder.lastIndexOf("/")) + id.slice(2) : folder + id.slice(1);
    const known = require.cache[file];
    if (known !== undefined) return known.exports;
    const loaded = new Module(file);
    require.cache[file] = loaded;
    const script = compile(file);
    const own = file.slice(0, file.lastIndexOf("/"));
    const requireFrom = (other) => {
      if (other.startsWith(".")) return load(own, other);
      if (other === "node:v8") flags = "late";
      return require(other);
    };
    script.runInThisContext().call(loaded.exports, loaded.exports, requireFrom, loaded, file, own);
    loaded.loaded = true;
    return loaded.exports;
  }

  function compile(file) {
    const text = Module.wrap(readPart(file));
    // Only names that change with their content: V8 itself compares no more than the length.
    const name = /[^/\\]+-[\w-]{8}\.cjs$/.exec(file)?.[0];
    if (kept === undefined || name === undefined) return new Script(text, { filename: file });
    const cachedData = kept.read(name, flags);
    const script = new Script(text, { filename: file, cachedData });
    parts.push({ name, flags, script, isNew: cachedData === undefined || script.cachedDataRejected });
    return script;
  }
}

/** A part as text. Those that few commands load are packed smaller; see bin/build.js. */
function readPart(file) {
  try {
    // Node reads UTF-8 with one call. The build has left nothing in it that is not ASCII.
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return basename(dirname(file)) === "rare" ? readRare(basename(file)) : unpack(`${file}.br`);
  }
}

/** A part of the file that holds those that few commands load: see `packRare` in bin/build.js. */
function readRare(name) {
  rareParts ??= unpack(join(dist, "rare.br"));
  const start = rareParts.indexOf(`\0${name}\n`) + name.length + 2;
  return rareParts.slice(start, rareParts.indexOf("\0", start));
}

function unpack(file) {
  const { brotliDecompressSync } = require("node:zlib");
  return brotliDecompressSync(readFileSync(file)).toString("latin1");
}

/**
 * Code that earlier runs have kept, in one file of the user's cache folder for each build of the program and version of Node.
 * Undefined where none is wanted or possible.
 */
function openKept() {
  // A CI job starts with an empty cache, so nothing would use what is kept.
  if (process.env.CI || process.env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  const caches = findCaches();
  // It names all other parts with their hashes, so that its own hash is that of the build.
  const [, build] = /core-([\w-]{8})\.cjs/.exec(readFileSync(join(dist, "main.cjs"), "utf8")) ?? [];
  if (caches === undefined || build === undefined) return undefined;
  const folder = join(caches, "onduty");
  const file = join(folder, `${build}-${process.version}-${process.arch}.code`);
  const { index = { runs: [], parts: {} }, descriptor } = readIndex(file) ?? {};
  return {
    folder,
    file,
    index,
    read(name, flags) {
      const [offset, length, under] = index.parts[name] ?? [];
      if (under !== flags) return undefined;
      const data = Buffer.allocUnsafeSlow(length);
      return readSync(descriptor, data, 0, length, offset) === length ? data : undefined;
    },
  };
}

/** The user's cache folder; undefined for a user who has none. */
function findCaches() {
  const { XDG_CACHE_HOME: given, HOME: home } = process.env;
  if (given && isAbsolute(given)) return given;
  try {
    // Where it is set, it is what node:os gives.
    const found = process.platform !== "win32" && home ? home : require("node:os").homedir();
    return isAbsolute(found) ? join(found, ".cache") : undefined;
  } catch {
    // Neither HOME nor an entry in passwd.
    return undefined;
  }
}

/**
 * Reads where the code of each part stands, and which runs it was kept from: `{ runs: [run], parts: { name: [offset, length, flags] } }`.
 * The file begins with the length of that text, and of the full file. Undefined for an incomplete file, and for one that somebody else
 * may have written.
 */
function readIndex(file) {
  try {
    const descriptor = openSync(file, "r");
    const { size, uid, mode } = fstatSync(descriptor);
    const isOurs = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
    const head = Buffer.alloc(8);
    readSync(descriptor, head, 0, 8, 0);
    const text = Buffer.alloc(Math.min(head.readUInt32LE(0), size));
    readSync(descriptor, text, 0, text.length, 8);
    if (isOurs && head.readUInt32LE(4) === size) return { index: JSON.parse(text.toString()), descriptor };
    closeSync(descriptor);
  } catch {
    // Not there yet, or no file of ours.
  }
  return undefined;
}

/**
 * Adds the code of what was compiled in this run: of parts that are new, and of functions that no run with the same parts and the
 * same exit code has called before. Two first runs at once each replace the complete file.
 */
function keep(kept, loaded, exitCode) {
  const { runs, parts: before } = kept.index;
  const run = [exitCode, ...loaded.map(({ name }) => name.slice(-12, -4))].join(" ");
  if (runs.includes(run) && !loaded.some(({ isNew }) => isNew)) return;
  try {
    const parts = new Map();
    for (const [name, [, , flags]] of Object.entries(before)) parts.set(name, { flags, data: kept.read(name, flags) });
    for (const [name, { flags, data }] of produce(loaded)) parts.set(name, { flags, data });
    makeFolder(kept.folder);
    removeOld(kept.folder);
    const draft = `${kept.file}.${process.pid}`;
    writeFileSync(draft, encode([...new Set([...runs, run])], parts), { mode: 0o600 });
    renameSync(draft, kept.file);
  } catch {
    // No place to keep it: the next command is as slow as this one.
  }
}

/** It ends whatever the system responds, which Node's own recursive way was seen not to do. */
function makeFolder(folder) {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (error.code === "EEXIST") return;
    if (error.code !== "ENOENT" || dirname(folder) === folder) throw error;
    makeFolder(dirname(folder));
    mkdirSync(folder, { mode: 0o700 });
  }
}

/** The code of scripts, after their functions were called, under the flags that were set when they were compiled. */
function produce(loaded) {
  const { setFlagsFromString } = require("node:v8");
  const made = new Map();
  // The transport changes this one after many requests.
  setFlagsFromString("--semi-space-growth-factor=2");
  for (const [flags, word] of [
    ["early", "--"],
    ["late", "--no-"],
  ]) {
    for (const flag of ["wasm-tier-up", "wasm-dynamic-tiering", "sparkplug"]) setFlagsFromString(word + flag);
    for (const { name, script } of loaded.filter((one) => one.flags === flags))
      made.set(name, { flags, data: script.createCachedData() });
  }
  return made;
}

function encode(runs, parts) {
  const names = [...parts.keys()];
  const data = names.map((name) => parts.get(name).data);
  const indexFrom = (start) => {
    let offset = start;
    const entries = names.map((name, at) => {
      const entry = [name, [offset, data[at].length, parts.get(name).flags]];
      offset += data[at].length;
      return entry;
    });
    return JSON.stringify({ runs, parts: Object.fromEntries(entries) });
  };
  // Offsets are as long as the longest could be, so that the length of the text is known before them.
  const width = indexFrom(0).length + 10 * names.length;
  const text = indexFrom(8 + width).padEnd(width);
  const size = data.reduce((sum, { length }) => sum + length, 8 + width);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(width, 0);
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, Buffer.from(text), ...data]);
}

/** Deletes code that was not used for 60 days: most of it is of old versions. */
function removeOld(folder) {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (/\.code(\.\d+)?$/.test(name) && Date.now() - statSync(file).mtimeMs > 60 * 24 * 3_600_000) unlinkSync(file);
  }
}
