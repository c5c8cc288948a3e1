// Bundles src/ into dist/, with the licences of what goes in. `npm run build`.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

const root = new URL("..", import.meta.url).pathname;
const dist = join(root, "dist");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const head = commit();

rmSync(dist, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input: "src/main.ts",
  platform: "node",
  logLevel: "warn",
  plugins: [withLess()],
  transform: { target: "node20", define: { __VERSION__: JSON.stringify(version), __COMMIT__: JSON.stringify(head) } },
});
// CommonJS starts faster than modules do: Node need not set its module loader up. One chunk for each thing that is
// loaded on demand.
const { output } = await bundle.write({
  dir: dist,
  format: "cjs",
  minify: true,
  entryFileNames: "main.cjs",
  chunkFileNames: "chunks/[name]-[hash].cjs",
});
const text = `onduty ${version}${head === "" ? "" : ` (${head})`}\n`;
writeFileSync(join(dist, "version.cjs"), `module.exports = ${JSON.stringify(text)};\n`);
writeFileSync(
  join(dist, "LICENSES.txt"),
  licences(output.flatMap((chunk) => ("moduleIds" in chunk ? chunk.moduleIds : []))),
);

/**
 * Packages without what they load at their start and we never use: each is a millisecond or more of every command.
 * undici: the client of HTTP/2, and modules of Node's of which it wants one name. commander: processes, for commands that are
 * programs of their own.
 */
function withLess() {
  const parts = {
    undici: {
      "client-h2": "module.exports = undefined;",
      // For a limit that has this value unless Node is told otherwise, and to know a request of node:http given as a body.
      "node:http": "module.exports = { maxHeaderSize: 16384, IncomingMessage: class {} };",
      "node:assert": `module.exports = (value, message) => {
        if (!value) throw message instanceof Error ? message : new Error(message ?? "assertion failed");
      };`,
      "node:perf_hooks": "module.exports = { performance };",
    },
    commander: { "node:child_process": "module.exports = {};" },
  };
  const prefix = "\0part:";
  return {
    name: "with-less",
    resolveId(source, importer) {
      const of = /node_modules[\\/](undici|commander)[\\/]/.exec(importer ?? "")?.[1];
      const part = source.replace(/^.*\/(client-h2)(\.js)?$/, "$1");
      return of !== undefined && part in parts[of] ? `${prefix}${of}:${part}` : null;
    },
    load(id) {
      if (!id.startsWith(prefix)) return null;
      const [of, ...part] = id.slice(prefix.length).split(":");
      return parts[of][part.join(":")];
    },
  };
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
