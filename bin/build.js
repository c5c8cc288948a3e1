// Bundles src/ into dist/, with the licenses of what goes in. `npm run build`.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { rolldown } from "rolldown";
import { checkChunks, chunkGroups, rareChunks } from "./build/chunks.js";
import { billOfMaterials, licenses, packagesOf } from "./build/licenses.js";
import { plainExports } from "./build/plain-exports.js";
import { plainAscii, requireBuiltins, slimLibraries, wasmFiles } from "./build/slim.js";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const head = commit();

/**
 * Chunks of which the package has a smaller form alone (`files` of package.json): an eighth smaller than npm's own packing makes
 * them. Unpacking takes 3 ms, so these are the large ones that few commands load: the sandbox, jq, YAML, and the text of HTML.
 */
const packed = new Set(["server", "jq", "browser", "readable"]);

clean();
const isRare = rareChunks();
const bundle = await rolldown({
  cwd: root,
  input: "src/main.ts",
  platform: "node",
  // A native module; looked up when it is needed, next to this package.
  external: ["@napi-rs/keyring"],
  logLevel: "warn",
  // What a chunk imports when it is needed may be in the chunk already.
  checks: { ineffectiveDynamicImport: false },
  // No module of ours or of a library does something when a property of it is read.
  treeshake: { propertyReadSideEffects: false, unknownGlobalSideEffects: false },
  plugins: [slimLibraries(), requireBuiltins(), plainExports(), plainAscii()],
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
  chunkFileNames: ({ name, moduleIds }) => {
    const folder = isRare(moduleIds) && !packed.has(name) ? "rare" : "chunks";
    return `${folder}/[name]-[hash].cjs`;
  },
  codeSplitting: { groups: chunkGroups() },
});
checkChunks(output);
for (const [name, data] of Object.entries(wasmFiles())) writeFileSync(join(dist, name), data);
packJq(join(root, "node_modules/jq-wasm/dist/build/jq.wasm"), join(dist, "jq.wasm.br"));
for (const { name, fileName, code } of output)
  if (packed.has(name)) writeFileSync(join(dist, `${fileName}.br`), brotliCompressSync(code));
packRare();
const text = `onduty ${version}${head === "" ? "" : ` (${head})`}\n`;
writeFileSync(join(dist, "version.cjs"), `module.exports = ${JSON.stringify(text)};\n`);
const bundled = output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
const packages = packagesOf(bundled);
writeFileSync(join(dist, "LICENSES.txt"), licenses(packages));
writeFileSync(join(dist, "sbom.cdx.json"), billOfMaterials(packages, version));

/** Removes all but the stand-alone executables, which are made from the rest on demand, and what takes long to make. */
function clean() {
  for (const name of existsSync(dist) ? readdirSync(dist) : []) {
    const isKept = name.startsWith("onduty") || name === "jq.wasm.br";
    if (!isKept) rmSync(join(dist, name), { recursive: true, force: true });
  }
}

/**
 * Packs what few commands load into one file, `rare.br`, which the package has instead: in one window a quarter smaller than a
 * hundred small files, and without a head for each. A part stands in it after its name, between two bytes of zero.
 */
function packRare() {
  const parts = output.filter(({ fileName }) => fileName.startsWith("rare/"));
  const texts = parts.map(({ fileName, code }) => {
    if (code.includes("\0")) throw new Error(`${fileName} has a byte of zero, which ends a part`);
    return `\0${fileName.slice("rare/".length)}\n${code}`;
  });
  writeFileSync(join(dist, "rare.br"), brotliCompressSync(`${texts.join("")}\0`));
}

/** A quarter smaller than npm's own packing makes it; it was the half of the package. Unpacking takes 5 ms. */
function packJq(from, to) {
  if (existsSync(to) && statSync(to).mtimeMs > statSync(from).mtimeMs) return;
  writeFileSync(to, brotliCompressSync(readFileSync(from)));
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
