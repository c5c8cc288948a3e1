// Runs the tests that start processes under each Node that is supported: `npm run test:runtimes [20 22 …] [-- FILE…]`.
import { execFileSync, spawnSync } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { fetchNode, supported } from "./build/runtimes.js";

const root = new URL("..", import.meta.url).pathname;
const asked = process.argv.slice(2).filter((word) => /^[\d.]+$/.test(word));
const files = process.argv.slice(2).filter((word) => word !== "--" && !asked.includes(word));
const projects = ["--project", "process", "--project", "terminal"];

const failed = [];
for (const version of asked.length === 0 ? supported : asked) {
  const node = fetchNode(version);
  const exact = execFileSync(node, ["--version"]).toString().trim();
  process.stdout.write(`\nNode ${exact}\n`);
  const args = ["node_modules/vitest/vitest.mjs", "run", "--reporter=dot", ...projects, ...files];
  const { status } = spawnSync(node, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
  });
  if (status !== 0) failed.push(exact);
}
process.stdout.write(failed.length === 0 ? "\nall pass\n" : `\nfailed on ${failed.join(", ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
