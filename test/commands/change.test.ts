import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { fakeVendor } from "../support/vendor.ts";
import type { Sent } from "./runs.ts";

const incident = { id: "inc_9", title: "Deploy", status: "OPEN" };

async function opsknight() {
  const vendor = await fakeVendor();
  vendor.reply("POST /api/events", 202, { status: "success", result: { action: "triggered", incident } });
  const profiles = {
    ok: { provider: "opsknight", baseUrl: vendor.url, apiKey: { text: "sk_test_fake_1" }, service: "svc_1" },
  };
  return { vendor, profiles };
}

async function flashduty() {
  const vendor = await fakeVendor();
  vendor.reply("POST /event/push/change/standard", 200, { request_id: "req_7", data: {} });
  const profiles = {
    fd: {
      provider: "flashduty",
      baseUrl: vendor.url,
      changeKey: { text: "fake_change_key_1" },
      apiKey: { text: "fake_app_key_1" },
    },
  };
  return { vendor, profiles };
}

const github = {
  GITHUB_ACTIONS: "true",
  CI: "true",
  GITHUB_REPOSITORY: "acme/web",
  GITHUB_WORKFLOW: "Ship",
  GITHUB_JOB: "deploy",
  GITHUB_RUN_ID: "42",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_SHA: "0123456789abcdef0123456789abcdef01234567",
  GITHUB_REF: "refs/heads/main",
  GITHUB_ACTOR: "ada",
};

