// Bundles src/ into dist/, with the licences of what goes in. `npm run build`.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { rolldown } from "rolldown";

const root = new URL("..", import.meta.url).pathname;
const dist = join(root, "dist");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const head = commit();

// All but the stand-alone executables, which are made from the rest on demand, and what takes long to make.
for (const name of existsSync(dist) ? readdirSync(dist) : []) {
  if (!name.startsWith("onduty") && name !== "jq.wasm.br") rmSync(join(dist, name), { recursive: true, force: true });
}
const core = reachableFrom("src/main.ts", { followImports: false });
const http = reachableFrom("src/http/create.ts", { followImports: true });
/** What most commands take from here and there: a file for each would cost more than what is in it. */
const shared =
  /[\\/]src[\\/](cli[\\/](arguments[\\/].*|traits)|concurrency[\\/]pause|directory[\\/]resolve|model[\\/].*|output[\\/](dry-run|not-printed|listing)|providers[\\/](wire|filter|outcome))\.ts$/;
const bundle = await rolldown({
  cwd: root,
  input: "src/main.ts",
  platform: "node",
  // A native module; looked up when it is needed, next to this package.
  external: ["@napi-rs/keyring"],
  logLevel: "warn",
  plugins: [withLess(), requireBuiltins()],
  transform: {
    target: "node20",
    define: { __JQ_WASM__: '"../jq.wasm.br"', __VERSION__: JSON.stringify(version), __COMMIT__: JSON.stringify(head) },
  },
});
// CommonJS starts faster than modules do: Node need not set its module loader up. One chunk for each thing that is
// loaded on demand.
const { output } = await bundle.write({
  dir: dist,
  format: "cjs",
  minify: true,
  entryFileNames: "main.cjs",
  chunkFileNames: "chunks/[name]-[hash].cjs",
  // Files cost more than bytes: what is always loaded together is one.
  codeSplitting: {
    groups: [
      { name: "core", test: (id) => core.has(id) || id.includes("rolldown/runtime"), priority: 3 },
      { name: "http", test: (id) => http.has(id), priority: 1 },
      {
        name: "delivery",
        test: /[\\/]src[\\/](spool[\\/]|events[\\/](deliver|backlog|outcome|check|flush|bulk|spooled)\.ts$)/,
      },
      { name: "shared", test: shared, priority: 2 },
      { name: "undici", test: /[\\/]undici[\\/]lib[\\/](?!.*(proxy|socks|api-))/ },
    ],
  },
});
packJq(join(root, "node_modules/jq-wasm/dist/build/jq.wasm"), join(dist, "jq.wasm.br"));
const text = `onduty ${version}${head === "" ? "" : ` (${head})`}\n`;
writeFileSync(join(dist, "version.cjs"), `module.exports = ${JSON.stringify(text)};\n`);
writeFileSync(
  join(dist, "LICENSES.txt"),
  licences(output.flatMap((chunk) => ("moduleIds" in chunk ? chunk.moduleIds : []))),
);

/** A quarter smaller than npm's own packing makes it; it was the half of the package. Unpacking takes 5 ms. */
function packJq(from, to) {
  if (existsSync(to) && statSync(to).mtimeMs > statSync(from).mtimeMs) return;
  writeFileSync(to, brotliCompressSync(readFileSync(from)));
}

/**
 * Packages without what they load at their start and we never use: each is a millisecond or more of every command, or
 * kilobytes of the package.
 * cli-table3: colors, and a string-width of its own, older than ours. undici: the client of HTTP/2, and modules of Node's of
 * which it wants one name. commander: processes, for commands that are programs of their own. conf: a validator of schemas,
 * which it makes only where it is given one; 145 kB of 165, and 20 ms of each command that writes the configuration.
 */
