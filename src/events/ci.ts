import { type Env, services } from "./ci-services.ts";

/** The details of the CI job that runs us. */
export interface CiMetadata {
  /** As people write it: `GitHub Actions`. */
  name: string;
  /** `owner/name`. */
  repository: string | null;
  workflow: string | null;
  job: string | null;
  /** The part of the job that is at work, where a job is all of a pipeline. */
  stage: string | null;
  /** Tells apart the jobs of a matrix and of parallel runs, as far as the service does; else `ONDUTY_JOB`. */
  leg: string | null;
  /** Of a deployment. */
  environment: string | null;
  branch: string | null;
  /** Its number, where the job is about one. */
  pullRequest: string | null;
  tag: string | null;
  commit: string | null;
  runUrl: string | null;
  actor: string | null;
}

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
  const known = services[found.service] ?? {};
  const first = (names: string[] = []): string | null => {
    for (const name of names) {
      const value = clean(env[name]);
      if (value !== null) return value;
    }
    return null;
  };
  const isCodeBuild = found.service === "codebuild";
  // `project:id`; the id is another one in each build.
  const project = isCodeBuild ? clean(env.CODEBUILD_BUILD_ID?.replace(/:.*$/s, "")) : null;
  return {
    name: clean(found.name) ?? found.service,
    repository: clean(found.slug) ?? first(known.repository) ?? repositoryOf(env.GIT_URL),
    workflow: first(known.workflow),
    job: first(known.job) ?? project,
    stage: first(known.stage),
    leg: clean(env.ONDUTY_JOB) ?? clean(known.leg?.(env)),
    environment: first(known.environment),
    // A checkout of a commit has none, and git then reports HEAD.
    branch: isCodeBuild ? branchOfRef(env.CODEBUILD_WEBHOOK_HEAD_REF) : clean(found.branch),
    pullRequest: clean(asWord(found.pr)) ?? clean(known.pullRequest?.(env)),
    tag: clean(found.tag) ?? clean(known.tag?.(env)),
    commit: clean(found.commit),
    runUrl: clean(found.jobUrl) ?? clean(found.buildUrl),
    actor: first(known.actor),
  };
}

type Found = Partial<
  Record<"service" | "name" | "slug" | "branch" | "pr" | "tag" | "commit" | "jobUrl" | "buildUrl", unknown>
> & {
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

function asWord(value: unknown): unknown {
  return typeof value === "number" ? String(value) : value;
}

function branchOfRef(ref: string | undefined): string | null {
  return clean(ref?.replace(/^refs\/heads\//, ""));
}

/** `owner/name` of a git address; only the path is taken, since the rest may hold a password. */
function repositoryOf(address: string | undefined): string | null {
  const path = /^(?:[a-z+]+:\/\/[^/]+\/|[^/:]+:)(.+?)(?:\.git)?\/?$/i.exec(address ?? "")?.[1];
  return path === undefined ? null : clean(path);
}
