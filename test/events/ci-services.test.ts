import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CiMetadata, ciMetadata } from "../../src/events/ci.ts";
import { marks } from "../../src/events/ci-services.ts";
import { tempDir } from "../support/temp-dir.ts";

type Env = Record<string, string>;

const job = { branch: "main", commit: "0123abc" };
const slug = { repository: "acme/web" };

/** Of each service: what it sets, and what is read of that. */
const rows: [string, Env, Partial<CiMetadata>][] = [
  [
    "Appveyor",
    {
      APPVEYOR: "True",
      APPVEYOR_URL: "https://ci.appveyor.com",
      APPVEYOR_ACCOUNT_NAME: "acme",
      APPVEYOR_PROJECT_SLUG: "web",
      APPVEYOR_BUILD_ID: "7",
      APPVEYOR_JOB_ID: "a1",
      APPVEYOR_REPO_NAME: "acme/web",
      APPVEYOR_REPO_BRANCH: "main",
      APPVEYOR_REPO_COMMIT: "0123abc",
      APPVEYOR_PULL_REQUEST_NUMBER: "12",
      APPVEYOR_JOB_NUMBER: "2",
    },
    {
      ...slug,
      ...job,
      leg: "2",
      pullRequest: "12",
      runUrl: "https://ci.appveyor.com/project/acme/web/builds/7/job/a1",
    },
  ],
  [
    "Azure Pipelines",
    {
      BUILD_BUILDURI: "vstfs:///Build/Build/7",
      BUILD_BUILDID: "7",
      BUILD_REPOSITORY_NAME: "acme/web",
      BUILD_SOURCEBRANCH: "refs/pull/12/merge",
      BUILD_SOURCEVERSION: "0123abc",
      SYSTEM_COLLECTIONURI: "https://dev.azure.com/acme/",
      SYSTEM_PULLREQUEST_PULLREQUESTID: "12",
      SYSTEM_PULLREQUEST_TARGETBRANCH: "refs/heads/main",
      SYSTEM_TEAMPROJECT: "Web Shop",
    },
    { ...slug, ...job, pullRequest: "12", runUrl: "https://dev.azure.com/acme/Web%20Shop/_build/results?buildId=7" },
  ],
  ["Azure Pipelines", { BUILD_BUILDURI: "vstfs:7", BUILD_SOURCEBRANCH: "refs/tags/v1" }, { branch: null, tag: "v1" }],
  [
    "Bamboo",
    {
      bamboo_agentId: "1",
      bamboo_planKey: "WEB-CI",
      bamboo_shortJobName: "Test",
      bamboo_planRepository_1_branchName: "main",
      bamboo_planRepository_1_revision: "0123abc",
      bamboo_buildResultsUrl: "https://bamboo.example.com/browse/WEB-CI-7",
    },
    { ...job, workflow: "WEB-CI", job: "Test", runUrl: "https://bamboo.example.com/browse/WEB-CI-7" },
  ],
  [
    "Bitbucket Pipelines",
    {
      BITBUCKET_BUILD_NUMBER: "7",
      BITBUCKET_REPO_FULL_NAME: "acme/web",
      BITBUCKET_BRANCH: "main",
      BITBUCKET_COMMIT: "0123abc",
      BITBUCKET_PR_ID: "12",
    },
    { ...slug, ...job, pullRequest: "12", runUrl: "https://bitbucket.org/acme/web/pipelines/results/7" },
  ],
  [
    "Bitrise",
    {
      BITRISE_IO: "true",
      BITRISE_APP_SLUG: "0a1b",
      BITRISE_GIT_BRANCH: "next",
      BITRISEIO_GIT_BRANCH_DEST: "main",
      BITRISE_GIT_COMMIT: "0123abc",
      BITRISE_PULL_REQUEST: "12",
      BITRISE_BUILD_URL: "https://app.bitrise.io/build/7",
    },
    { ...job, repository: "0a1b", pullRequest: "12", runUrl: "https://app.bitrise.io/build/7" },
  ],
  [
    "Buddy",
    {
      BUDDY_WORKSPACE_ID: "1",
      BUDDY_REPO_SLUG: "acme/web",
      BUDDY_EXECUTION_BRANCH: "main",
      BUDDY_EXECUTION_REVISION: "0123abc",
      BUDDY_EXECUTION_PULL_REQUEST_ID: "pull/12",
      BUDDY_EXECUTION_URL: "https://app.buddy.works/acme/web/pipelines/pipeline/1/execution/7",
    },
    { ...slug, ...job, pullRequest: "12" },
  ],
  [
    "Buildkite",
    {
      BUILDKITE: "true",
      BUILDKITE_REPO: "git@github.com:acme/web.git",
      BUILDKITE_BRANCH: "next",
      BUILDKITE_PULL_REQUEST: "12",
      BUILDKITE_PULL_REQUEST_BASE_BRANCH: "main",
      BUILDKITE_COMMIT: "0123abc",
      BUILDKITE_BUILD_URL: "https://buildkite.com/acme/web/builds/7",
    },
    { ...slug, ...job, pullRequest: "12", runUrl: "https://buildkite.com/acme/web/builds/7" },
  ],
  [
    "Buildkite",
    { BUILDKITE: "true", BUILDKITE_BRANCH: "main", BUILDKITE_PULL_REQUEST: "false" },
    { branch: "main", pullRequest: null },
  ],
  [
    "CircleCI",
    {
      CIRCLECI: "true",
      CIRCLE_PROJECT_USERNAME: "acme",
      CIRCLE_PROJECT_REPONAME: "web",
      CIRCLE_BRANCH: "main",
      CIRCLE_SHA1: "0123abc",
      CIRCLE_PULL_REQUEST: "https://github.com/acme/web/pull/12",
      CIRCLE_BUILD_URL: "https://circleci.com/gh/acme/web/7",
    },
    { ...slug, ...job, pullRequest: "12", runUrl: "https://circleci.com/gh/acme/web/7" },
  ],
  [
    "Cirrus CI",
    {
      CIRRUS_CI: "true",
      CIRRUS_REPO_FULL_NAME: "acme/web",
      CIRRUS_BASE_BRANCH: "main",
      CIRRUS_BRANCH: "pull/12",
      CIRRUS_CHANGE_IN_REPO: "0123abc",
      CIRRUS_PR: "12",
      CIRRUS_TASK_ID: "7",
    },
    { ...slug, ...job, pullRequest: "12", runUrl: "https://cirrus-ci.com/task/7" },
  ],
  ["Cloudflare Pages", { CF_PAGES: "1", CF_PAGES_BRANCH: "main", CF_PAGES_COMMIT_SHA: "0123abc" }, job],
  [
    "AWS CodeBuild",
    {
      CODEBUILD_BUILD_ID: "web:0a1b",
      AWS_REGION: "eu-west-1",
      CODEBUILD_RESOLVED_SOURCE_VERSION: "0123abc",
      CODEBUILD_WEBHOOK_HEAD_REF: "refs/heads/main",
      CODEBUILD_WEBHOOK_TRIGGER: "pr/12",
    },
    {
      ...job,
      job: "web",
      pullRequest: "12",
      runUrl: "https://console.aws.amazon.com/codebuild/home?region=eu-west-1#/builds/web:0a1b/view/new",
    },
  ],
  [
    "Codefresh",
    {
      CF_BUILD_ID: "7",
      CF_REPO_OWNER: "acme",
      CF_REPO_NAME: "web",
      CF_BRANCH: "next",
      CF_PULL_REQUEST_TARGET: "main",
      CF_PULL_REQUEST_NUMBER: "12",
      CF_REVISION: "0123abc",
      CF_BUILD_URL: "https://g.codefresh.io/build/7",
    },
    { ...slug, ...job, pullRequest: "12", runUrl: "https://g.codefresh.io/build/7" },
  ],
  [
    "Codeship",
    {
      CI: "true",
      CI_NAME: "codeship",
      CI_REPO_NAME: "acme/web",
      CI_BRANCH: "main",
      CI_COMMIT_ID: "0123abc",
      CI_BUILD_URL: "https://app.codeship.com/projects/1/builds/7",
    },
    { ...slug, ...job, runUrl: "https://app.codeship.com/projects/1/builds/7" },
  ],
  [
    "Drone",
    {
      DRONE: "true",
      DRONE_REPO_OWNER: "acme",
      DRONE_REPO_NAME: "web",
      DRONE_BRANCH: "main",
      DRONE_PULL_REQUEST: "12",
      DRONE_COMMIT_SHA: "0123abc",
      DRONE_BUILD_LINK: "https://drone.example.com/acme/web/7",
    },
    { ...slug, ...job, pullRequest: "12", runUrl: "https://drone.example.com/acme/web/7" },
  ],
  [
    "GitHub Actions",
    {
      GITHUB_ACTIONS: "true",
      GITHUB_EVENT_NAME: "pull_request",
      GITHUB_REF: "refs/pull/12/merge",
      GITHUB_BASE_REF: "main",
      GITHUB_SHA: "0123abc",
    },
    { ...job, pullRequest: "12", tag: null },
  ],
  ["GitHub Actions", { GITHUB_ACTIONS: "true", GITHUB_REF: "refs/tags/v1" }, { branch: null, tag: "v1" }],
  [
    "GitLab CI/CD",
    {
      GITLAB_CI: "true",
      CI_PROJECT_URL: "https://gitlab.com/acme/web",
      CI_PIPELINE_ID: "7",
      CI_COMMIT_REF_NAME: "next",
      CI_MERGE_REQUEST_ID: "12",
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
      CI_COMMIT_SHA: "0123abc",
    },
    { ...job, pullRequest: "12", runUrl: "https://gitlab.com/acme/web/-/pipelines/7" },
  ],
  [
    "Jenkins",
    {
      JENKINS_URL: "https://ci.example.com/",
      BRANCH_NAME: "PR-12",
      CHANGE_ID: "12",
      CHANGE_TARGET: "main",
      GIT_COMMIT: "0123abc",
      BUILD_URL: "https://ci.example.com/job/web/7/",
    },
    { ...job, pullRequest: "12", runUrl: "https://ci.example.com/job/web/7/" },
  ],
  [
    "Netlify",
    {
      NETLIFY: "true",
      REPOSITORY_URL: "https://github.com/acme/web",
      HEAD: "main",
      COMMIT_REF: "0123abc",
      CONTEXT: "deploy-preview",
      REVIEW_ID: "12",
      SITE_NAME: "web",
      DEPLOY_ID: "0a1b",
    },
    {
      ...slug,
      ...job,
      environment: "deploy-preview",
      pullRequest: "12",
      runUrl: "https://app.netlify.com/sites/web/deploys/0a1b",
    },
  ],
  ["Puppet", { DISTELLI_APPNAME: "web", DISTELLI_RELBRANCH: "main", DISTELLI_RELREVISION: "0123abc" }, job],
  [
    "Sail CI",
    {
      SAILCI: "true",
      SAIL_REPO_OWNER: "acme",
      SAIL_REPO_NAME: "web",
      SAIL_COMMIT_BRANCH: "main",
      SAIL_COMMIT_SHA: "0123abc",
      SAIL_PULL_REQUEST_NUMBER: "12",
    },
    { ...slug, ...job, pullRequest: "12" },
  ],
  [
    "Screwdriver.cd",
    {
      SCREWDRIVER: "true",
      SD_PIPELINE_NAME: "acme/web",
      GIT_BRANCH: "origin/refs/pull/12/merge",
      PR_BASE_BRANCH_NAME: "main",
      SD_PULL_REQUEST: "12",
      SD_BUILD_SHA: "0123abc",
      SD_UI_BUILD_URL: "https://cd.screwdriver.cd/pipelines/1/builds/7",
    },
    { ...slug, ...job, pullRequest: "12", runUrl: "https://cd.screwdriver.cd/pipelines/1/builds/7" },
  ],
  [
    "Scrutinizer",
    { SCRUTINIZER: "true", SCRUTINIZER_BRANCH: "main", SCRUTINIZER_SHA1: "0123abc", SCRUTINIZER_PR_NUMBER: "12" },
    { ...job, pullRequest: "12" },
  ],
  [
    "Semaphore",
    {
      SEMAPHORE: "true",
      SEMAPHORE_ORGANIZATION_URL: "https://acme.semaphoreci.com",
      SEMAPHORE_JOB_ID: "0a1b",
      SEMAPHORE_GIT_REPO_SLUG: "acme/web",
      SEMAPHORE_GIT_BRANCH: "main",
      SEMAPHORE_GIT_SHA: "0123abc",
      SEMAPHORE_GIT_PR_NUMBER: "12",
    },
    { ...slug, ...job, pullRequest: "12", runUrl: "https://acme.semaphoreci.com/jobs/0a1b" },
  ],
  [
    "Shippable",
    {
      SHIPPABLE: "true",
      SHIPPABLE_REPO_SLUG: "acme/web",
      BRANCH: "main",
      COMMIT: "0123abc",
      PULL_REQUEST: "false",
      BUILD_URL: "https://app.shippable.com/runs/7",
    },
    { ...slug, ...job, pullRequest: null, runUrl: "https://app.shippable.com/runs/7" },
  ],
  [
    "TeamCity",
    {
      TEAMCITY_VERSION: "2024.12",
      TEAMCITY_PROJECT_NAME: "Web",
      TEAMCITY_BUILDCONF_NAME: "Test",
      BUILD_VCS_NUMBER: "0123abc",
      BUILD_URL: "https://teamcity.example.com/build/7",
    },
    { commit: "0123abc", workflow: "Web", job: "Test", runUrl: "https://teamcity.example.com/build/7" },
  ],
  [
    "Travis CI",
    {
      TRAVIS: "true",
      TRAVIS_REPO_SLUG: "acme/web",
      TRAVIS_BRANCH: "main",
      TRAVIS_COMMIT: "0123abc",
      TRAVIS_PULL_REQUEST: "false",
      TRAVIS_JOB_WEB_URL: "https://app.travis-ci.com/acme/web/jobs/7",
    },
    { ...slug, ...job, pullRequest: null, runUrl: "https://app.travis-ci.com/acme/web/jobs/7" },
  ],
  [
    "Vela",
    {
      VELA: "true",
      VELA_REPO_FULL_NAME: "acme/web",
      VELA_BUILD_BRANCH: "main",
      VELA_BUILD_COMMIT: "0123abc",
      VELA_BUILD_LINK: "https://vela.example.com/acme/web/7",
    },
    { ...slug, ...job, runUrl: "https://vela.example.com/acme/web/7" },
  ],
  [
    "Vercel",
    {
      VERCEL: "1",
      VERCEL_ENV: "preview",
      VERCEL_GIT_REPO_OWNER: "acme",
      VERCEL_GIT_REPO_SLUG: "web",
      VERCEL_GIT_COMMIT_REF: "main",
      VERCEL_GIT_COMMIT_SHA: "0123abc",
      VERCEL_GIT_PULL_REQUEST_ID: "12",
    },
    { ...slug, ...job, environment: "preview", pullRequest: "12" },
  ],
  [
    "Wercker",
    {
      WERCKER_MAIN_PIPELINE_STARTED: "1700000000",
      WERCKER_GIT_OWNER: "acme",
      WERCKER_GIT_REPOSITORY: "web",
      WERCKER_GIT_BRANCH: "main",
      WERCKER_GIT_COMMIT: "0123abc",
      WERCKER_RUN_URL: "https://app.wercker.com/acme/web/runs/7",
    },
    { ...slug, ...job, runUrl: "https://app.wercker.com/acme/web/runs/7" },
  ],
  [
    "Woodpecker CI",
    {
      CI: "woodpecker",
      CI_REPO: "acme/web",
      CI_COMMIT_BRANCH: "main",
      CI_COMMIT_SHA: "0123abc",
      CI_COMMIT_PULL_REQUEST: "12",
      CI_PIPELINE_URL: "https://woodpecker.example.com/repos/1/pipeline/7",
    },
    { ...slug, ...job, pullRequest: "12", runUrl: "https://woodpecker.example.com/repos/1/pipeline/7" },
  ],
  [
    "JetBrains Space",
    {
      JB_SPACE_EXECUTION_NUMBER: "7",
      JB_SPACE_PROJECT_KEY: "acme",
      JB_SPACE_GIT_REPOSITORY_NAME: "web",
      JB_SPACE_GIT_BRANCH: "refs/heads/main",
      JB_SPACE_GIT_REVISION: "0123abc",
      JB_SPACE_EXECUTION_URL: "https://acme.jetbrains.space/p/acme/automation/jobs/7",
    },
    { ...slug, ...job, runUrl: "https://acme.jetbrains.space/p/acme/automation/jobs/7" },
  ],
];

