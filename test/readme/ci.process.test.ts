import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type Block, blockUnder, readBlocks } from "./readme.ts";
import { checkout, type Ended, keepingSandbox, runShell } from "./workshop.ts";

/** What a recipe is run with. */
interface Job {
  sandbox: Sandbox;
  folder: string;
  /** Scripts that fail. */
  fails?: string[];
  /** Changes the command lines of the recipe. */
  edit?: (line: string) => string;
}

interface Result {
  /** Of the job. */
  code: number;
  /** Of each of its steps that was run. */
  steps: Ended[];
}

type Texts = Record<string, string>;

let folder: string;
let kept: Awaited<ReturnType<typeof keepingSandbox>>;

beforeEach(async () => {
  [folder, kept] = [await checkout(), await keepingSandbox()];
});

/** An environment as the service gives it: what the recipe sets, its address and secrets being the sandbox's. */
async function environment({ sandbox, folder, fails = [] }: Job, own: Texts, service: Texts): Promise<Texts> {
  const vendor = own.ONDUTY_PROVIDER === "flashduty" ? "flashduty" : "opsknight";
  return {
    PATH: `${join(folder, "bin")}:${process.env.PATH}`,
    HOME: await tempDir(),
    CI: "true",
    FAILS: fails.join(" "),
    ...service,
    ...own,
    ONDUTY_BASE_URL: sandbox.urls[vendor],
    ONDUTY_INTEGRATION_KEY: sandbox.keys[vendor].integration,
    ...(vendor === "flashduty" && { ONDUTY_CHANGE_KEY: sandbox.keys.flashduty.change }),
  };
}

/** The step that every recipe begins with: it is not part of the result, and must not fail. */
const installing = "./ci/install-onduty.sh";

async function install(folder: string, env: Texts): Promise<void> {
  expect(await runShell(["bash", "-e"], installing, { cwd: folder, env })).toMatchObject({ code: 0 });
}

interface GithubFile {
  env?: Texts;
  jobs: Record<string, { env?: Texts; steps: { uses?: string; if?: string; run?: string }[] }>;
}

/** Runs the steps of a job as GitHub's runner does. */
async function github({ text }: Block, name: string, job: Job): Promise<Result> {
  const file: GithubFile = parse(text);
  const { env, steps } = file.jobs[name] ?? { steps: [] };
  const all = await environment(
    job,
    { ...file.env, ...env },
    {
      GITHUB_ACTIONS: "true",
      GITHUB_REPOSITORY: "acme/shop",
      GITHUB_WORKFLOW: "CI",
      GITHUB_JOB: name,
      GITHUB_SHA: "5a4db0c5",
      GITHUB_REF: "refs/heads/main",
      GITHUB_ACTOR: "ada",
      GITHUB_SERVER_URL: "https://github.example.com",
      GITHUB_RUN_ID: "7",
    },
  );
  const ended: Ended[] = [];
  let status = "success";
  for (const { if: condition = "success()", run } of steps) {
    const applies = condition === "always()" || condition === `${status}()`;
    if (run === undefined || !applies) continue;
    if (run === installing) {
      await install(job.folder, all);
      continue;
    }
    const line = run.replaceAll("${{ job.status }}", status);
    expect(line).not.toContain("${{");
    const step = await runShell(["bash", "-e"], job.edit?.(line) ?? line, { cwd: job.folder, env: all });
    ended.push(step);
    if (step.code !== 0) status = "failure";
  }
  return { code: ended.find(({ code }) => code !== 0)?.code ?? 0, steps: ended };
}

