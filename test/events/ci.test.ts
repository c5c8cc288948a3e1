import { describe, expect, it } from "vitest";
import { ciMetadata } from "../../src/events/ci.ts";

const github = {
  CI: "true",
  GITHUB_ACTIONS: "true",
  GITHUB_ACTOR: "ada",
  GITHUB_JOB: "test",
  GITHUB_REF: "refs/heads/main",
  GITHUB_REPOSITORY: "acme/web",
  GITHUB_RUN_ID: "7",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_SHA: "0123abc",
  GITHUB_WORKFLOW: "CI",
};

describe("the CI job", () => {
  it("is none outside of CI", async () => {
    expect(await ciMetadata({})).toBeNull();
    expect(await ciMetadata({ CI: "false" })).toBeNull();
    expect(await ciMetadata({ CI: "true" })).toBeNull();
  });

  it("is read on GitHub Actions", async () => {
    expect(await ciMetadata(github)).toEqual({
      name: "GitHub Actions",
      repository: "acme/web",
      workflow: "CI",
      job: "test",
      stage: null,
      leg: null,
      environment: null,
      branch: "main",
      pullRequest: null,
      tag: null,
      commit: "0123abc",
      runUrl: "https://github.com/acme/web/actions/runs/7",
      actor: "ada",
    });
  });

  it("is read on GitLab, with the environment of a deployment", async () => {
    const metadata = await ciMetadata({
      CI: "true",
      CI_COMMIT_REF_NAME: "main",
      CI_COMMIT_SHA: "0123abc",
      CI_ENVIRONMENT_NAME: "production",
      CI_JOB_ID: "9",
      CI_JOB_NAME: "deploy: [eu]",
      CI_PROJECT_PATH: "acme/web",
      CI_PROJECT_URL: "https://gitlab.example.com/acme/web",
      GITLAB_CI: "true",
      GITLAB_USER_LOGIN: "ada",
    });
    expect(metadata).toEqual({
      name: "GitLab CI/CD",
      repository: "acme/web",
      workflow: null,
      job: "deploy: [eu]",
      stage: null,
      leg: null,
      environment: "production",
      branch: "main",
      pullRequest: null,
      tag: null,
      commit: "0123abc",
      runUrl: "https://gitlab.example.com/acme/web/-/jobs/9",
      actor: "ada",
    });
  });

  it.each([
    "https://user:pass-fake@git.example.com/acme/web.git",
    "git@git.example.com:acme/web.git",
    "ssh://git@git.example.com/acme/web/",
  ])("has the repository of Jenkins from %s, without what may be a password", async (address) => {
    const metadata = await ciMetadata({
      BUILD_URL: "https://ci.example.com/job/web/7/",
      GIT_BRANCH: "main",
      GIT_COMMIT: "0123abc",
      GIT_URL: address,
      JENKINS_URL: "https://ci.example.com/",
      JOB_NAME: "web",
    });
    expect(metadata).toMatchObject({ name: "Jenkins", repository: "acme/web", job: "web", commit: "0123abc" });
    expect(JSON.stringify(metadata)).not.toContain("pass-fake");
  });

  it("survives a runner that sets only half of its variables", async () => {
    const metadata = await ciMetadata({ GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "push", GITHUB_JOB: "test" });
    expect(metadata).toMatchObject({ name: "GitHub Actions", repository: null, job: "test", runUrl: null });
  });
});
