// Bundles src/ into dist/, with the licences of what goes in. `npm run build`.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const root = new URL("..", import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

rmSync(join(root, "dist"), { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  bundle: true,
  // One chunk for each thing that is loaded on demand.
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  format: "esm",
  platform: "node",
  target: "node20",
  minify: true,
  keepNames: false,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  // Bundled CommonJS packages call `require` for Node's own modules.
  banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
  define: { __VERSION__: JSON.stringify(version), __COMMIT__: JSON.stringify(commit()) },
});
writeFileSync(join(root, "dist/LICENSES.txt"), licences(Object.keys(metafile.inputs)));

/** The short commit this was built from; empty outside a checkout. */
function commit() {
  try {
    return execFileSync("git", ["-C", root, "rev-parse", "--short=9", "HEAD"], { stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .trim();
  } catch {
    return "";
  }
}

/** The licence texts of every package of which a file was bundled. */
function licences(inputs) {
  const packages = new Set(
    inputs.flatMap((input) => /^(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
  );
  const texts = [...packages].sort().map((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const file = readdirSync(join(root, folder)).find((name) => /^(licen[cs]e|copying)/i.test(name));
    const text =
      file && existsSync(join(root, folder, file)) ? readFileSync(join(root, folder, file), "utf8").trim() : "";
    return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text}\n`;
  });
  return `onduty contains code of these packages.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}
