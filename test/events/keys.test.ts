import { describe, expect, it } from "vitest";
import { ciMetadata } from "../../src/events/ci.ts";
import { changeTargetKey, deriveChangeKey, deriveDedupKey } from "../../src/events/dedup-key.ts";

type Env = Record<string, string>;

const github: Env = {
  GITHUB_ACTIONS: "true",
  GITHUB_REPOSITORY: "acme/web",
  GITHUB_WORKFLOW: "CI",
  GITHUB_JOB: "test",
  GITHUB_REF: "refs/heads/main",
};
const circle: Env = { CIRCLECI: "true", CIRCLE_PROJECT_REPONAME: "web", CIRCLE_JOB: "test", CIRCLE_NODE_TOTAL: "2" };
const buildkite: Env = { BUILDKITE: "true", BUILDKITE_PIPELINE_SLUG: "web", BUILDKITE_LABEL: "test" };
const travis: Env = { TRAVIS: "true", TRAVIS_REPO_SLUG: "acme/web", TRAVIS_BRANCH: "main" };
const azure: Env = { BUILD_BUILDURI: "vstfs:1", BUILD_REPOSITORY_NAME: "acme/web", BUILD_DEFINITIONNAME: "CI" };
const gitlab: Env = { GITLAB_CI: "true", CI_PROJECT_PATH: "acme/web", CI_JOB_NAME: "test", CI_COMMIT_REF_NAME: "main" };
const jenkins: Env = { JENKINS_URL: "https://ci.example.com/", JOB_NAME: "web", GIT_BRANCH: "main", GIT_COMMIT: "1" };
const bitbucket: Env = { BITBUCKET_BUILD_NUMBER: "1", BITBUCKET_REPO_FULL_NAME: "acme/web", BITBUCKET_BRANCH: "main" };
const semaphore: Env = { SEMAPHORE: "true", SEMAPHORE_PROJECT_NAME: "web", SEMAPHORE_JOB_NAME: "test" };
const woodpecker: Env = { CI: "woodpecker", CI_REPO: "acme/web", CI_STEP_NAME: "test" };

async function keyOf(env: Env, service?: string): Promise<string> {
  return deriveDedupKey(await ciMetadata(env), "host", "summary", service);
}