describe("the variables of a CI service", () => {
  it.each(rows)("are read on %s", async (name, env, expected) => {
    expect(await ciMetadata(env)).toMatchObject({ name, ...expected });
  });

  it("are read on each service that is known", () => {
    expect(new Set(rows.map(([name]) => name)).size).toBe(marks.length);
  });

  it("make nothing of halves", async () => {
    for (const mark of marks) {
      const [variable = "", value = "only"] = mark.split("=");
      const { name, ...others } = (await ciMetadata({ [variable]: value })) ?? {};
      expect(name).toBeDefined();
      // CodeBuild has the name of its project in the variable by which it is known.
      expect(Object.values(others).filter((one) => one !== null && one !== "only")).toEqual([]);
    }
  });
});

describe("what a CI service has in a file", () => {
  it("is the number of a pull request whose job runs on the branch it goes to", async () => {
    const file = join(await tempDir(), "event.json");
    const env = {
      GITHUB_ACTIONS: "true",
      GITHUB_EVENT_NAME: "pull_request_target",
      GITHUB_REF: "refs/heads/main",
      GITHUB_BASE_REF: "main",
      GITHUB_EVENT_PATH: file,
    };
    expect(await ciMetadata(env)).toMatchObject({ branch: "main", pullRequest: null });
    writeFileSync(file, JSON.stringify({ pull_request: { number: 12 } }));
    expect(await ciMetadata(env)).toMatchObject({ branch: "main", pullRequest: "12" });
  });

  it("is the branch of TeamCity, there or in the file that is named there", async () => {
    const folder = await tempDir();
    const [build, all] = [join(folder, "build.properties"), join(folder, "all.properties")];
    const env = { TEAMCITY_VERSION: "2024.12", TEAMCITY_BUILD_PROPERTIES_FILE: build };
    writeFileSync(build, `build.number=7\nteamcity.configuration.properties.file=${all.replace(/[\\:]/g, "\\$&")}\n`);
    expect(await ciMetadata(env)).toMatchObject({ branch: null });
    writeFileSync(all, "#made\r\nteamcity.build.branch=fix/caf\\u00e9\\:1\r\n");
    expect(await ciMetadata(env)).toMatchObject({ branch: "fix/café:1" });
  });
});
