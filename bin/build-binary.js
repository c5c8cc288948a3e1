// Makes the stand-alone executable with Bun out of dist/: `npm run build:binary`, for this platform; with names of
// targets, or `all`, for others. Bun, its runtimes and the keyring library come from the npm registry when this is run,
// in the versions and with the checksums of bin/standalone/package-lock.json.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const cache = join(root, "node_modules/.cache/onduty-binary");

/** Where each runs, with npm's words, and the package of the keyring library for it. */
const targets = {
  "linux-x64": { os: "linux", cpu: "x64", libc: "glibc", keyring: "linux-x64-gnu" },
  "linux-arm64": { os: "linux", cpu: "arm64", libc: "glibc", keyring: "linux-arm64-gnu" },
  "linux-x64-musl": { os: "linux", cpu: "x64", libc: "musl", keyring: "linux-x64-musl" },
  "linux-arm64-musl": { os: "linux", cpu: "arm64", libc: "musl", keyring: "linux-arm64-musl" },
  "darwin-x64": { os: "darwin", cpu: "x64", keyring: "darwin-x64" },
  "darwin-arm64": { os: "darwin", cpu: "arm64", keyring: "darwin-arm64" },
  "windows-x64": { os: "win32", cpu: "x64", keyring: "win32-x64-msvc" },
  "windows-arm64": { os: "win32", cpu: "arm64", keyring: "win32-arm64-msvc" },
};

const host = hostTarget();
const asked = process.argv.slice(2);
const names = asked.length === 0 ? [host] : asked.includes("all") ? Object.keys(targets) : asked;
const unknown = names.find((name) => !(name in targets));
if (unknown !== undefined) {
  process.stderr.write(`unknown target "${unknown}"; known: ${Object.keys(targets).join(", ")}, all\n`);
  process.exit(2);
}
const bun = fetchParts(host).runtime;
for (const name of names) build(name);

function build(name) {
  const { folder, runtime } = fetchParts(name);
  const entry = join(folder, "entry.cjs");
  writeFileSync(entry, entryText(targets[name]));
  copyFileSync(join(root, "node_modules/jq-wasm/dist/build/jq.wasm"), join(folder, "jq.wasm"));
  const suffix = targets[name].os === "win32" ? ".exe" : "";
  const file = join(root, "dist", name === host && asked.length === 0 ? `onduty${suffix}` : `onduty-${name}${suffix}`);
  const options = [
    "--compile",
    "--bytecode",
    "--minify",
    // Files in the current folder must not change how it runs.
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    // Commands are short: what is compiled later is often not compiled at all. Its entry changes this for what takes longer.
    "--compile-jit-policy=100",
    // Its entry asks for the part of this platform itself.
    "--external=@napi-rs/keyring",
    `--target=bun-${name}`,
    `--compile-executable-path=${runtime}`,
    `--outfile=${file}`,
  ];
  execFileSync(bun, ["build", ...options, entry], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  process.stdout.write(`${file} ${(statSync(file).size / 1024 / 1024).toFixed(0)} MB\n`);
}

/** The entry of the executable: prints the version at once, or starts the program and passes on what is embedded. */
function entryText({ keyring }) {
  const main = JSON.stringify(join(root, "dist/main.cjs"));
  const version = JSON.stringify(join(root, "dist/version.cjs"));
  return `import { writeSync } from "node:fs";
import jqWasm from "./jq.wasm" with { type: "file" };
import plainWasm from ${JSON.stringify(join(root, "dist/llhttp.wasm"))} with { type: "file" };
const [first, second] = process.argv.slice(2);
if (!((first === "--version" || first === "-V") && second === undefined && printVersion())) {
  const wasm = { "llhttp.wasm": plainWasm };
  globalThis.ondutyStandalone = { jqWasm, wasm, keyring: () => require("@napi-rs/keyring-${keyring}") };
  // Many events at once are as fast as in Node.
  setTimeout(() => Bun.unsafe.setJITPolicy(10), 100).unref();
  require(${main}).start();
}
function printVersion() {
  try {
    writeSync(1, require(${version}));
    return true;
  } catch {
    return false;
  }
}
`;
}

/** Fetches Bun's runtime and the keyring library for a target, unless they are there. */
function fetchParts(name) {
  const { os, cpu, libc } = targets[name];
  const folder = join(cache, name);
  const runtimes = join(folder, "node_modules/@oven");
  mkdirSync(folder, { recursive: true });
  for (const part of ["package.json", "package-lock.json"])
    copyFileSync(join(root, "bin/standalone", part), join(folder, part));
  const platform = [`--os=${os}`, `--cpu=${cpu}`, ...(libc === undefined ? [] : [`--libc=${libc}`])];
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  execFileSync(
    npm,
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline", ...platform],
    {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const [found] = readdirSync(runtimes);
  return { folder, runtime: join(runtimes, found, "bin", os === "win32" ? "bun.exe" : "bun") };
}

function hostTarget() {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const musl = os === "linux" && process.report.getReport().header.glibcVersionRuntime === undefined;
  return `${os}-${process.arch}${musl ? "-musl" : ""}`;
}