/** Runs a job as GitLab's runner does: what comes after in a shell of its own, which cannot make the job fail. */
async function gitlab({ text }: Block, name: string, job: Job): Promise<Result> {
  const file: { variables: Texts } & Record<
    string,
    { environment?: string; before_script: string[]; script: string[]; after_script?: string[] }
  > = parse(text);
  const { environment: to, before_script: before, script = [], after_script: after } = file[name] ?? {};
  expect(before).toEqual([installing]);
  const env = await environment(job, file.variables, {
    GITLAB_CI: "true",
    CI_PROJECT_PATH: "acme/shop",
    CI_PROJECT_URL: "https://gitlab.example.com/acme/shop",
    CI_JOB_NAME: name,
    CI_JOB_ID: "7",
    CI_PIPELINE_ID: "1",
    CI_COMMIT_SHA: "5a4db0c55a4db0c5",
    CI_COMMIT_SHORT_SHA: "5a4db0c5",
    CI_COMMIT_REF_NAME: "main",
    GITLAB_USER_LOGIN: "ada",
    ...(to !== undefined && { CI_ENVIRONMENT_NAME: to }),
  });
  const bash = ["bash", "-eo", "pipefail"] as const;
  const main = await runShell(bash, [...(before ?? []), ...script].join("\n"), { cwd: job.folder, env });
  const result = { code: main.code, steps: [main] };
  if (after === undefined) return result;
  const told = { ...env, CI_JOB_STATUS: main.code === 0 ? "success" : "failed" };
  result.steps.push(await runShell(bash, after.join("\n"), { cwd: job.folder, env: told }));
  return result;
}

interface CircleFile {
  jobs: Record<
    string,
    {
      docker: { image: string }[];
      environment: Texts;
      steps: (string | { run: string | { when: string; command: string } })[];
    }
  >;
}

