import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { fakeVendor } from "../support/vendor.ts";

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

  it.each([
    ["started", "trigger", "info"],
    ["succeeded", "resolve", "info"],
    ["failed", "trigger", "error"],
    ["canceled", "resolve", "info"],
  ])("maps %s onto a %s of severity %s on OpsKnight", async (status, action, severity) => {
    const { vendor, profiles } = await opsknight();
    const { code, stdout } = await run(`deploy --status ${status} --environment prod --version 1.4`, {
      profiles,
      env: github,
    });

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "change\tdeploy:acme/web:Ship:deploy:prod\tdelivered\ttriggered\tinc_9\n",
    });
    expect(vendor.requests[0]?.body).toMatchObject({
      event_action: action,
      dedup_key: "deploy:acme/web:Ship:deploy:prod",
      payload: {
        severity,
        summary: "Deploy acme/web 1.4 to prod",
        custom_details: {
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
        },
      },
    });
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
    ["events change x --status finished", "Allowed choices are started, succeeded, failed, canceled"],
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
