import { createHmac } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { spawn as spawnTerminal } from "@lydell/node-pty";
import { afterEach, describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { bareEnv, type Ended, launch, start } from "../support/process.ts";
import { sandbox } from "../support/sandbox.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";

const secret = "fake-webhook-secret";
const sign = (text: string): string => `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;

interface Listener {
  url: string;
  /** Of what came so far. */
  stdout(): string;
  stderr(): string;
  rows(): Record<string, unknown>[];
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

const listening: Listener[] = [];

afterEach(async () => {
  for (const { kill, ended } of listening.splice(0)) {
    kill("SIGKILL");
    await ended;
  }
});

/** Starts the real program; it is ended after the test. */
async function listen(options: string[] = [], env: Record<string, string> = {}): Promise<Listener> {
  const home = await tempDir();
  const { child, ended } = start(
    ["webhooks", "listen", "--port", "0", "--secret-env", "WEBHOOK_SECRET", ...options],
    bareEnv(home, { WEBHOOK_SECRET: secret, ...env }),
  );
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.stdout += chunk));
  child.stderr.on("data", (chunk: Buffer) => (text.stderr += chunk));
  await expect.poll(() => text.stderr).toMatch(/listening on (\S+)/);
  const listener: Listener = {
    url: /listening on (\S+)/.exec(text.stderr)?.[1] ?? "",
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    rows: () =>
      text.stdout
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    kill: (signal) => void child.kill(signal),
    ended,
  };
  listening.push(listener);
  return listener;
}

function webhook(id: string, event = "incident.triggered", at = "2026-08-01T12:00:00.000Z"): string {
  return JSON.stringify({ event, timestamp: at, incident: { id, title: `About ${id}` } });
}

/** A command that waits until something is opened. */
async function gate(): Promise<{ wait: string; open(): Promise<void>; folder: string }> {
  const folder = await tempDir();
  const file = join(folder, "gate");
  const wait = `while [ ! -e ${file} ]; do sleep 0.05; done`;
  return { wait, open: () => writeFile(file, ""), folder };
}

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: unknown;
}

function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method: "POST", headers: { "x-opsknight-signature": sign(body), ...headers }, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

describe("webhooks listen", () => {
  it("prints a line of JSON for each, and ends clean on Ctrl-C", async () => {
    const listener = await listen();
    expect(listener.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const body = webhook("inc_1");
    expect(await post(listener.url, body)).toMatchObject({ status: 202, body: { status: "accepted" } });
    await expect.poll(listener.rows).toEqual([
      {
        event: "incident.triggered",
        sentAt: "2026-08-01T12:00:00.000Z",
        receivedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        form: "raw",
        payload: JSON.parse(body),
      },
    ]);
    listener.kill("SIGINT");
    const { code, signal, stderr } = await listener.ended;
    expect({ code, signal, stderr }).toEqual({
      code: ExitCode.interrupted,
      signal: null,
      stderr: `listening on ${listener.url} until Ctrl-C\n`,
    });
  });

  it("ends with 143 on SIGTERM", async () => {
    const listener = await listen();
    listener.kill("SIGTERM");
    expect((await listener.ended).code).toBe(ExitCode.terminated);
  });

  it.each([["raw"], ["timestamp"], ["status-page"]])(
    "takes what the sandbox sends, in the form %s, from the event to the line",
    async (form) => {
      const listener = await listen();
      const { home, url } = await sandbox();
      const body = JSON.stringify({ url: `${listener.url}/hook`, secret, form });
      expect((await fetch(`${url}/_sandbox/webhooks`, { method: "POST", body })).status).toBe(200);
      expect((await run("events trigger 'Disk full' --dedup-key disk", { home })).code).toBe(0);
      expect((await run("events resolve disk", { home })).code).toBe(0);
      await expect.poll(() => listener.rows().length).toBe(2);
      const about = { title: "Disk full", service: { id: "svc_checkout" } };
      expect(listener.rows()).toMatchObject([
        { event: "incident.triggered", form, payload: { incident: about } },
        { event: "incident.resolved", form, payload: { incident: about } },
      ]);
    },
  );

  it("takes fields, jq and other formats", async () => {
    const fields = await listen(["--fields", "event,payload.incident.title"]);
    const jq = await listen(["--jq", ".payload.incident.id", "-r", "-o", "ndjson"]);
    const csv = await listen(["-o", "csv"], { ONDUTY_OUTPUT: "json" });
    for (const { url } of [fields, jq, csv]) expect((await post(url, webhook("inc_1"))).status).toBe(202);
    await expect.poll(fields.rows).toEqual([{ event: "incident.triggered", "payload.incident.title": "About inc_1" }]);
    await expect.poll(jq.stdout).toBe("inc_1\n");
    await expect.poll(csv.stdout).toMatch(/^event,sentAt,receivedAt,form,payload\r\nincident\.triggered,/);
  });

  it("refuses what is not signed, and tells why on stderr only", async () => {
    const listener = await listen();
    const body = webhook("inc_1");
    const stale = String(Date.now() - 3_600_000);
    const refused = [
      await post(listener.url, body, { "x-opsknight-signature": sign("another") }),
      await post(listener.url, body, { "x-opsknight-signature": "nonsense" }),
      await post(listener.url, body, {
        "x-opsknight-timestamp": stale,
        "x-opsknight-signature": sign(`${stale}.${body}`),
      }),
    ];
    for (const { status, body: told } of refused)
      expect({ status, told }).toEqual({ status: 401, told: { error: "the signature is not valid" } });
    await expect.poll(listener.stderr).toMatch(/refused a request of 127\.0\.0\.1: it was signed 3600 s ago.* \(401\)/);
    await expect.poll(listener.stderr).toContain("the signature does not match");
    await expect.poll(listener.stderr).toContain("X-OpsKnight-Signature is not of the form");
    expect(listener.stdout()).toBe("");
  });

  it("refuses another method, and a signed body that is no object", async () => {
    const listener = await listen();
    const answer = await fetch(listener.url);
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
    for (const body of ["", "[1]", "null", "{", "\u0000"]) expect((await post(listener.url, body)).status).toBe(400);
    // The text that a signature with a time covers must not pass for a body of its own.
    const stamp = String(Date.now());
    expect((await post(listener.url, `${stamp}.${webhook("inc_1")}`)).status).toBe(400);
    expect(listener.stdout()).toBe("");
  });

  it("refuses a body over the limit, announced or not, and goes on", async () => {
    const listener = await listen(["--max-body", "1kb"]);
    const large = JSON.stringify({ event: "x".repeat(2000) });
    expect((await post(listener.url, large, { "content-length": String(large.length) })).status).toBe(413);
    expect((await post(listener.url, large, { "transfer-encoding": "chunked" })).status).toBe(413);
    expect((await post(listener.url, webhook("inc_1"))).status).toBe(202);
    await expect.poll(() => listener.rows().length).toBe(1);
    await expect.poll(listener.stderr).toContain("the body is larger than 1024 bytes (413)");
  });

  it("answers before a body of 5 GB has come", async () => {
    const { url } = await listen();
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.on("error", () => {});
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000000\r\n\r\n{");
    const text = await new Promise<string>((resolve) => socket.once("data", (chunk) => resolve(String(chunk))));
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    await new Promise((resolve) => socket.once("close", resolve));
  });

  it("takes a redelivery once, also with a new signature", async () => {
    const listener = await listen();
    const body = webhook("inc_1");
    expect((await post(listener.url, body)).status).toBe(202);
    expect(await post(listener.url, body)).toMatchObject({ status: 200, body: { status: "duplicate" } });
    const stamp = String(Date.now());
    const later = { "x-opsknight-timestamp": stamp, "x-opsknight-signature": sign(`${stamp}.${body}`) };
    expect((await post(listener.url, body, later)).status).toBe(200);
    expect((await post(listener.url, webhook("inc_1", "incident.resolved"))).status).toBe(202);
    await expect
      .poll(() => listener.rows().map(({ event }) => event))
      .toEqual(["incident.triggered", "incident.resolved"]);
    await expect.poll(listener.stderr).toContain("skipped a redelivery of incident.triggered");
  });

  it("takes the same text twice when it does not say when it happened", async () => {
    const listener = await listen();
    for (let count = 0; count < 2; count += 1)
      expect((await post(listener.url, '{"event":"incident.triggered"}')).status).toBe(202);
    await expect.poll(() => listener.rows().length).toBe(2);
  });

  it("ends with 0 when nobody reads any more", async () => {
    const home = await tempDir();
    const env = bareEnv(home, { WEBHOOK_SECRET: secret });
    const { child, ended } = start(["webhooks", "listen", "--port", "0", "--secret-env", "WEBHOOK_SECRET"], env);
    const url = await new Promise<string>((resolve) =>
      child.stderr.on("data", (chunk: Buffer) => resolve(/listening on (\S+)/.exec(String(chunk))?.[1] ?? "")),
    );
    child.stdout.destroy();
    for (let count = 0; child.exitCode === null; count += 1) {
      await post(url, webhook(`inc_${count}`)).catch(() => {});
      await delay(20);
    }
    expect((await ended).code).toBe(ExitCode.ok);
  });

  it("says that the port is taken", async () => {
    const { url } = await listen();
    const port = new URL(url).port;
    const { code, stderr } = await run(`webhooks listen --secret-env S --port ${port}`, { env: { S: secret } });
    expect({ code, stderr }).toEqual({
      code: ExitCode.usage,
      stderr: `error: port ${port} is taken\nhint: onduty webhooks listen --port 0\n`,
    });
  });

  it.each(["no-such-host.invalid", "192.0.2.1"])("says that %s is not this machine", async (host) => {
    const { code, stderr } = await run(`webhooks listen --secret-env S --host ${host}`, { env: { S: secret } });
    expect({ code, stderr }).toEqual({
      code: ExitCode.usage,
      stderr: `error: "${host}" is no address of this machine\nhint: --host 127.0.0.1, or --host 0.0.0.0 for all of them\n`,
    });
  });

  it("warns where other machines can reach it", async () => {
    const listener = await listen(["--host", "0.0.0.0"]);
    await expect.poll(listener.stderr).toMatch(/^warning: 0\.0\.0\.0 may be reached by other machines/);
  });
});

describe("webhooks listen --exec", () => {
  it("hands each to a command, whose output is printed, and keeps the secret from it", async () => {
    const listener = await listen(
      ["--exec", 'cat; echo "secret=$WEBHOOK_SECRET other=$OTHER"; echo oops >&2; exit 3'],
      {
        OTHER: "kept",
      },
    );
    expect((await post(listener.url, webhook("inc_1"))).status).toBe(202);
    await expect.poll(listener.stderr).toContain("--exec for incident.triggered: exit code 3");
    const [line = "", echo] = listener.stdout().split("\n");
    expect(JSON.parse(line)).toMatchObject({ event: "incident.triggered", payload: { incident: { id: "inc_1" } } });
    expect(echo).toBe("secret= other=kept");
    await expect.poll(listener.stderr).toContain("oops\n");
  });

  it("answers before the command has run", async () => {
    const { wait, open } = await gate();
    const listener = await listen(["--exec", `${wait}; echo done`]);
    expect((await post(listener.url, webhook("inc_1"))).status).toBe(202);
    expect(listener.stdout()).toBe("");
    await open();
    await expect.poll(listener.stdout).toBe("done\n");
  });

  it("keeps the order of one incident, and works on others meanwhile", async () => {
    const { wait, open } = await gate();
    const script = `read line; case "$line" in *triggered*inc_1*) ${wait};; esac; echo "$line"`;
    const listener = await listen(["--exec", script]);
    await post(listener.url, webhook("inc_1", "incident.triggered"));
    await post(listener.url, webhook("inc_1", "incident.resolved"));
    await post(listener.url, webhook("inc_2", "incident.triggered"));
    await expect.poll(() => listener.rows().length).toBe(1);
    await open();
    await expect.poll(() => listener.rows().length).toBe(3);
    const told = listener.rows().map(({ event, payload }) => [(payload as { incident: object }).incident, event]);
    expect(told).toMatchObject([
      [{ id: "inc_2" }, "incident.triggered"],
      [{ id: "inc_1" }, "incident.triggered"],
      [{ id: "inc_1" }, "incident.resolved"],
    ]);
  });

  it("turns away what it has no room for, and takes it later", async () => {
    const { wait, open, folder } = await gate();
    const listener = await listen(["--concurrency", "1", "--exec", `${wait}; cat >> ${join(folder, "out")}`]);
    const answers: Answer[] = [];
    for (let count = 1; count <= 18; count += 1) answers.push(await post(listener.url, webhook(`inc_${count}`)));
    expect(answers.map(({ status }) => status)).toEqual([...Array(17).fill(202), 503]);
    expect(answers[17]?.headers["retry-after"]).toBe("5");
    await expect.poll(listener.stderr).toContain("there is no room for more now (503)");
    await open();
    await expect.poll(async () => (await post(listener.url, webhook("inc_18"))).status).not.toBe(503);
    await expect.poll(async () => (await readFile(join(folder, "out"), "utf8")).trim().split("\n").length).toBe(18);
  });

  it("finishes on Ctrl-C what it has taken, and takes no more", async () => {
    const { wait, open } = await gate();
    const listener = await listen(["--concurrency", "1", "--exec", `${wait}; cat`]);
    for (const id of ["inc_1", "inc_2", "inc_3"]) expect((await post(listener.url, webhook(id))).status).toBe(202);
    listener.kill("SIGINT");
    await expect.poll(listener.stderr).toContain("finishing 3 more");
    await expect(post(listener.url, webhook("inc_4"))).rejects.toThrow("ECONNREFUSED");
    await open();
    const { code, stdout } = await listener.ended;
    expect(code).toBe(ExitCode.interrupted);
    expect(stdout.trim().split("\n")).toHaveLength(3);
  });
});

describe("webhooks listen at a terminal", () => {
  it("keeps Ctrl-C from the command that is running", async () => {
    const [file, ...first] = launch;
    const words = [...first, "webhooks", "listen", "--port", "0", "--secret-env", "WEBHOOK_SECRET"];
    const env = bareEnv(await tempDir(), { WEBHOOK_SECRET: secret });
    const { wait, open } = await gate();
    const command = ["--exec", `echo begun; ${wait}; echo finished`];
    const terminal = spawnTerminal(file, [...words, ...command], { cols: 80, rows: 24, env });
    let text = "";
    terminal.onData((data) => (text += data));
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    await expect.poll(() => text).toMatch(/listening on (\S+)/);
    await post(/listening on (\S+)/.exec(text)?.[1] ?? "", webhook("inc_1"));
    await expect.poll(() => text).toContain("begun");
    terminal.write("\u0003");
    await expect.poll(() => text).toContain("finishing 1 more");
    await open();
    expect(await ended).toBe(ExitCode.interrupted);
    expect(text).toContain("finished");
  });
});

describe("webhooks listen --forward", () => {
  it("sends each on as it came, signature and all", async () => {
    const receiver = await fakeVendor();
    receiver.reply("POST /hooks", 204);
    const listener = await listen(["--forward", `${receiver.url}/hooks`]);
    const body = webhook("inc_1").replace("About", "\\u0041bout");
    expect((await post(listener.url, body, { "content-type": "application/json", cookie: "no" })).status).toBe(202);
    await expect.poll(() => receiver.requests.length).toBe(1);
    const [seen] = receiver.requests;
    expect(seen?.headers).toMatchObject({ "x-opsknight-signature": sign(body), "content-type": "application/json" });
    expect(seen?.headers.cookie).toBeUndefined();
    expect(seen?.headers["content-length"]).toBe(String(body.length));
    await expect.poll(() => listener.rows().length).toBe(1);
  });

  it("tells what could not be sent on, and goes on", async () => {
    const receiver = await fakeVendor();
    receiver.reply("POST /hooks", 500);
    const failing = await listen(["--forward", `${receiver.url}/hooks`]);
    const away = await listen(["--forward", "http://127.0.0.1:1/"]);
    for (const { url } of [failing, away]) expect((await post(url, webhook("inc_1"))).status).toBe(202);
    await expect.poll(failing.stderr).toContain("could not forward incident.triggered: it answered 500");
    await expect.poll(away.stderr).toContain("could not forward incident.triggered: ECONNREFUSED");
    await expect.poll(() => failing.rows().length).toBe(1);
  });
});
