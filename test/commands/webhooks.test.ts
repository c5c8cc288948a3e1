import { createHmac } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { runAndRead as run } from "../support/harness.ts";
import { tempDir } from "../support/temp-dir.ts";

const env = { WEBHOOK_SECRET: "fake-webhook-secret" };
const body = '{"event":"incident.resolved","timestamp":"2026-08-01T11:59:58.000Z","title":{"id":"inc_1"}}\n';
const now = new Date("2026-08-01T12:00:00.000Z");
const sign = (text: string): string => `sha256=${createHmac("sha256", env.WEBHOOK_SECRET).update(text).digest("hex")}`;
const verify = (args: string[], more: { stdin?: string; tty?: boolean } = { stdin: body }) =>
  run(["webhooks", "verify", "--secret-env", "WEBHOOK_SECRET", ...args], { env, now, ...more });

describe("webhooks verify", () => {
  it("takes a signature over the body", async () => {
    const { code, stdout, stderr } = await verify(["--signature", sign(body)]);
    expect({ code, stdout, stderr }).toEqual({
      code: ExitCode.ok,
      stdout: "valid\ttrue\nform\traw\nsignedAt\t\nreason\t\n",
      stderr: "",
    });
  });

  it("takes a signature with a time", async () => {
    const stamp = String(now.getTime() - 2000);
    const headers = ["--header", `X-OpsKnight-Timestamp: ${stamp}`, "--header", "Content-Type: application/json"];
    const args = [...headers, "--signature", sign(`${stamp}.${body}`), "--json"];
    const { code, stdout } = await verify(args);
    expect(JSON.parse(stdout)).toEqual({
      valid: true,
      form: "timestamp",
      signedAt: "2026-08-01T11:59:58.000Z",
      reason: null,
    });
    expect(code).toBe(ExitCode.ok);
  });

  it("takes a status page's, the body from a file, and reports it in one line at a terminal", async () => {
    const file = join(await tempDir(), "body.json");
    await writeFile(file, body);
    const { code, stdout, stderr } = await verify(["--header", `x-webhook-signature: ${sign(body)}`, "--file", file], {
      tty: true,
    });
    expect({ code, stdout, stderr }).toEqual({ code: ExitCode.ok, stdout: "valid (status-page)\n", stderr: "" });
  });

  it("reports what is wrong and exits 9", async () => {
    const { code, stdout, stderr } = await verify(["--signature", sign("something else"), "--json"]);
    expect(code).toBe(ExitCode.no);
    const reason = "the signature does not match: the secret is another one, or the body is not the one signed";
    expect(JSON.parse(stdout)).toEqual({ valid: false, form: "raw", signedAt: null, reason });
    expect(stderr).toBe(`not valid: ${reason}\n`);
  });

  it.each([
    ["--signature nonsense", "X-OpsKnight-Signature is not of the form sha256= and 64 hexadecimal digits"],
    ["--header X-Webhook-Event:incident.resolved", "no signature"],
    [`--timestamp soon --signature ${sign(body)}`, "X-OpsKnight-Timestamp is not a time in milliseconds"],
    [
      `--timestamp 1785585000000 --signature ${sign(`1785585000000.${body}`)}`,
      "it was signed 600 s ago, and 300 s are tolerated",
    ],
  ])("with %s exits 9 and tells the reason", async (line, reason) => {
    const { code, stderr } = await verify(line.split(" "));
    expect(stderr).toContain(`not valid: ${reason}`);
    expect(code).toBe(ExitCode.no);
  });

  it("takes an older one with a longer --tolerance", async () => {
    const signature = sign(`1785585000000.${body}`);
    const args = ["--timestamp", "1785585000000", "--signature", signature, "--tolerance", "10m"];
    expect((await verify(args)).code).toBe(ExitCode.ok);
  });

  it.each([
    ["webhooks verify --signature sha256=00", "--secret-env"],
    ["webhooks verify --secret-env NOT_SET --signature x", "the environment variable NOT_SET is not set"],
    ["webhooks verify --secret-env whsec-fake-1 --signature x", "takes the name of an environment variable"],
    ["webhooks verify --secret-env 0123456789abcdef0123456789abcdef --signature x", "takes the name"],
    ["webhooks verify --secret-env fakesecret --signature x", "that environment variable is not set"],
    ["webhooks verify --secret fake-1", "--secret-env NAME"],
    ["webhooks listen --webhook-secret=fake-1", "--secret-env NAME"],
    ["webhooks verify --secret-env WEBHOOK_SECRET", "no signature to verify"],
    ["webhooks verify --secret-env WEBHOOK_SECRET --signature a --header X-OpsKnight-Signature:b", "is given twice"],
    ["webhooks verify --secret-env WEBHOOK_SECRET --header nothing --signature x", "written name: value"],
    ["webhooks verify --secret-env WEBHOOK_SECRET --signature x --file /no/such/file", "file not found"],
    ["webhooks verify --secret-env WEBHOOK_SECRET --signature x --tolerance soon", "is not a duration"],
    ["webhooks listen --secret-env WEBHOOK_SECRET --port 70000", "a port between 0 and 65535"],
    ["webhooks listen --secret-env WEBHOOK_SECRET --max-body huge", "is not a size"],
    ["webhooks listen --secret-env WEBHOOK_SECRET --concurrency 0", "a number from 1 to 64"],
    ["webhooks listen --secret-env WEBHOOK_SECRET --forward http://example.com/", "on this machine"],
    ["webhooks listen --secret-env WEBHOOK_SECRET --forward http://127.0.0.1.example.com/", "on this machine"],
    ["webhooks listen --secret-env WEBHOOK_SECRET --forward http://localhost@example.com/", "on this machine"],
    ["webhooks listen --secret-env WEBHOOK_SECRET --forward nowhere", "on this machine"],
    ["webhooks listen --secret-env NOT_SET", "NOT_SET is not set"],
    ["webhooks listen --secret-env WEBHOOK_SECRET --fields title", "payload"],
  ])("`%s` is refused, and no secret is repeated", async (commandLine, message) => {
    const { code, stdout, stderr } = await run(commandLine, { env, stdin: body });
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/fake-1|fakesecret|0123456789abcdef/);
  });
});
