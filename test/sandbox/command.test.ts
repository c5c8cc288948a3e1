import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { start } from "./support.ts";

/** Runs the command and ends it at once, as Ctrl-C does. */
const once = (options: string, more: object = {}) =>
  run(`sandbox --port 0 ${options}`, { signal: AbortSignal.abort("SIGINT"), ...more });

describe("onduty sandbox", () => {
  it("prints URLs and keys, and ends with 0 on Ctrl-C", async () => {
    const { code, stdout, stderr } = await once("");
    expect(code).toBe(0);
    expect(
      stdout
        .replaceAll(/:\d+\//g, ":PORT/")
        .split("\n")
        .slice(0, 2),
    ).toEqual(["opsknight  http://127.0.0.1:PORT/opsknight", "  all          sk_test_sandbox_all_scopes_0001"]);
    expect(stderr).toContain("stopped");
    const json = JSON.parse((await once("--json")).stdout) as { port: number; vendors: { provider: string }[] };
    expect(json.vendors.map(({ provider }) => provider)).toEqual(["opsknight", "flashduty", "flotiq", "pagerduty"]);
  });

  it("leaves alone a profile of somebody's own, and the current one", async () => {
    const mine = { provider: "opsknight", baseUrl: "https://opsknight.example.com" };
    const old = { provider: "flotiq", baseUrl: "http://127.0.0.1:1/flotiq" };
    const profiles = { mine, "sandbox-opsknight": mine, "sandbox-flotiq": old };
    const { home, code, stderr } = await once("--add-profiles", { profiles });
    expect(code).toBe(0);
    expect(stderr).toContain('the profile "sandbox-opsknight" leads elsewhere');
    const config: unknown = JSON.parse(await readFile(join(home, ".config/onduty/config.json"), "utf8"));
    expect(config).toMatchObject({ current: "mine", profiles: { mine, "sandbox-opsknight": mine } });
    expect(config).not.toMatchObject({ profiles: { "sandbox-flotiq": old } });
  });

  it("reports where its webhooks go, and with which secret they are signed", async () => {
    const { code, stderr } = await once("--webhook-url http://localhost:4011/hooks");
    expect(code).toBe(0);
    expect(stderr).toContain(
      "webhooks of opsknight go to http://localhost:4011/hooks, signed with the secret sandbox-webhook-secret-0001\n" +
        "receive them with: ONDUTY_WEBHOOK_SECRET=sandbox-webhook-secret-0001 onduty webhooks listen --secret-env ONDUTY_WEBHOOK_SECRET\n",
    );
  });

  it.each(["http://hooks.example.com", "https://localhost:4011", "localhost:4011", "4011"])(
    "sends no webhooks to %s, which is not on this machine or no address",
    async (url) => {
      const { code, stdout, stderr } = await once(`--webhook-url ${url}`);
      expect({ code, stdout, stderr }).toEqual({
        code: 2,
        stdout: "",
        stderr:
          "error: --webhook-url takes an http:// address on this machine\nhint: --webhook-url http://localhost:4011\n",
      });
    },
  );

  it("shows how to go on when its port is taken", async () => {
    const { port } = await start();
    const { code, stdout, stderr } = await run(`sandbox --port ${port}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`port ${port} is taken`);
    expect(stderr).toContain("onduty sandbox --port 0");
  });
});