async function circle({ text }: Block, name: string, job: Job): Promise<Result> {
  const file: CircleFile = parse(text);
  const { docker = [], environment: own = {}, steps = [] } = file.jobs[name] ?? {};
  // In images of CircleCI's own the user of a job cannot write npm's global folder.
  for (const { image } of docker) expect(image).not.toMatch(/^cimg\//);
  const env = await environment(job, own, {
    CIRCLECI: "true",
    CIRCLE_JOB: name,
    CIRCLE_PROJECT_USERNAME: "acme",
    CIRCLE_PROJECT_REPONAME: "shop",
    CIRCLE_BRANCH: "main",
    CIRCLE_SHA1: "5a4db0c5",
    CIRCLE_BUILD_URL: "https://circleci.example.com/7",
  });
  const ended: Ended[] = [];
  let failed = false;
  for (const step of steps) {
    if (typeof step === "string") continue;
    const { when, command } = typeof step.run === "string" ? { when: "on_success", command: step.run } : step.run;
    if ((when === "on_fail") !== failed) continue;
    if (command === installing) {
      await install(job.folder, env);
      continue;
    }
    const done = await runShell(["bash", "-eo", "pipefail"], command, { cwd: job.folder, env });
    ended.push(done);
    failed ||= done.code !== 0;
  }
  return { code: ended.find(({ code }) => code !== 0)?.code ?? 0, steps: ended };
}

async function jenkins({ text }: Block, job: Job): Promise<Result> {
  const own = Object.fromEntries([...text.matchAll(/(\w+) = '([^']*)'/g)].map(([, name, value]) => [name, value]));
  expect(text).toContain("ONDUTY_INTEGRATION_KEY = credentials('");
  const env = await environment(job, own, {
    JENKINS_URL: "https://jenkins.example.com",
    JOB_NAME: "shop/backup",
    BUILD_URL: "https://jenkins.example.com/job/shop/7",
    GIT_URL: "https://git.example.com/acme/shop.git",
    GIT_BRANCH: "origin/main",
    GIT_COMMIT: "5a4db0c5",
  });
  const line = (where: RegExp): string => where.exec(text)?.[1] ?? "exit 99";
  const run = (script: string) => runShell(["sh", "-xe"], script, { cwd: job.folder, env });
  await install(job.folder, env);
  const stage = await run(line(/stage\('Backup'\) \{ steps \{ sh '([^']*)'/));
  const post = await run(line(stage.code === 0 ? /success \{ sh '([^']*)'/ : /failure \{ sh '([^']*)'/));
  return { code: stage.code, steps: [stage, post] };
}

const [githubJobs, githubNightly, githubMatrix] = readBlocks().filter(({ heading }) => heading === "GitHub Actions");
if (githubJobs === undefined || githubNightly === undefined || githubMatrix === undefined)
  throw new Error("the recipes for GitHub are missing");

/** Runs a job that fails at a script, and then once more, when it passes; gives what the vendor had after each. */
async function failThenPass(run: (job: Job) => Promise<Result>, script: string) {
  const failed = await kept.serve((sandbox) => run({ sandbox, folder, fails: [script] }));
  const after = await kept.state();
  const passed = await kept.serve((sandbox) => run({ sandbox, folder }));
  return { failed, after, passed, end: await kept.state() };
}

describe("the script that installs a release", () => {
  const { text } = blockUnder("Installing a release", "sh");

  it("installs the tarball whose checksum fits, and no other", async () => {
    const [home, shipped] = [await tempDir(), await tempDir()];
    const root = new URL("../..", import.meta.url).pathname;
    const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", shipped];
    const [{ filename }] = JSON.parse(
      execFileSync("npm", pack, { cwd: root, stdio: ["ignore", "pipe", "ignore"] }).toString(),
    ) as [{ filename: string }];
    const tarball = join(shipped, filename);
    const env = {
      PATH: `${join(home, "bin")}:${process.env.PATH}`,
      HOME: home,
      ...{ npm_config_prefix: home, npm_config_offline: "true", npm_config_update_notifier: "false" },
      ONDUTY_TARBALL: `file://${tarball}`,
    };
    const sha256 = createHash("sha256")
      .update(await readFile(tarball))
      .digest("hex");
    const shell = ["sh"] as const;
    const other = await runShell(shell, text, { cwd: home, env: { ...env, ONDUTY_SHA256: "0".repeat(64) } });
    expect(other.code).not.toBe(0);
    expect(existsSync(join(home, "bin/onduty"))).toBe(false);
    const { code } = await runShell(shell, `${text}\nonduty --version`, {
      cwd: home,
      env: { ...env, ONDUTY_SHA256: sha256 },
    });
    expect(code).toBe(0);
    expect(existsSync(join(home, "bin/onduty"))).toBe(true);
  });

  it("is how every recipe begins: no page runs the program by its name from a registry", () => {
    expect(
      readBlocks().filter(({ text: block }) => /\bnpx\b.*\bonduty\b|npm (install|i)\b.* onduty\b/.test(block)),
    ).toEqual([]);
  });
});

const codes = ({ code, steps }: Result) => [code, steps.map((step) => step.code)];

describe("the recipes for CI", () => {
  it("GitHub, a command that fails: opened under the job's key, resolved by the next run", async () => {
    const { failed, after, passed, end } = await failThenPass((job) => github(githubJobs, "test", job), "test.sh");
    expect(codes(failed)).toEqual([3, [3]]);
    expect(failed.steps[0]?.stdout).toBe("./test.sh \n");
    const [incident] = after.opsknight;
    expect(incident).toMatchObject({
      status: "OPEN",
      title: expect.stringContaining("test.sh failed with exit code 3"),
    });
    expect(incident?.dedupKey).toBe("ci:acme/shop:CI:test:branch=main");
    expect(codes(passed)).toEqual([0, [0]]);
    expect(end.opsknight.map(({ id, status }) => [id, status])).toEqual([[incident?.id, "RESOLVED"]]);
  });

  it("GitHub, a deploy: its start, its end, and an error that stays open when it fails", async () => {
    const { failed, after, passed, end } = await failThenPass((job) => github(githubJobs, "deploy", job), "deploy.sh");
    expect(codes(failed)).toEqual([3, [0, 3, 0]]);
    const key = "deploy:acme/shop:CI:deploy:production";
    const states = (found: typeof after) =>
      Object.fromEntries(found.opsknight.map((one) => [one.dedupKey, one.status]));
    expect(states(after)).toEqual({ [key]: "OPEN", [`${key}:started`]: "RESOLVED" });
    expect(codes(passed)).toEqual([0, [0, 0, 0]]);
    expect(new Set(end.opsknight.map(({ status }) => status))).toEqual(new Set(["RESOLVED"]));
  });

  it("GitHub, a matrix: a leg that passes keeps open what another leg has opened", async () => {
    const leg = (index: number) => ({
      ...githubMatrix,
      text: githubMatrix.text.replace("${{ strategy.job-index }}", `${index}`),
    });
    const failed = await kept.serve((sandbox) => github(leg(0), "test", { sandbox, folder, fails: ["test.sh"] }));
    const passed = await kept.serve((sandbox) => github(leg(1), "test", { sandbox, folder }));
    expect([codes(failed), codes(passed)]).toEqual([
      [3, [3]],
      [0, [0]],
    ]);
    expect((await kept.state()).opsknight).toMatchObject([{ status: "OPEN" }]);
  });

  it("GitHub, a deploy while the vendor is down: the job goes on", async () => {
    const edit = (line: string): string => line.replace("--spool-ok", "--spool-ok --max-wait 0");
    const { steps, code } = await kept.serve(async (sandbox) => {
      await fetch(`${sandbox.url}/_sandbox/chaos`, { method: "POST", body: '{"spec":"503=100%"}' });
      return github(githubJobs, "deploy", { sandbox, folder, edit });
    });
    expect([code, steps.map((step) => step.code)]).toEqual([0, [0, 0, 0]]);
    expect(steps[0]?.stdout).toContain("spooled");
  });

  it("GitHub, a job of several steps", async () => {
    const run = (job: Job) => github(githubNightly, "nightly", job);
    const { failed, after, passed, end } = await failThenPass(run, "restore-test.sh");
    expect(codes(failed)).toEqual([3, [0, 3, 0]]);
    expect(after.opsknight).toMatchObject([
      { status: "OPEN", title: "Nightly job of acme/shop failed", dedupKey: "acme/shop/nightly" },
    ]);
    expect(codes(passed)).toEqual([0, [0, 0, 0]]);
    expect(end.opsknight).toMatchObject([{ status: "RESOLVED" }]);
  });

  it("GitLab, a command that fails", async () => {
    const block = blockUnder("GitLab", "yaml");
    const { failed, after, passed, end } = await failThenPass((job) => gitlab(block, "test", job), "test.sh");
    expect(codes(failed)).toEqual([3, [3]]);
    expect(after.flashduty).toMatchObject([{ status: "OPEN", title: expect.stringContaining("test.sh failed") }]);
    expect(codes(passed)).toEqual([0, [0]]);
    expect(end.flashduty).toMatchObject([{ status: "RESOLVED" }]);
  });

  it("GitLab, a deploy: a change of Flashduty's", async () => {
    const block = blockUnder("GitLab", "yaml");
    const { failed, passed, end } = await failThenPass((job) => gitlab(block, "deploy", job), "deploy.sh");
    expect([codes(failed), codes(passed)]).toEqual([
      [3, [3, 0]],
      [0, [0, 0]],
    ]);
    expect(end.changes.map(({ change_status: status }) => status)).toEqual([
      "Processing",
      "Canceled",
      "Processing",
      "Done",
    ]);
    expect(new Set(end.changes.map(({ change_key: key }) => key)).size).toBe(1);
    expect(end.flashduty).toEqual([]);
  });

  it("CircleCI", async () => {
    const block = blockUnder("CircleCI", "yaml");
    const { failed, after, passed, end } = await failThenPass((job) => circle(block, "nightly", job), "backup.sh");
    expect(codes(failed)).toEqual([3, [3, 0]]);
    expect(after.opsknight).toMatchObject([{ status: "OPEN", dedupKey: "shop/nightly" }]);
    expect(codes(passed)).toEqual([0, [0, 0]]);
    expect(end.opsknight).toMatchObject([{ status: "RESOLVED" }]);
  });

  it("Jenkins", async () => {
    const block = blockUnder("Jenkins", "groovy");
    const { failed, after, passed, end } = await failThenPass((job) => jenkins(block, job), "backup.sh");
    expect(codes(failed)).toEqual([3, [3, 0]]);
    expect(after.opsknight).toMatchObject([{ status: "OPEN", title: "shop/backup failed", dedupKey: "shop/backup" }]);
    expect(codes(passed)).toEqual([0, [0, 0]]);
    expect(end.opsknight).toMatchObject([{ status: "RESOLVED" }]);
  });
});
