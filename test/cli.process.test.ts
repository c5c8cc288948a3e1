import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { manyIncidents } from "./support/many-incidents.ts";
import { bareEnv, launch, start } from "./support/process.ts";
import { homeWith, profilesAt } from "./support/profiles.ts";
import { tempDir } from "./support/temp-dir.ts";
import { fakeVendor } from "./support/vendor.ts";

describe("the process", () => {
  it("prints its version", async () => {
    const { ended } = start(["--version"], bareEnv(await tempDir()));
    expect(await ended).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/^onduty \d+\.\d+\.\d+/) });
  });

  it("ends well when the reader of its output goes away", async () => {
    const vendor = await manyIncidents(5000);
    const env = bareEnv(await homeWith(profilesAt(vendor.url)), { ONDUTY: launch.join(" ") });
    const shell = spawn(
      "bash",
      ["-c", 'set -o pipefail; $ONDUTY incidents list --all -o ndjson | head -n 1; echo "exit ${PIPESTATUS[0]}"'],
      { env },
    );
    let text = "";
    shell.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    let said = "";
    shell.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    await new Promise((resolve) => shell.on("close", resolve));
    expect(text).toMatch(/^\{"id":"inc_0".+\}\nexit 0\n$/);
    expect(said).toBe("");
  });

  it.each([["--version"], ["--help"], ["profiles", "list", "--json"], ["help", "spool"]])(
    "says that a full disk took no output: %s",
    async (...words) => {
      const full = openSync("/dev/full", "w");
      const [file, ...first] = launch;
      const child = spawn(file, [...first, ...words], {
        env: bareEnv(await tempDir()),
        stdio: ["ignore", full, "pipe"],
      });
      closeSync(full);
      let said = "";
      child.stderr?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
      });
      const [code] = (await once(child, "close")) as [number | null];
      expect({ code, said }).toMatchObject({ code: 1, said: expect.stringContaining("the disk is full") });
      expect(said).not.toMatch(/bug|\n {4}at /);
    },
  );

  it("says that the file of its output may not grow any more", async () => {
    const folder = await tempDir();
    const script = `ulimit -f 1; "$@" > ${join(folder, "out")}; echo "exit $?" >&2`;
    const env = bareEnv(await tempDir());
    const shell = spawn("bash", ["-c", script, "bash", ...launch, "help", "environment"], {
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    shell.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    await once(shell, "close");
    expect(said).toBe("error: standard output cannot be written: the file may not grow any more\nexit 1\n");
  });

  it("waits for a reader that is slow, also on a pipe that does not wait", async () => {
    const vendor = await manyIncidents(3000);
    const env = bareEnv(await homeWith(profilesAt(vendor.url)));
    const pipe = join(await tempDir(), "pipe");
    execFileSync("mkfifo", [pipe]);
    // Both ends: nobody waits for the other, and what is set here holds for the process that inherits it.
    const both = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    const [file, ...first] = launch;
    const child = spawn(file, [...first, "incidents", "list", "--all", "-o", "ndjson"], {
      env,
      stdio: ["ignore", both, "inherit"],
    });
    const ended = once(child, "close");
    // By now the pipe is full.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const reader = new Socket({ fd: openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK) });
    let text = "";
    reader.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    expect((await ended)[0]).toBe(0);
    await expect.poll(() => text.split("\n").length).toBe(3001);
    reader.destroy();
    closeSync(both);
    const ids = text
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect(ids).toEqual(Array.from({ length: 3000 }, (_, index) => `inc_${index}`));
  });

  it("streams every page of a long list", async () => {
    const vendor = await manyIncidents(10_000);
    const { ended } = start(
      ["incidents", "list", "--all", "-o", "ndjson", "--fields", "id"],
      bareEnv(await homeWith(profilesAt(vendor.url))),
    );
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(10_000);
  });

  it("ends with 130 on Ctrl-C, saying so in one line", async () => {
    const vendor = await fakeVendor();
    const home = await homeWith(profilesAt(vendor.url));
    const asked = new Promise<void>((resolve) => {
      vendor.handle("GET /api/incidents", () => resolve());
    });
    const { child, ended } = start(["incidents", "list"], bareEnv(home));
    await asked;
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stdout: "", stderr: "error: interrupted\n" });
  });

  it("does not wait for keep-alive connections before it ends", async () => {
    const vendor = await manyIncidents(1);
    const { ended } = start(["incidents", "list", "--json"], bareEnv(await homeWith(profilesAt(vendor.url))));
    const started = Date.now();
    expect((await ended).code).toBe(0);
    expect(Date.now() - started).toBeLessThan(3000);
  });

  it("keeps an event that was on disk through kill -9, and delivers it later", async () => {
    const vendor = await fakeVendor();
    const home = await homeWith(profilesAt(vendor.url));
    const pending = join(home, ".local/state/onduty/spool/pending");
    const asked = new Promise<void>((resolve) => {
      vendor.handle("POST /api/events", () => resolve());
    });
    const { child, ended } = start(["events", "trigger", "disk full", "--dedup-key", "k"], bareEnv(home));
    await asked;
    child.kill("SIGKILL");
    await ended;
    const [entry] = await readdir(pending);
    expect(await readFile(join(pending, entry ?? ""), "utf8")).not.toContain("sk_test_fake");

    const healthy = await fakeVendor();
    healthy.reply("POST /api/events", 202, { status: "success", result: { action: "triggered", incident: null } });
    const config = join(home, ".config/onduty/config.json");
    await writeFile(config, (await readFile(config, "utf8")).replaceAll(vendor.url, healthy.url));
    // The entry remembers where it belongs: to another host it does not go.
    const elsewhere = await start(["spool", "flush"], bareEnv(home)).ended;
    expect(elsewhere.code).toBe(8);
    expect(healthy.requests).toEqual([]);

    await writeFile(config, (await readFile(config, "utf8")).replaceAll(healthy.url, vendor.url));
    vendor.reply("POST /api/events", 202, { status: "success", result: { action: "triggered", incident: null } });
    expect(await start(["spool", "flush"], bareEnv(home)).ended).toMatchObject({ code: 0 });
    expect(await readdir(pending)).toEqual([]);
    expect(vendor.requests.at(-1)?.body).toMatchObject({ event_action: "trigger", dedup_key: "k" });
  });

  it("runs from its environment alone, as in CI", async () => {
    const vendor = await fakeVendor();
    vendor.reply("POST /api/events", 202, { status: "success", result: { action: "triggered", incident: null } });
    const env = bareEnv(await tempDir(), {
      CI: "true",
      ONDUTY_PROVIDER: "opsknight",
      ONDUTY_BASE_URL: vendor.url,
      ONDUTY_INTEGRATION_KEY: "00000000fake00000000fake00000001",
    });
    const { code, stdout } = await start(["events", "trigger", "Deploy failed", "--json"], env).ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ delivery: "delivered", result: "triggered", profile: "env" });
    expect(vendor.requests[0]?.headers.authorization).toBe("Token token=00000000fake00000000fake00000001");
  });

  it("does not take a folder on standard input for an empty file", async () => {
    const home = await homeWith(profilesAt("http://127.0.0.1:9"));
    const [file, ...first] = launch;
    const folder = openSync(home, "r");
    const child = spawnSync(file, [...first, "events", "send"], {
      env: bareEnv(home),
      stdio: [folder, "pipe", "pipe"],
      encoding: "utf8",
    });
    closeSync(folder);
    expect(child).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("standard input is a folder"),
    });
  });
});

describe("an answer that decides", () => {
  it("ends the program at once, whatever other requests still wait for", async () => {
    const vendor = await fakeVendor();
    const schedules = [1, 2].map((n) => ({ id: `sch_${n}`, name: `Schedule ${n}` }));
    vendor.reply("GET /api/schedules", 200, { schedules });
    vendor.handle("GET /api/schedules/sch_1/on-call", async (_, response) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      response.writeHead(404, { "content-type": "text/html" }).end("<html></html>");
    });
    vendor.reply("GET /api/schedules/sch_2/on-call", 503, {}, { "retry-after": "15" });
    const home = await homeWith(profilesAt(vendor.url));
    const started = Date.now();
    const { code, stderr } = await start(["oncall", "--quiet"], bareEnv(home)).ended;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: this OpsKnight server does not publish who is on call\nhint: see ${vendor.url}/schedules\n`,
    });
    expect(Date.now() - started).toBeLessThan(8000);
    expect(vendor.requests).toHaveLength(3);
  });
});
