import { type CiMark, type Env, marks, type Reader } from "./ci-services.ts";

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
  /** Distinguishes the jobs of a matrix and of parallel runs, as far as the service does; else `ONDUTY_JOB`. */
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

/** The CI job of this environment; null if none is recognized. */
export async function ciMetadata(env: Env): Promise<CiMetadata | null> {
  const mark = marks.find((one) => isSet(env, one));
  if (mark === undefined) return null;
  const { variables } = await import("./ci-variables.ts");
  const { name, ...known } = variables[mark];
  const first = (field: keyof typeof known): string | null => find(env, known[field]);
  return {
    name,
    repository: first("repository"),
    workflow: first("workflow"),
    job: first("job"),
    stage: first("stage"),
    leg: find(env, ["ONDUTY_JOB", ...(known.leg ?? [])]),
    environment: first("environment"),
    branch: first("branch"),
    pullRequest: first("pullRequest"),
    tag: first("tag"),
    commit: first("commit"),
    // A project may have blanks in its name.
    runUrl: first("runUrl")?.replaceAll(" ", "%20") ?? null,
    actor: first("actor"),
  };
}

function isSet(env: Env, mark: CiMark): boolean {
  const [name = "", wanted] = mark.split("=");
  const value = env[name];
  return wanted === undefined ? value !== undefined && value !== "" && value !== "false" : value === wanted;
}

/** The first value that is there. Several services set `false` when there is no pull request. */
function find(env: Env, readers: Reader[] = []): string | null {
  for (const reader of readers) {
    const value = (typeof reader === "string" ? fill(env, reader) : reader(env))?.trim() ?? "";
    if (value !== "" && value !== "false") return value;
  }
  return null;
}

/** The value of a variable; or a text with those of all that it names, undefined without one of them. */
function fill(env: Env, text: string): string | undefined {
  if (!text.includes("{")) return env[text];
  let isWhole = true;
  const filled = text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = env[name]?.trim() ?? "";
    isWhole &&= value !== "";
    return value;
  });
  return isWhole ? filled : undefined;
}
