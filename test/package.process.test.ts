import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bareEnv, onduty } from "./support/process.ts";
import { tempDir } from "./support/temp-dir.ts";

const root = new URL("..", import.meta.url).pathname;
const standalone = !onduty.endsWith(".cjs");

interface Packed {
  filename: string;
  size: number;
  unpackedSize: number;
  files: { path: string }[];
}

/** Packs what was built: the tests of other files use it meanwhile, so it is not built again. */
async function pack(): Promise<Packed & { tarball: string }> {
  const folder = await tempDir();
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const text = execFileSync("npm", args, { cwd: root, stdio: ["ignore", "pipe", "ignore"] }).toString();
  const [packed] = JSON.parse(text) as [Packed];
  return { ...packed, tarball: join(folder, packed.filename) };
}

/** What is installed runs with the Node of this test, not with the first one of the PATH. */
async function environment(): Promise<Record<string, string>> {
  const home = await tempDir();
  const env = bareEnv(home);
  const folder = join(home, "bin");
  await mkdir(folder);
  await symlink(process.execPath, join(folder, "node"));
  return { ...env, PATH: `${folder}:${env.PATH}` };
}

describe.skipIf(standalone)("the package (Node's alone)", () => {
  it("is one tarball under 0.75 MB without mcp, with what is run and nothing else", async () => {
    const { size, unpackedSize, files } = await pack();
    const chunks = files.map(({ path }) => path).filter((path) => /^dist\/chunks\/mcp-/.test(path));
    const ofMcp = await Promise.all(chunks.map(async (path) => gzipSync(await readFile(join(root, path))).length));
    const share = ofMcp.reduce((sum, bytes) => sum + bytes, 0);
    const kB = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;
    process.stdout.write(`tarball: ${kB(size)}, of it mcp: ${kB(share)}; installed: ${kB(unpackedSize)}\n`);
    expect(size - share).toBeLessThan(750_000);
    expect(share).toBeGreaterThan(20_000);
    expect(share).toBeLessThan(55_000);
    const strangers = files.filter(
      ({ path }) =>
        !/^(bin\/onduty\.cjs|dist\/(?!onduty)|completions\/|man\/|(README|CHANGELOG)\.md$|LICENSE$|package\.json$)/.test(
          path,
        ),
    );
    expect(strangers).toEqual([]);
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["bin/onduty.cjs", "dist/main.cjs", "dist/jq.wasm.br", "dist/LICENSES.txt", "LICENSE"]),
    );
  });

  it("has one string-width, with which every table is measured", async () => {
    const texts = await readFile(join(root, "dist/LICENSES.txt"), "utf8");
    const packages = [...texts.matchAll(/^(\S+) (\d+)\.\d+\.\d+\S* \(.+\)$/gm)].map(
      ([, name, major]) => `${name}@${major}`,
    );
    expect(packages).toContain("cli-table3@0");
    expect(packages.filter((name) => /^(string-width|@colors)/.test(name))).toEqual(["string-width@8"]);
  });

  it("is installed from the tarball alone, without a network, and runs", async () => {
    const { tarball } = await pack();
    const prefix = await tempDir();
    const env = await environment();
    const options = ["--global", "--prefix", prefix, "--offline", "--cache", join(prefix, "cache"), "--no-audit"];
    execFileSync("npm", ["install", ...options, tarball], { env, stdio: ["ignore", "ignore", "pipe"] });
    expect(await readdir(join(prefix, "lib/node_modules"))).toEqual(["onduty"]);
    expect(existsSync(join(prefix, "lib/node_modules/onduty/node_modules"))).toBe(false);
    for (const [page, title] of [
      ["onduty", "ONDUTY"],
      ["onduty-incidents", "ONDUTY\\-INCIDENTS"],
    ])
      expect(await readFile(join(prefix, `share/man/man1/${page}.1`), "utf8")).toContain(`.TH ${title} 1`);

    const installed = (...args: string[]) =>
      execFileSync(join(prefix, "bin/onduty"), args, {
        env,
        cwd: prefix,
        stdio: ["ignore", "pipe", "pipe"],
      }).toString();
    expect(installed("--version")).toMatch(/^onduty \d+\.\d+\.\d+ \([0-9a-f]{9}\)\n$/);
    expect(installed("profiles", "list", "--json")).toBe("[]\n");
    expect(installed("profiles", "list", "--jq", "length")).toBe("0\n");
    expect(installed("incidents", "--help")).toContain("Usage: onduty incidents");
    // Parts that are packed smaller; the second time from the code that is kept.
    for (const _ of [1, 2]) expect(installed("profiles", "list", "-o", "yaml")).toBe("[]\n");
    expect(existsSync(join(prefix, "lib/node_modules/onduty/dist/rare"))).toBe(false);
    for (const _ of [1, 2]) expect(installed("completion", "bash")).toContain("complete ");
    expect(await readdir(join(prefix, "lib/node_modules/onduty/dist/chunks"))).toContainEqual(
      expect.stringMatching(/^server-[\w-]{8}\.cjs\.br$/),
    );
  });

  it("finds the keyring library beside it, and shows how to get it where there is none", async () => {
    const { tarball } = await pack();
    const prefix = await tempDir();
    const modules = join(prefix, "lib/node_modules");
    await mkdir(modules, { recursive: true });
    execFileSync("tar", ["xzf", tarball, "-C", modules]);
    const env = { ...(await environment()), DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere/bus" };
    const ask = (): string =>
      execFileSync(process.execPath, [join(modules, "package/bin/onduty.cjs"), "__keyring"], {
        env,
        input: '{"do":"get","account":"none"}',
      }).toString();
    expect(JSON.parse(ask())).toMatchObject({ missing: true });
    await symlink(join(root, "node_modules/@napi-rs"), join(modules, "@napi-rs"));
    expect(JSON.parse(ask())).toEqual({ failed: expect.stringMatching(/DBus|storage/) });
  });
});
