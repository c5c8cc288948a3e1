// Runs the tests that start processes under each Node that is supported: `npm run test:runtimes [20 22 …]`. The runtimes
// are packages of the npm registry.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** The oldest that is supported, and the newest of each line. */
const supported = ["20.18.1", "20", "22", "24", "26"];
const root = new URL("..", import.meta.url).pathname;
const asked = process.argv.slice(2);
const projects = ["--project", "process", "--project", "terminal"];

const failed = [];
for (const version of asked.length === 0 ? supported : asked) {
  const node = fetchNode(version);
  const exact = execFileSync(node, ["--version"]).toString().trim();
  process.stdout.write(`\nNode ${exact}\n`);
  const { status } = spawnSync(node, ["node_modules/vitest/vitest.mjs", "run", "--reporter=dot", ...projects], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
  });
  if (status !== 0) failed.push(exact);
}
process.stdout.write(failed.length === 0 ? "\nall pass\n" : `\nfailed on ${failed.join(", ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

function fetchNode(version) {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const folder = join(root, "node_modules/.cache/onduty-runtimes", version);
  const node = join(folder, "node_modules", name, "bin/node");
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
