import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tempDir } from "./support/temp-dir.ts";

const script = new URL("../.ci/run", import.meta.url).pathname;
const optional = ["dbus-run-session", "gnome-keyring-daemon", "zsh", "fish", "man", "mandoc"];
const needed = ["openssl", "git"];

/** Runs `.ci/run` on a machine that has only these programs; each of them does nothing but note that it was called. */
async function runOn(programs: string[], scripts: Record<string, string> = {}) {
  const folder = await tempDir();
  const [bin, log] = [join(folder, "bin"), join(folder, "log")];
  await mkdir(bin);
  for (const name of ["bash", "sh", "dirname", "env"]) await symlink(`/usr/bin/${name}`, join(bin, name));
  for (const name of ["npm", "id", ...programs]) {
    const file = join(bin, name);
    await writeFile(file, `#!/bin/sh\necho "${name} $*" >> ${log}\n${scripts[name] ?? ""}\n`);
    await chmod(file, 0o755);
  }
  const ended = await new Promise<{ code: number; stderr: string }>((resolve) =>
    execFile("/usr/bin/bash", [script], { env: { PATH: bin } }, (error, _, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stderr }),
    ),
  );
  const calls = (await readFile(log, "utf8").catch(() => "")).split("\n").filter((line) => !/^(id |$)/.test(line));
  return { ...ended, calls };
}

const checks = ["npm ci", "npm test", "npm run knip", "npm run demo", "npm run test:monitoring", "npm run bench:check"];
const all = "openssl git dbus gnome-keyring zsh fish man-db mandoc";

describe(".ci/run", () => {
  it("installs nothing where everything is there", async () => {
    expect(await runOn([...needed, ...optional, "apt-get"])).toEqual({ code: 0, stderr: "", calls: checks });
  });

  it.each([
    ["root", "echo 0", []],
    ["sudo that asks for nothing", "echo 1000", ["sudo"]],
  ])("installs what is missing, with %s", async (_, id, more) => {
    const scripts = { id, sudo: 'shift; "$@"' };
    const { code, stderr, calls } = await runOn(["apt-get", ...more], scripts);
    const asked = calls.filter((line) => !line.startsWith("sudo"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(asked).toEqual(["apt-get update -qq", `apt-get install -y -qq ${all}`, ...checks]);
  });

  it.each([
    ["there is no apt-get", [], {}],
    ["there is neither root nor sudo", ["apt-get"], { id: "echo 1000" }],
    ["sudo asks for a password", ["apt-get", "sudo"], { id: "echo 1000", sudo: "exit 1" }],
    ["apt-get fails", ["apt-get"], { id: "echo 0", "apt-get": "exit 100" }],
  ])("says what is not tested, and goes on, when %s", async (_, programs, scripts) => {
    const { code, stderr, calls } = await runOn([...needed, ...programs], scripts);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        "cannot install dbus gnome-keyring zsh fish man-db mandoc: that takes apt-get, a network, and root or sudo\n" +
        "what needs them is skipped, and says so\n",
    });
    expect(calls.filter((line) => line.startsWith("npm"))).toEqual(checks);
  });

  it("stops, and reports why, without what nearly every test needs", async () => {
    const { code, stderr, calls } = await runOn(["git", ...optional]);
    expect({ code, calls }).toEqual({ code: 1, calls: [] });
    expect(stderr).toBe(
      "cannot install openssl: that takes apt-get, a network, and root or sudo\nthe tests need openssl: install it by hand\n",
    );
  });
});
