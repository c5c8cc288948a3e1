import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "../../src/disk/make-folder.ts";
import { tempDir } from "../support/temp-dir.ts";

const mode = (path: string): number => statSync(path).mode & 0o777;

describe("a folder", () => {
  it("is made with those above it, for its owner alone, and the first of them is named", async () => {
    const home = await tempDir();
    expect(makeFolder(join(home, "a/b/c"))).toBe(join(home, "a"));
    expect(["a", "a/b", "a/b/c"].map((name) => mode(join(home, name)))).toEqual([0o700, 0o700, 0o700]);
    expect(makeFolder(join(home, "a/b/d"))).toBe(join(home, "a/b/d"));
  });

  it("that exists is left as it is, behind a symbolic link too", async () => {
    const home = await tempDir();
    mkdirSync(join(home, "there"), { mode: 0o755 });
    symlinkSync("there", join(home, "link"));
    expect([makeFolder(join(home, "there")), makeFolder(join(home, "link"))]).toEqual([undefined, undefined]);
    expect(makeFolder(join(home, "link/below"))).toBe(join(home, "link/below"));
    expect([mode(join(home, "there")), mode(join(home, "there/below"))]).toEqual([0o755, 0o700]);
  });

  it("is refused below and in place of a file", async () => {
    const home = await tempDir();
    writeFileSync(join(home, "file"), "");
    expect(() => makeFolder(join(home, "file"))).toThrow("EEXIST");
    expect(() => makeFolder(join(home, "file/below"))).toThrow("ENOTDIR");
  });

  it("that can neither be found nor made is an error, not a loop", async () => {
    const home = await tempDir();
    const tried: string[] = [];
    const make = (folder: string): void => {
      tried.push(folder);
      if (tried.length > 20) throw new Error("it goes on and on");
      throw Object.assign(new Error(`ENOENT: ${folder}`), { code: "ENOENT" });
    };
    expect(() => makeFolder(join(home, "a/b"), make)).toThrow("ENOENT");
    expect(tried).toEqual([join(home, "a/b"), join(home, "a"), home, join(home, "a")]);
  });

  it("that another process makes meanwhile is as good as made", async () => {
    const home = await tempDir();
    const make = (folder: string): void => {
      if (folder === join(home, "a")) mkdirSync(folder);
      mkdirSync(folder);
    };
    expect(makeFolder(join(home, "a/b"), make)).toBe(join(home, "a/b"));
  });
});
