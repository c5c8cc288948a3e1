/** The details of the CI job that runs us. */
export interface CiMetadata {
  /** As people write it: `GitHub Actions`. */
  name: string;
  /** `owner/name`. */
  repository: string | null;
  workflow: string | null;
  job: string | null;
  /** Of a deployment. */
  environment: string | null;
  branch: string | null;
  commit: string | null;
  runUrl: string | null;
  actor: string | null;
}

type Env = Readonly<Record<string, string | undefined>>;

interface ServiceVariables {
  repository?: string[];
  workflow?: string[];
  job?: string[];
  environment?: string[];
  actor?: string[];
}

/** Variables for what env-ci does not read, by its name of the service. Only what is the same on every run of a job. */
const variables: Record<string, ServiceVariables> = {
  appveyor: { job: ["APPVEYOR_JOB_NAME"], actor: ["APPVEYOR_REPO_COMMIT_AUTHOR"] },
  azurePipelines: {
    repository: ["BUILD_REPOSITORY_NAME"],
    workflow: ["BUILD_DEFINITIONNAME"],
    job: ["SYSTEM_JOBNAME", "AGENT_JOBNAME"],
    environment: ["ENVIRONMENT_NAME", "RELEASE_ENVIRONMENTNAME"],
    actor: ["BUILD_REQUESTEDFOR"],
  },
  bamboo: { workflow: ["bamboo_planKey"], job: ["bamboo_shortJobName"], environment: ["bamboo_deploy_environment"] },
  bitbucket: { environment: ["BITBUCKET_DEPLOYMENT_ENVIRONMENT"] },
  buildkite: {
    workflow: ["BUILDKITE_PIPELINE_SLUG"],
    job: ["BUILDKITE_STEP_KEY", "BUILDKITE_LABEL"],
    actor: ["BUILDKITE_BUILD_CREATOR"],
  },
  circleci: { job: ["CIRCLE_JOB"], actor: ["CIRCLE_USERNAME"] },
  cirrus: { job: ["CIRRUS_TASK_NAME"], actor: ["CIRRUS_USER_PERMISSION"] },
  drone: {
    workflow: ["DRONE_STAGE_NAME"],
    job: ["DRONE_STEP_NAME"],
    environment: ["DRONE_DEPLOY_TO"],
    actor: ["DRONE_BUILD_TRIGGER"],
  },
  github: { workflow: ["GITHUB_WORKFLOW"], job: ["GITHUB_JOB"], actor: ["GITHUB_ACTOR"] },
  gitlab: {
    workflow: ["CI_PIPELINE_NAME"],
    job: ["CI_JOB_NAME"],
    environment: ["CI_ENVIRONMENT_NAME"],
    actor: ["GITLAB_USER_LOGIN"],
  },
  jenkins: { job: ["JOB_NAME"], actor: ["BUILD_USER_ID"] },
  netlify: { environment: ["CONTEXT"] },
  semaphore: { workflow: ["SEMAPHORE_PROJECT_NAME"], job: ["SEMAPHORE_JOB_NAME"] },
  teamcity: { workflow: ["TEAMCITY_PROJECT_NAME"], job: ["TEAMCITY_BUILDCONF_NAME"] },
  travis: { job: ["TRAVIS_JOB_NAME"] },
  vercel: { environment: ["VERCEL_ENV"] },
  woodpecker: {
    workflow: ["CI_WORKFLOW_NAME"],
    job: ["CI_STEP_NAME"],
    environment: ["CI_PIPELINE_DEPLOY_TARGET"],
    actor: ["CI_COMMIT_AUTHOR"],
  },
};

/** Every variable by which env-ci knows a service. Without any of them it is not even loaded. */
const marks = [
  "CI",
  "APPVEYOR",
  "BITBUCKET_BUILD_NUMBER",
  "BITRISE_IO",
  "BUDDY_WORKSPACE_ID",
  "BUILDKITE",
  "BUILD_BUILDURI",
  "CF_BUILD_ID",
  "CF_PAGES",
  "CIRCLECI",
  "CIRRUS_CI",
  "CODEBUILD_BUILD_ID",
  "DISTELLI_APPNAME",
  "DRONE",
  "GITHUB_ACTIONS",
  "GITLAB_CI",
  "JB_SPACE_EXECUTION_NUMBER",
  "JENKINS_URL",
  "NETLIFY",
  "NOW_GITHUB_DEPLOYMENT",
  "SAILCI",
  "SCREWDRIVER",
  "SCRUTINIZER",
  "SEMAPHORE",
  "SHIPPABLE",
  "TEAMCITY_VERSION",
  "TRAVIS",
  "VELA",
  "VERCEL",
  "WERCKER_MAIN_PIPELINE_STARTED",
  "bamboo_agentId",
];

/** The CI job of this environment; null if none is recognized. */
export async function ciMetadata(env: Env): Promise<CiMetadata | null> {
  if (!marks.some((name) => env[name] !== undefined && env[name] !== "" && env[name] !== "false")) return null;
  const { default: envCi } = await import("env-ci");
  const found = readService(() => envCi({ env: { ...env } }));
  if (found.service === undefined) return null;
  const known = variables[found.service] ?? {};
  const first = (names: string[] = []): string | null => {
    for (const name of names) {
      const value = clean(env[name]);
      if (value !== null) return value;
    }
    return null;
  };
  return {
    name: clean(found.name) ?? found.service,
    repository: clean(found.slug) ?? first(known.repository) ?? repositoryOf(env.GIT_URL),
    workflow: first(known.workflow),
    job: first(known.job),
    environment: first(known.environment),
    branch: clean(found.branch),
    commit: clean(found.commit),
    runUrl: clean(found.jobUrl) ?? clean(found.buildUrl),
    actor: first(known.actor),
  };
}

type Found = Partial<Record<"service" | "name" | "slug" | "branch" | "commit" | "jobUrl" | "buildUrl", unknown>> & {
  service?: string;
};

/** What env-ci finds. It throws on files and variables that are not as the service documents them. */
function readService(read: () => object): Found {
  try {
    const found: Found = { ...read() };
    const { service, ...rest } = found;
    return typeof service === "string" ? { ...rest, service } : {};
  } catch {
    return {};
  }
}

/** env-ci pastes texts together: a part that was missing reads `undefined`. */
function clean(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const text = value.trim();
  return text === "" || /(^|\/)undefined(\/|$)/.test(text) ? null : text;
}

/** `owner/name` of a git address; only the path is taken, since the rest may hold a password. */
function repositoryOf(address: string | undefined): string | null {
  const path = /^(?:[a-z+]+:\/\/[^/]+\/|[^/:]+:)(.+?)(?:\.git)?\/?$/i.exec(address ?? "")?.[1];
  return path === undefined ? null : clean(path);
}
