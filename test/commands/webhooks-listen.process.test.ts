import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { bareEnv, start } from "../support/process.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type Answer, addressIn, gate, post, rowsIn, secret, webhook, words } from "./webhook.ts";

/** Starts the real program, and waits until it listens. */
async function listen(options: string[] = [], env: Record<string, string> = {}) {
  const home = await tempDir();
  const { child, ended } = start([...words, ...options], bareEnv(home, { WEBHOOK_SECRET: secret, ...env }));
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.stdout += chunk));
  child.stderr.on("data", (chunk: Buffer) => (text.stderr += chunk));
  await expect.poll(() => addressIn(text.stderr)).not.toBe("");
  return {
    url: addressIn(text.stderr),
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    rows: () => rowsIn(text.stdout),
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    ended,
  };
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
        incident: { id: "inc_1", title: "About inc_1", url: null },
        payload: JSON.parse(body),
      },
    ]);
    listener.kill("SIGINT");
    const { code, signal, stderr } = await listener.ended;
    expect({ code, signal, stderr }).toEqual({
      code: ExitCode.interrupted,
      signal: null,
      stderr: expect.stringMatching(
        /^\{"notice":"listening on http:\S+ until Ctrl-C"\}\n\{"notice":"OpsKnight sends no service webhook when .*"\}\n$/,
      ),
    });
  });

  it("ends with 143 on SIGTERM", async () => {
    const listener = await listen();
    listener.kill("SIGTERM");
    expect((await listener.ended).code).toBe(ExitCode.terminated);
  });

  it("ends with 0 when nobody reads any more", async () => {
    const home = await tempDir();
    const env = bareEnv(home, { WEBHOOK_SECRET: secret });
    const { child, ended } = start(words, env);
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
    await expect.poll(listener.stderr).toContain("no room for more now (503)");
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