describe("the key of a CI job", () => {
  it.each<[string, Env, Env, Env]>([
    ["a system of GitHub Actions", github, { RUNNER_OS: "Linux" }, { RUNNER_OS: "Windows" }],
    [
      "a processor of GitHub Actions",
      { ...github, RUNNER_OS: "Linux" },
      { RUNNER_ARCH: "X64" },
      { RUNNER_ARCH: "ARM64" },
    ],
    ["a leg named by ONDUTY_JOB", { ...github, RUNNER_OS: "Linux" }, { ONDUTY_JOB: "0" }, { ONDUTY_JOB: "1" }],
    ["a leg whose matrix is JSON", github, { ONDUTY_JOB: '{\n  "node": 20\n}' }, { ONDUTY_JOB: '{\n  "node": 22\n}' }],
    ["a parallel run of CircleCI", circle, { CIRCLE_NODE_INDEX: "0" }, { CIRCLE_NODE_INDEX: "1" }],
    ["a parallel job of Buildkite", buildkite, { BUILDKITE_PARALLEL_JOB: "0" }, { BUILDKITE_PARALLEL_JOB: "1" }],
    ["a job of Travis without a name", travis, { TRAVIS_JOB_NUMBER: "7.1" }, { TRAVIS_JOB_NUMBER: "7.2" }],
    ["a leg of Azure Pipelines", azure, { SYSTEM_JOBNAME: "Linux" }, { SYSTEM_JOBNAME: "Windows" }],
    [
      "a leg of a named job of Azure Pipelines",
      { ...azure, SYSTEM_PHASENAME: "build" },
      { SYSTEM_JOBNAME: "Linux" },
      { SYSTEM_JOBNAME: "Windows" },
    ],
    [
      "a stage of Azure Pipelines",
      { ...azure, SYSTEM_PHASENAME: "deploy", SYSTEM_JOBNAME: "deploy" },
      { SYSTEM_STAGENAME: "staging" },
      { SYSTEM_STAGENAME: "production" },
    ],
    ["a parallel job of GitLab", { ...gitlab, CI_NODE_TOTAL: "2" }, { CI_NODE_INDEX: "1" }, { CI_NODE_INDEX: "2" }],
    ["an axis of a Jenkins matrix", jenkins, { JOB_NAME: "web/OS=linux" }, { JOB_NAME: "web/OS=windows" }],
    ["a stage of Jenkins", jenkins, { STAGE_NAME: "Unit" }, { STAGE_NAME: "Lint" }],
    [
      "a parallel step of Bitbucket",
      { ...bitbucket, BITBUCKET_PARALLEL_STEP_COUNT: "2" },
      { BITBUCKET_PARALLEL_STEP: "0" },
      { BITBUCKET_PARALLEL_STEP: "1" },
    ],
    [
      "a parallel job of Semaphore",
      { ...semaphore, SEMAPHORE_JOB_COUNT: "2" },
      { SEMAPHORE_JOB_INDEX: "1" },
      { SEMAPHORE_JOB_INDEX: "2" },
    ],
    ["a workflow of a Woodpecker matrix", woodpecker, { CI_WORKFLOW_NUMBER: "1" }, { CI_WORKFLOW_NUMBER: "2" }],
    ["a branch", github, {}, { GITHUB_REF: "refs/heads/next" }],
    ["a pull request", github, { GITHUB_REF: "refs/pull/7/merge" }, { GITHUB_REF: "refs/pull/8/merge" }],
    [
      "a pull request and a branch of that name",
      github,
      { GITHUB_REF: "refs/pull/7/merge" },
      { GITHUB_REF: "refs/heads/7" },
    ],
    ["an environment of GitLab", gitlab, { CI_ENVIRONMENT_NAME: "staging" }, { CI_ENVIRONMENT_NAME: "production" }],
    [
      "an environment that is called like a branch",
      gitlab,
      { CI_ENVIRONMENT_NAME: "branch=main", CI_COMMIT_REF_NAME: "" },
      {},
    ],
    ["a project of CodeBuild", {}, { CODEBUILD_BUILD_ID: "web:1" }, { CODEBUILD_BUILD_ID: "api:1" }],
  ])("tells apart %s", async (_, common, one, other) => {
    const [first, second] = [await keyOf({ ...common, ...one }), await keyOf({ ...common, ...other })];
    expect(first).toMatch(/^ci:/);
    expect(second).toMatch(/^ci:/);
    expect(first).not.toBe(second);
  });

  it.each<[string, Env, Env, Env]>([
    ["in the next run", github, { GITHUB_RUN_ID: "1", GITHUB_SHA: "a" }, { GITHUB_RUN_ID: "2", GITHUB_SHA: "b" }],
    ["for the next tag", github, { GITHUB_REF: "refs/tags/v1" }, { GITHUB_REF: "refs/tags/v2" }],
    [
      "for the next try of a merge queue",
      github,
      { GITHUB_REF: `refs/heads/gh-readonly-queue/main/pr-7-${"a".repeat(40)}` },
      { GITHUB_REF: `refs/heads/gh-readonly-queue/main/pr-7-${"b".repeat(40)}` },
    ],
    ["in the next build of Travis", travis, { TRAVIS_JOB_NUMBER: "7.1" }, { TRAVIS_JOB_NUMBER: "8.1" }],
    [
      "where CircleCI runs only one",
      { ...circle, CIRCLE_NODE_TOTAL: "1" },
      { CIRCLE_NODE_INDEX: "0" },
      { CIRCLE_NODE_INDEX: "1" },
    ],
    ["in the next build of CodeBuild", {}, { CODEBUILD_BUILD_ID: "web:1" }, { CODEBUILD_BUILD_ID: "web:2" }],
  ])("is the same %s", async (_, common, one, other) => {
    expect(await keyOf({ ...common, ...one })).toBe(await keyOf({ ...common, ...other }));
  });

  it("holds the service, and reads as it is made", async () => {
    expect(await keyOf({ ...github, RUNNER_OS: "Linux", RUNNER_ARCH: "X64" }, "svc_1")).toBe(
      "ci:acme/web:CI:test:branch=main:leg=Linux/X64:service=svc_1",
    );
    expect(await keyOf(github, "svc_1")).not.toBe(await keyOf(github, "svc_2"));
  });
});

describe("the key of a deploy", () => {
  const ci = { repository: "acme/web", workflow: "Ship", job: "deploy", environment: null, branch: "main" };
  const target = { place: "laptop", service: "svc_1", environment: "prod" };

  it("is of repository, workflow, job, environment and service in CI, whatever the branch", () => {
    const key = "deploy:acme/web:Ship:deploy:prod:service=svc_1";
    expect(deriveChangeKey(ci, target)).toBe(key);
    expect(deriveChangeKey({ ...ci, branch: "hotfix" }, target)).toBe(key);
  });

  it("is of the branch where no environment is known", () => {
    const preview = { ...target, environment: undefined };
    expect(deriveChangeKey(ci, preview)).not.toBe(deriveChangeKey({ ...ci, branch: "next" }, preview));
  });

  it("is of service and environment elsewhere, and of the host only without a service", () => {
    expect(deriveChangeKey(null, target)).toBe(deriveChangeKey(null, { ...target, place: "desktop" }));
    const anywhere = { ...target, service: undefined };
    expect(deriveChangeKey(null, anywhere)).not.toBe(deriveChangeKey(null, { ...anywhere, place: "desktop" }));
  });

  it.each([
    ["web-1.4.0", "1.4.0", undefined, "web-"],
    ["web-1.4.0", "1.4", "prod", "web-.0:prod"],
    ["web1", "1", undefined, "web1"],
    ["1.4.0", "1.4.0", "prod", "1.4.0:prod"],
    ["deploy:web", undefined, "prod:eu", "deploy:web:prod%3Aeu"],
  ])("%s of version %s has the target of %s: %s", (key, version, environment, expected) => {
    expect(changeTargetKey(key, { version, environment })).toBe(expected);
  });
});
