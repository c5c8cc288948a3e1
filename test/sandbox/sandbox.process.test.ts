import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it } from "vitest";
import { bareEnv, launch, start } from "../support/process.ts";
import { tempDir } from "../support/temp-dir.ts";

/* The sandbox as a process, with commands that are processes too: its server is the runtime's own. */

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function serve(...options: string[]) {
  const env = bareEnv(await tempDir());
  const [file, ...first] = launch;
  const args = [...first, "sandbox", "--port", "0", "--add-profiles", "--json", ...options];
  const child = spawn(file, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += String(chunk);
  });
  await once(createInterface({ input: child.stdout }), "line");
  await expect.poll(() => said).toContain("serving until Ctrl-C");
  const onduty = (...words: string[]) => start(words, env).ended;
  // Beside JSON its messages are JSON.
  const textOf = (line: string) => {
    const { notice, warning } = JSON.parse(line) as { notice?: string; warning?: string };
    return notice ?? warning;
  };
  const isMessage = (line: string) => /^\{"(notice|warning)":/.test(line);
  return {
    child,
    onduty,
    said: () =>
      said
        .split("\n")
        .map((line) => (isMessage(line) ? textOf(line) : line))
        .join("\n"),
  };
}

describe("the sandbox as a process", () => {
  it("serves all three vendors, and stops on Ctrl-C although connections are open", async () => {
    const { child, onduty, said } = await serve();
    const keys = await onduty("keys", "validate", "--all", "--json");
    expect(keys.code, keys.stderr).toBe(0);
    const triggered = await onduty("events", "trigger", "Disk 95 % full", "--dedup-key", "db-1/disk", "--json");
    expect(JSON.parse(triggered.stdout)).toMatchObject({ delivery: "delivered", result: "triggered" });
    for (const vendor of ["opsknight", "flashduty"]) {
      const listed = await onduty("incidents", "list", "--json", "--profile", `sandbox-${vendor}`);
      expect(listed.code, listed.stderr).toBe(0);
      expect((JSON.parse(listed.stdout) as object[]).length).toBeGreaterThan(2);
    }
    expect(await onduty("content", "types", "--profile", "sandbox-flotiq")).toMatchObject({ code: 0, stderr: "" });
    child.kill("SIGINT");
    const [code] = (await once(child, "exit")) as [number | null];
    expect({ code, said: said().split("\n").at(-2) }).toEqual({ code: 0, said: "stopped" });
  });

  it("sends signed webhooks to `webhooks listen`, and reports one that nobody took", async () => {
    const secret = "sandbox-webhook-secret-0001";
    const env = bareEnv(await tempDir(), { ONDUTY_WEBHOOK_SECRET: secret });
    const listen = (port: string) =>
      start(["webhooks", "listen", "--secret-env", "ONDUTY_WEBHOOK_SECRET", "--port", port], env);
    const first = listen("0");
    children.push(first.child);
    let heard = "";
    first.child.stdout.on("data", (chunk) => {
      heard += String(chunk);
    });
    const [line] = (await once(createInterface({ input: first.child.stderr }), "line")) as [string];
    const port = new URL(/listening on (\S+)/.exec(line)?.[1] ?? "").port;
    const { onduty, said } = await serve("--webhook-url", `http://localhost:${port}`);

    expect((await onduty("events", "trigger", "Disk full", "--dedup-key", "disk")).code).toBe(0);
    await expect.poll(() => heard).toContain('"event":"incident.triggered"');
    expect(JSON.parse(heard)).toMatchObject({ form: "raw", payload: { incident: { title: "Disk full" } } });

    first.child.kill("SIGINT");
    await first.ended;
    expect((await onduty("events", "resolve", "disk")).code).toBe(0);
    await expect
      .poll(said)
      .toContain(`the webhook incident.resolved is lost: http://localhost:${port} did not respond (ECONNREFUSED)\n`);

    const wrong = start(["webhooks", "listen", "--secret-env", "OTHER", "--port", port], { ...env, OTHER: "another" });
    children.push(wrong.child);
    await once(wrong.child.stderr, "data");
    expect((await onduty("events", "trigger", "Disk full", "--dedup-key", "disk")).code).toBe(0);
    await expect
      .poll(said)
      .toContain(`the webhook incident.triggered is lost: http://localhost:${port} answered 401\n`);
  });

  it.each([
    ["reset=100%", 3, /reset|closed/],
    ["half=100%", 3, /GET \/opsknight|GET \/api/],
    ["html=100%", 1, /web page|not JSON/],
    ["503=100%", 1, /503/],
    ["timeout=100%", 3, /0\.5 s|500 ms/],
  ])("breaks with %s", async (chaos, code, message) => {
    const { onduty } = await serve("--chaos", chaos);
    const words = ["incidents", "list", "--max-wait", "0", "--timeout", "500ms"];
    const ended = await onduty(...words, "--profile", "sandbox-opsknight");
    expect({ code: ended.code, stdout: ended.stdout }, ended.stderr).toEqual({ code, stdout: "" });
    expect(ended.stderr).toMatch(message);
  });

  it("answers many slow requests at once without a warning", async () => {
    const { onduty, said } = await serve("--chaos", "latency=200ms");
    const { stdout } = await onduty("profiles", "show", "sandbox-opsknight", "--json");
    const [url = ""] = /http:[^"]*\/opsknight/.exec(stdout) ?? [];
    const asked = Array.from({ length: 30 }, () => fetch(`${url}/api/health`));
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(asked.map(() => 200));
    expect(said()).not.toContain("Warning");
  });
});