function withLess() {
  const parts = {
    "cli-table3": {
      "@colors/colors/safe": "module.exports = {};",
      "string-width": `module.exports = require(${JSON.stringify(join(root, "src/output/fit.ts"))}).stringWidth;`,
    },
    undici: {
      "client-h2": "module.exports = undefined;",
      // For bodies that are forms or streams; ours are text.
      "fetch/body": "module.exports = {};",
      // For a limit that has this value unless Node is told otherwise, and to know a request of node:http given as a body.
      "node:http": "module.exports = { maxHeaderSize: 16384, IncomingMessage: class {} };",
      "node:assert": `module.exports = (value, message) => {
        if (!value) throw message instanceof Error ? message : new Error(message ?? "assertion failed");
      };`,
      "node:perf_hooks": "module.exports = { performance };",
    },
    commander: { "node:child_process": "module.exports = {};" },
    conf: { "ajv/dist/2020.js": "export const Ajv2020 = undefined;", "ajv-formats": "export default {};" },
  };
  const packages = new RegExp(`node_modules[\\\\/](${Object.keys(parts).join("|")})[\\\\/]`);
  const prefix = "\0part:";
  return {
    name: "with-less",
    resolveId(source, importer) {
      // Its main file is UMD, whose parts no bundler finds; its modules leave the names of their files unfinished.
      if (source === "jsonc-parser") return join(root, "node_modules/jsonc-parser/lib/esm/main.js");
      // Its modules instead of its one big file, so that what reads YAML can be left out.
      if (source === "yaml") return join(root, "node_modules/yaml/browser/index.js");
      const of = packages.exec(importer ?? "")?.[1];
      const part = source.replace(/^.*\/(client-h2|fetch\/body)(\.js)?$/, "$1");
      return of !== undefined && part in parts[of] ? `${prefix}${of}:${part}` : null;
    },
    load(id) {
      if (!id.startsWith(prefix)) return null;
      const [of, ...part] = id.slice(prefix.length).split(":");
      return parts[of][part.join(":")];
    },
    transform(code, id) {
      if (!/node_modules[\\/]cli-table3[\\/]src[\\/]cell\.js$/.test(id)) return null;
      // For a message to who works on cli-table3: a cut form of every cell, which takes 4 ms of one that is not ASCII.
      const wasteful = "utils.truncate(this.content, 10, this.truncate)";
      if (!code.includes(wasteful)) throw new Error(`cli-table3 does no longer have ${wasteful}`);
      return code.replace(wasteful, "this.content");
    },
  };
}

/** A chunk that V8's cache was kept for cannot import: Node's own modules are required like our chunks are. */
function requireBuiltins() {
  const pattern = /\bimport\(([`"'])(node:[\w/]+|@napi-rs\/keyring)\1\)/g;
  return {
    name: "require-builtins",
    renderChunk: (code) => code.replaceAll(pattern, "Promise.resolve().then(() => require($1$2$1))"),
  };
}

/** A source file and what it imports, of ours; with `followImports` also what it imports when it is needed. */
function reachableFrom(start, { followImports }) {
  const found = new Set();
  const visit = (file) => {
    if (found.has(file)) return;
    found.add(file);
    const text = readFileSync(file, "utf8");
    const specifiers = [...text.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from\s+"(\.[^"]+\.ts)"/gm)];
    if (followImports) specifiers.push(...text.matchAll(/import\("(\.[^"]+\.ts)"\)/g));
    for (const [, specifier] of specifiers) visit(resolve(dirname(file), specifier));
  };
  visit(join(root, start));
  return found;
}

/** The short commit this was built from; empty outside a checkout. */
function commit() {
  try {
    const args = ["-C", root, "rev-parse", "--short=9", "HEAD"];
    return execFileSync("git", args, { stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .trim();
  } catch {
    return "";
  }
}

/** The licence texts of every package of which a file was bundled. */
function licences(files) {
  const pattern = /\/(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//;
  const folders = new Set(files.flatMap((file) => pattern.exec(file)?.[1] ?? []));
  const texts = [...folders].sort().map((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const file = readdirSync(join(root, folder)).find((name) => /^(licen[cs]e|copying)/i.test(name));
    const licence = file === undefined ? "" : readFileSync(join(root, folder, file), "utf8").trim();
    return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${licence}\n`;
  });
  return `onduty contains code of these packages.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}
