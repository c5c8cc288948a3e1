// Versions of Node to test and measure with: packages of the npm registry, fetched when they are asked for.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** The oldest that is supported, and the newest of each line. */
export const supported = ["20.18.1", "20", "22", "24", "26"];

/** The file of Node in that version; undefined where it was never fetched. */
export function installedNode(version) {
  const node = placeOf(version).node;
  return existsSync(node) ? node : undefined;
}

/** The same, fetched when it is not there. */
export function fetchNode(version) {
  const { folder, name, node } = placeOf(version);
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", `${name}@${version}`], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return node;
}

function placeOf(version) {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const folder = join(root, "node_modules/.cache/onduty-runtimes", version);
  return { folder, name, node: join(folder, "node_modules", name, "bin/node") };
}
