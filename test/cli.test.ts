import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "./support/harness.ts";
import { bareEnv, launch, start } from "./support/process.ts";
import { homeWith, profilesAt } from "./support/profiles.ts";
import { tempDir } from "./support/temp-dir.ts";
import { inTerminal } from "./support/terminal.ts";
import { type FakeVendor, fakeVendor } from "./support/vendor.ts";

async function manyIncidents(count: number): Promise<FakeVendor> {
  const vendor = await fakeVendor();
  const all = Array.from({ length: count }, (_, index) => ({
    id: `inc_${index}`,
    title: `Überlast 日本 ${index} \u001b[2J`,
    status: "OPEN",
    urgency: "HIGH",
    service: { id: "svc_1", name: "Checkout" },
    created_at: new Date(Date.UTC(2026, 0, 2) - index * 1000).toISOString(),
  }));
  return vendor.handle("GET /api/incidents", ({ query }, response) => {
    const [limit, offset] = [Number(query.limit ?? 25), Number(query.offset ?? 0)];
    const data = all.slice(offset, offset + limit);
    const pagination = { total: count, limit, offset, has_more: offset + data.length < count };
    response.setHeader("content-type", "application/json").end(JSON.stringify({ data, pagination }));
  });
}

describe("the process", () => {
  it("tells its version", async () => {
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
});

describe("at a terminal", () => {
  const esc = "\u001b";

  it("draws a coloured table that fits, and makes escape sequences of titles harmless", async () => {
    const vendor = await manyIncidents(3);
    const { code, text } = await inTerminal(["incidents", "list"], bareEnv(await homeWith(profilesAt(vendor.url))), 60);
    expect(code).toBe(0);
    expect(text).toContain(`${esc}[`);
    expect(text).not.toContain(`${esc}[2J`);
    const plain = text.replaceAll(new RegExp(`${esc}\\[[0-9;?]*[a-zA-Z]`, "g"), "");
    expect(plain).toContain("ID");
    expect(plain).toContain("inc_2");
  });

  it("makes ids links in a terminal that knows them, and of web addresses alone", async () => {
    const rows = [
      { id: "inc_1", title: "a", status: "OPEN", url: "https://vendor.example.com/i/1?a=b\u001b]0;x" },
      { id: "inc_2", title: "b", status: "OPEN", url: "javascript:alert(1)" },
    ];
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: rows });
    const home = await homeWith(profilesAt(vendor.url));
    const known = await inTerminal(["incidents", "list"], bareEnv(home, { FORCE_HYPERLINK: "1" }));
    expect(known.text).toContain(
      "\u001b]8;;https://vendor.example.com/i/1?a=b%1B]0;x\u001b\\inc_1\u001b]8;;\u001b\\  ",
    );
    expect(known.text).not.toContain("javascript");
    for (const env of [{ FORCE_HYPERLINK: "0" }, { FORCE_HYPERLINK: "1", NO_COLOR: "1" }])
      expect((await inTerminal(["incidents", "list"], bareEnv(home, env))).text).not.toContain("]8;;");
  });

  it("has no colour with NO_COLOR", async () => {
    const vendor = await manyIncidents(3);
    const { text } = await inTerminal(
      ["incidents", "list"],
      bareEnv(await homeWith(profilesAt(vendor.url)), { NO_COLOR: "1" }),
    );
    expect(text).not.toMatch(new RegExp(`${esc}\\[[0-9;]*m`));
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

  it("has no colour while it waits, with NO_COLOR", async () => {
    let asked = false;
    const vendor = (await fakeVendor()).handle("GET /api/incidents", async (_, response) => {
      while (!asked) await new Promise((resolve) => setTimeout(resolve, 20));
      response.setHeader("content-type", "application/json").end('{"incidents":[]}');
    });
    const home = await homeWith(profilesAt(vendor.url));
    const { text } = await inTerminal(["incidents", "list"], bareEnv(home, { NO_COLOR: "1" }), 80, (seen) => {
      if (seen.includes("listing incidents")) asked = true;
      return undefined;
    });
    expect(text).toContain("listing incidents");
    expect(text).not.toMatch(new RegExp(`${esc}\\[[0-9;]*m`));
  });

  it("asks for a key without showing it", async () => {
    const home = await tempDir();
    const key = "sk_test_fake_typed_key_0042";
    let typed = false;
    const { code, text } = await inTerminal(
      ["profiles", "add", "prod", "--provider", "opsknight", "--base-url", "https://opsknight.example.test"],
      bareEnv(home),
      80,
      (seen) => {
        if (typed || !/key.*: $/is.test(seen)) return undefined;
        typed = true;
        return `${key}\r`;
      },
    );
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(text).not.toContain("typed_key");
    const stored = await readFile(join(home, ".config/onduty/config.json"), "utf8");
    expect(JSON.parse(stored)).toMatchObject({ current: "prod", profiles: { prod: { apiKey: { text: key } } } });
    expect(
      execFileSync("stat", ["-c", "%a", join(home, ".config/onduty/config.json")])
        .toString()
        .trim(),
    ).toBe("600");
  });
});

describe("help", () => {
  it.each([
    ["help", "Usage: onduty [options] [command]"],
    ["help incidents", "Usage: onduty incidents"],
    ["help incidents ack", "Usage: onduty incidents ack"],
    ["help incident acknowledge", "Usage: onduty incidents ack"],
    ["incidents --help", "Usage: onduty incidents"],
    ["incidents ack --help", "Usage: onduty incidents ack"],
    ["help run", "Usage: onduty run [options] -- <command> [arguments...]"],
  ])("of `%s` is printed", async (commandLine, usage) => {
    const { code, stdout } = await run(commandLine);
    expect(code).toBe(0);
    expect(stdout).toContain(usage);
  });

  it.each([
    ["help incidents lisst", '"onduty incidents" has no command "lisst"', "onduty incidents list"],
    ["incidentz --help", '"onduty" has no command "incidentz"', "onduty incidents"],
    ["incidents lisst --help", '"onduty incidents" has no command "lisst"', "onduty incidents list"],
  ])("of `%s` is an error, never silent", async (commandLine, message, hint) => {
    const { code, stdout, stderr } = await run(commandLine);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(`error: ${message}\nhint: ${hint}\n`);
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
      stderr: "error: this OpsKnight server does not publish who is on call\n",
    });
    expect(Date.now() - started).toBeLessThan(8000);
    expect(vendor.requests).toHaveLength(3);
  });
});

describe("a time zone that does not exist", () => {
  it.each(["incidents list", "oncall", "spool list", "events trigger x"])(
    "is refused by `%s` before any request",
    async (line) => {
      const vendor = await fakeVendor();
      const { code, stderr } = await run(`${line} --tz Mars/Phobos`, { profiles: profilesAt(vendor.url) });
      expect(code).toBe(2);
      expect(stderr).toContain('"Mars/Phobos"');
      expect(vendor.requests).toEqual([]);
    },
  );
});
