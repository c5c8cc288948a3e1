/** The environment of a process. */
export type Env = Readonly<Record<string, string | undefined>>;

interface ServiceVariables {
  repository?: string[];
  workflow?: string[];
  job?: string[];
  environment?: string[];
  actor?: string[];
  /** Tells apart jobs that run side by side under one name. */
  leg?(env: Env): string | undefined;
  /** The part of a job that is at work now, where a job is all of a pipeline. */
  stage?: string[];
  /** Name of a pull request, where env-ci finds none. */
  pullRequest?(env: Env): string | undefined;
  tag?(env: Env): string | undefined;
}

/** An index that counts only where more than one run side by side. */
function indexOf(index: string, total: string): (env: Env) => string | undefined {
  return (env) => (Number(env[total]) > 1 ? env[index] : undefined);
}

function tagOfRef(name: string): (env: Env) => string | undefined {
  return (env) => /^refs\/tags\/(.+)$/.exec(env[name] ?? "")?.[1];
}

/**
 * Variables for what env-ci does not read, by its name of the service. Only what is the same on every run of a job. Source: the
 * page of each service on its predefined variables.
 */
export const services: Record<string, ServiceVariables> = {
  appveyor: {
    job: ["APPVEYOR_JOB_NAME"],
    actor: ["APPVEYOR_REPO_COMMIT_AUTHOR"],
    leg: (env) => env.APPVEYOR_JOB_NUMBER,
  },
  azurePipelines: {
    repository: ["BUILD_REPOSITORY_NAME"],
    workflow: ["BUILD_DEFINITIONNAME"],
    job: ["SYSTEM_PHASENAME", "SYSTEM_JOBNAME", "AGENT_JOBNAME"],
    environment: ["ENVIRONMENT_NAME", "RELEASE_ENVIRONMENTNAME"],
    actor: ["BUILD_REQUESTEDFOR"],
    leg: azureLeg,
    tag: tagOfRef("BUILD_SOURCEBRANCH"),
  },
  bamboo: { workflow: ["bamboo_planKey"], job: ["bamboo_shortJobName"], environment: ["bamboo_deploy_environment"] },
  bitbucket: {
    environment: ["BITBUCKET_DEPLOYMENT_ENVIRONMENT"],
    leg: indexOf("BITBUCKET_PARALLEL_STEP", "BITBUCKET_PARALLEL_STEP_COUNT"),
    pullRequest: (env) => env.BITBUCKET_PR_ID,
  },
  buildkite: {
    workflow: ["BUILDKITE_PIPELINE_SLUG"],
    job: ["BUILDKITE_STEP_KEY", "BUILDKITE_LABEL"],
    actor: ["BUILDKITE_BUILD_CREATOR"],
    leg: (env) => (env.BUILDKITE_PARALLEL_JOB_COUNT === "1" ? undefined : env.BUILDKITE_PARALLEL_JOB),
  },
  circleci: {
    job: ["CIRCLE_JOB"],
    actor: ["CIRCLE_USERNAME"],
    leg: indexOf("CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL"),
  },
  cirrus: {
    job: ["CIRRUS_TASK_NAME"],
    actor: ["CIRRUS_USER_PERMISSION"],
    leg: indexOf("CI_NODE_INDEX", "CI_NODE_TOTAL"),
  },
  codebuild: {
    leg: (env) => env.CODEBUILD_BATCH_BUILD_IDENTIFIER,
    pullRequest: (env) => /^pr\/(.+)$/.exec(env.CODEBUILD_WEBHOOK_TRIGGER ?? "")?.[1],
    tag: (env) => /^tag\/(.+)$/.exec(env.CODEBUILD_WEBHOOK_TRIGGER ?? "")?.[1],
  },
  drone: {
    workflow: ["DRONE_STAGE_NAME"],
    job: ["DRONE_STEP_NAME"],
    environment: ["DRONE_DEPLOY_TO"],
    actor: ["DRONE_BUILD_TRIGGER"],
  },
  github: {
    workflow: ["GITHUB_WORKFLOW"],
    job: ["GITHUB_JOB"],
    actor: ["GITHUB_ACTOR"],
    // No variable has the values of a matrix; most differ in the system.
    leg: ({ RUNNER_OS: os, RUNNER_ARCH: arch }) => [os, arch].filter(Boolean).join("/") || undefined,
    pullRequest: (env) => /^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? "")?.[1],
    tag: tagOfRef("GITHUB_REF"),
  },
  gitlab: {
    workflow: ["CI_PIPELINE_NAME"],
    job: ["CI_JOB_NAME"],
    environment: ["CI_ENVIRONMENT_NAME"],
    actor: ["GITLAB_USER_LOGIN"],
    leg: indexOf("CI_NODE_INDEX", "CI_NODE_TOTAL"),
  },
  // A job of the matrix plugin has its axes in its name; a pipeline runs all its stages as one job.
  jenkins: { job: ["JOB_NAME"], actor: ["BUILD_USER_ID"], stage: ["STAGE_NAME"], tag: (env) => env.TAG_NAME },
  netlify: { environment: ["CONTEXT"] },
  semaphore: {
    workflow: ["SEMAPHORE_PROJECT_NAME"],
    job: ["SEMAPHORE_JOB_NAME"],
    leg: indexOf("SEMAPHORE_JOB_INDEX", "SEMAPHORE_JOB_COUNT"),
  },
  teamcity: { workflow: ["TEAMCITY_PROJECT_NAME"], job: ["TEAMCITY_BUILDCONF_NAME"] },
  // `build.job`; the number of the build is another one each time.
  travis: { job: ["TRAVIS_JOB_NAME"], leg: (env) => /\.(\d+)$/.exec(env.TRAVIS_JOB_NUMBER ?? "")?.[1] },
  vercel: { environment: ["VERCEL_ENV"] },
  woodpecker: {
    workflow: ["CI_WORKFLOW_NAME"],
    job: ["CI_STEP_NAME"],
    environment: ["CI_PIPELINE_DEPLOY_TARGET"],
    actor: ["CI_COMMIT_AUTHOR"],
    // The workflows that a matrix makes have one name, and numbers of their own.
    leg: (env) => env.CI_WORKFLOW_NUMBER,
  },
};

/** The name of a job of a matrix is that of its leg; one of `parallel: N` has a position. Stages may have jobs of one name. */
function azureLeg(env: Env): string | undefined {
  const { SYSTEM_STAGENAME: stage, SYSTEM_PHASENAME: phase, SYSTEM_JOBNAME: job } = env;
  const position = Number(env.SYSTEM_TOTALJOBSINPHASE) > 1 ? env.SYSTEM_JOBPOSITIONINPHASE : undefined;
  const parts = [stage, phase === undefined || job === phase ? undefined : job, position];
  return parts.filter((part) => part !== undefined && part !== "" && part !== "__default").join("/") || undefined;
}
