/** The environment of a process. */
export type Env = Readonly<Record<string, string | undefined>>;

/** By what each CI service is known: a variable, or one with a value. The first that is set counts. */
export const marks = [
  "APPVEYOR",
  "BUILD_BUILDURI",
  "bamboo_agentId",
  "BITBUCKET_BUILD_NUMBER",
  "BITRISE_IO",
  "BUDDY_WORKSPACE_ID",
  "BUILDKITE",
  "CIRCLECI",
  "CIRRUS_CI",
  "CF_PAGES=1",
  "CODEBUILD_BUILD_ID",
  "CF_BUILD_ID",
  "CI_NAME=codeship",
  "DRONE",
  "GITHUB_ACTIONS",
  "GITLAB_CI",
  "JENKINS_URL",
  "NETLIFY=true",
  "DISTELLI_APPNAME",
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
  "CI=woodpecker",
  "JB_SPACE_EXECUTION_NUMBER",
] as const;

export type CiMark = (typeof marks)[number];

/** Finds a value: the name of a variable, a text with such names in braces, or code. */
export type Reader = string | ((env: Env) => string | undefined);

/** What a CI service shows of a job. The first reader that finds a value counts. What names a job is the same in every run of it. */
export interface CiVariables {
  /** As people write it: `GitHub Actions`. */
  name: string;
  repository?: Reader[];
  workflow?: Reader[];
  job?: Reader[];
  /** The part of a job that is at work now, where a job is all of a pipeline. */
  stage?: Reader[];
  /** Distinguishes jobs that run side by side under one name. */
  leg?: Reader[];
  environment?: Reader[];
  /** Of a pull request the one that it goes to, where the service reports it. */
  branch?: Reader[];
  pullRequest?: Reader[];
  tag?: Reader[];
  commit?: Reader[];
  /** The page of the job, else of what it is part of. */
  runUrl?: Reader[];
  actor?: Reader[];
}
