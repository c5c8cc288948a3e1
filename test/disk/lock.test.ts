import fs from "node:fs";
import { lstat, readdir, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { lock } from "../../src/disk/lock.ts";
import { ownerTag } from "../../src/disk/owner.ts";
import { tempDir } from "../support/temp-dir.ts";

/* Locks where the file system has no symbolic links; elsewhere the tests of processes hold them. */

beforeEach(() => {
  const { symlinkSync } = fs;
  setSymlink(() => {
    throw Object.assign(new Error("EPERM: operation not permitted, symlink"), { code: "EPERM" });
  });
  return () => setSymlink(symlinkSync);
});

function setSymlink(symlinkSync: typeof fs.symlinkSync): void {
  Object.assign(fs, { symlinkSync });
  syncBuiltinESMExports();
}

describe("a lock without symbolic links", () => {
  it("is held by one, and free again when it is let go", async () => {
    const folder = await tempDir();
    const file = join(folder, "k");
    const release = await lock(file, { waitMs: 0 });
    expect(release).not.toBeNull();
    const made = await lstat(file);
    expect({ size: made.size, isLink: made.isSymbolicLink() }).toEqual({ size: ownerTag().length, isLink: false });
    expect(await lock(file, { waitMs: 0 })).toBeNull();
    await release?.();
    expect(await readdir(folder)).toEqual([]);
  });

  it("is taken over from a process that has ended, and not from one that may be about to write its name", async () => {
    const folder = await tempDir();
    await writeFile(join(folder, "ended"), ownerTag().replace(/-\d+-\d+$/, "-2147483646-1"));
    expect(await lock(join(folder, "ended"), { waitMs: 0 })).not.toBeNull();
    await writeFile(join(folder, "empty"), "");
    expect(await lock(join(folder, "empty"), { waitMs: 0 })).toBeNull();
  });
});