describe("events change", () => {
  it.each([
    ["started", "Processing"],
    ["succeeded", "Done"],
    ["failed", "Canceled"],
    ["canceled", "Canceled"],
  ])("pushes %s to Flashduty as %s", async (status, word) => {
    const { vendor, profiles } = await flashduty();
    const { code, stdout } = await run(
      `events change "Checkout 1.4" --status ${status} --change-key co-1.4 --environment prod --version 1.4 --link https://ci.example.com/7 --json`,
      { profiles },
    );

    expect(code).toBe(ExitCode.ok);
    expect(vendor.requests.map(({ query, body }) => ({ query, body }))).toEqual([
      {
        query: { integration_key: "fake_change_key_1" },
        body: expect.objectContaining({
          change_key: "co-1.4",
          change_status: word,
          title: "Checkout 1.4",
          link: "https://ci.example.com/7",
          labels: expect.objectContaining({ environment: "prod", version: "1.4" }),
        }),
      },
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      action: "change",
      dedupKey: "co-1.4",
      delivery: "delivered",
      result: null,
      incident: null,
      requestId: "req_7",
    });
  });

  const key = "deploy:acme/web:Ship:deploy:prod:service=svc_1";
  const start = `${key}:started`;
  const what = "Deploy acme/web 1.4 to prod";

  it.each([
    ["started", [["trigger", start, "info", what]]],
    ["canceled", [["resolve", start, "info", what]]],
    [
      "failed",
      [
        ["trigger", key, "error", `Failed: ${what}`],
        ["resolve", start, "info", what],
      ],
    ],
    [
      "succeeded",
      [
        ["resolve", key, "info", what],
        ["resolve", start, "info", what],
      ],
    ],
  ])("maps %s onto alerts of its start and of its target on OpsKnight", async (status, sent) => {
    const { vendor, profiles } = await opsknight();
    const { code, stdout } = await run(`deploy --status ${status} --environment prod --version 1.4`, {
      profiles,
      env: github,
    });

    expect({ code, stdout }).toEqual({ code: 0, stdout: `change\t${key}\tdelivered\ttriggered\tinc_9\n` });
    const bodies = vendor.requests.map(({ body }) => body as Sent);
    expect(bodies.map((one) => [one.event_action, one.dedup_key, one.payload.severity, one.payload.summary])).toEqual(
      sent,
    );
    for (const body of bodies)
      expect(body.payload.custom_details).toMatchObject({
        environment: "prod",
        version: "1.4",
        ci: {
          name: "GitHub Actions",
          repository: "acme/web",
          commit: github.GITHUB_SHA,
          branch: "main",
          actor: "ada",
          runUrl: "https://github.com/acme/web/actions/runs/42",
        },
        links: [{ href: "https://github.com/acme/web/actions/runs/42", text: "CI run" }],
      });
  });

  describe("on OpsKnight", () => {
    /** A vendor that keeps open alerts by key, and one command line after the other against it. */
    async function deploys(...commandLines: string[]): Promise<{ open: Record<string, string>; outputs: string[] }> {
      const vendor = await fakeVendor();
      const open: Record<string, string> = {};
      vendor.handle("POST /api/events", ({ body }, response) => {
        const { event_action: action, dedup_key: id, payload } = body as Sent;
        const known = Object.hasOwn(open, id);
        const result = action === "trigger" ? (known ? "deduplicated" : "triggered") : known ? "resolved" : "ignored";
        if (action === "resolve") delete open[id];
        else if (!known) open[id] = `${payload.severity} ${payload.summary}`;
        response.writeHead(202, { "content-type": "application/json" });
        response.end(JSON.stringify({ status: "success", result: { action: result } }));
      });
      const profiles = {
        ok: { provider: "opsknight", baseUrl: vendor.url, apiKey: { text: "sk_test_fake_1" }, service: "svc_1" },
      };
      const outputs: string[] = [];
      for (const one of commandLines) {
        const { code, stdout } = await run(`deploy ${one} --json`, { profiles });
        expect(code).toBe(0);
        outputs.push((JSON.parse(stdout) as { result: string }).result);
      }
      return { open, outputs };
    }

    const web = "--environment production --change-key deploy:web";

    it("keeps a failure open when the next deploy is canceled", async () => {
      const { open } = await deploys(
        `${web} --status started --version 1`,
        `${web} --status failed --version 1`,
        `${web} --status started --version 2`,
        `${web} --status cancelled --version 2`,
      );
      expect(open).toEqual({ "deploy:web:production": "error Failed: Deploy svc_1 1 to production" });
    });

    it("resolves a failure with the next success, and prints what was resolved", async () => {
      const { open, outputs } = await deploys(
        `${web} --status started --version 1`,
        `${web} --status failed --version 1`,
        `${web} --status started --version 2`,
        `${web} --status succeeded --version 2`,
        `${web} --status started --version 3`,
        `${web} --status succeeded --version 3`,
      );
      expect(open).toEqual({});
      expect(outputs).toEqual(["triggered", "triggered", "triggered", "resolved", "triggered", "resolved"]);
    });

    it("resolves the failure of one version with the success of another where the key holds the version", async () => {
      const of = (version: string): string => `--environment prod --version ${version} --change-key web-${version}`;
      const { open } = await deploys(`${of("1.4")} --status failed`, `${of("1.4.1")} --status succeeded`);
      expect(open).toEqual({});
    });

    it.each([
      [`${web} --status failed`, "--environment staging --change-key deploy:web --status succeeded"],
      [`${web} --status failed`, "--environment production --change-key deploy:api --status succeeded"],
      ["--environment production --status failed", "--environment staging --status succeeded"],
    ])("keeps open what `%s` opened when another target succeeds", async (failed, succeeded) => {
      expect(Object.keys((await deploys(failed, succeeded)).open)).toHaveLength(1);
    });
  });

  it("keeps the start of a deploy open when one with the same key ends in another environment", async () => {
    const { vendor, profiles } = await opsknight();
    await run("deploy --status started --change-key web --environment prod", { profiles });
    await run("deploy --status canceled --change-key web --environment staging", { profiles });
    const [start, end] = vendor.requests.map(({ body }) => (body as Sent).dedup_key);
    expect(start).not.toBe(end);
  });

  it("prints the key that resolves a failure", async () => {
    const { profiles } = await opsknight();
    const { stdout } = await run("deploy --status failed --change-key web --environment prod --json", { profiles });
    expect(JSON.parse(stdout)).toMatchObject({ dedupKey: "web:prod" });
  });

  it("sends the time at which it happened", async () => {
    const { vendor, profiles } = await flashduty();
    const { code } = await run("deploy --status failed --at 2026-03-01T12:00:00Z", { profiles });
    expect(code).toBe(0);
    expect(vendor.requests[0]?.body).toMatchObject({ event_time: Date.UTC(2026, 2, 1, 12) / 1000 });
    const wrong = await run("deploy --status failed --at soon", { profiles });
    expect(wrong.code).toBe(ExitCode.usage);
  });

  it.each([
    ["finished", '"finished" is not known'],
    ["", "the status is empty"],
  ])("counts the status `%s`, which is not known, as failed, and warns", async (word, warning) => {
    const { vendor, profiles } = await opsknight();
    const { code, stderr } = await run(["deploy", "--status", word, "--environment", "prod"], { profiles });
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain(warning);
    expect(vendor.requests[0]?.body).toMatchObject({ event_action: "trigger", payload: { severity: "error" } });
  });

  it.each(["UNSTABLE", "SucceededWithIssues"])("counts %s as succeeded, and warns", async (word) => {
    const { vendor, profiles } = await opsknight();
    const { code, stderr } = await run(`deploy --status ${word} --environment prod`, { profiles });
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain(`the status "${word}" counts as succeeded`);
    expect(vendor.requests.map(({ body }) => (body as Sent).event_action)).toEqual(["resolve", "resolve"]);
  });

  it("ties the events of one job together in every run, and keeps environments and services apart", async () => {
    const keys: string[] = [];
    for (const [more, env] of [
      ["", github],
      ["", { ...github, GITHUB_RUN_ID: "43" }],
      ["--environment staging", github],
      ["--service svc_2", {}],
      ["--service svc_2 --environment prod", {}],
    ] as const) {
      const { profiles } = await opsknight();
      const { stdout } = await run(`events deploy --status SUCCESS ${more} --json`, { profiles, env });
      keys.push((JSON.parse(stdout) as { dedupKey: string }).dedupKey);
    }
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(4);
  });

  it.each([
    ["events change x", "--status"],
    ["events change x --summary y --status started", "summary given twice"],
    [`events change x --status started --change-key ${"k".repeat(201)}`, "the dedup key has 201 characters"],
  ])("refuses `%s` before anything is written", async (commandLine, message) => {
    const { vendor, profiles } = await opsknight();
    const { code, stderr } = await run(commandLine, { profiles });

    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(message);
    expect(vendor.requests).toEqual([]);
  });

  it("reports which key is missing", async () => {
    const profiles = {
      fd: { provider: "flashduty", baseUrl: "http://127.0.0.1:1", apiKey: { text: "fake_app_key_1" } },
    };
    const { code, stderr } = await run("deploy --status started", { profiles });
    expect(code).toBe(ExitCode.auth);
    expect(stderr).toContain("onduty keys set fd --kind change");
  });
});

describe("--version", () => {
  it.each(["--version", "-V", "--no-color --version"])("is asked for by `%s`", async (commandLine) => {
    expect((await run(commandLine)).stdout).toMatch(/^onduty \d+\.\d+\.\d+/);
  });

  it("belongs to the command behind its name", async () => {
    const { code, stderr } = await run("incidents list --version");
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("unknown option '--version'");
  });
});
