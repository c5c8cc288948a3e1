import { readFileSync } from "node:fs";
import type { Env } from "./ci-services.ts";

type Read = (env: Env) => string | undefined;

/** An index that counts only where more than one run side by side. */
export function indexOf(index: string, total: string): Read {
  return (env) => (Number(env[total]) > 1 ? env[index] : undefined);
}

/** The branch of a reference such as `refs/heads/main`. A tag or a pull request is none. */
export function branchOf(name: string): Read {
  return (env) => env[name]?.replace(/^refs\/heads\//, "").replace(/^refs\/.*/s, "");
}

export function tagOf(name: string): Read {
  return (env) => /^refs\/tags\/(.+)$/.exec(env[name] ?? "")?.[1];
}

/** The number of a pull request at the end of its address. */
export function lastNumberIn(name: string): Read {
  return (env) => /(\d+)\D*$/.exec(env[name] ?? "")?.[1];
}

/** `owner/name` of a git address; only the path is taken, since the rest may hold a password. */
export function repositoryOf(name: string): Read {
  return (env) => /^(?:[a-z+]+:\/\/[^/]+\/|[^/:]+:)(.+?)(?:\.git)?\/?$/i.exec(env[name] ?? "")?.[1];
}

/** The name of a job of a matrix is that of its leg; one of `parallel: N` has a position. Stages may have jobs of one name. */
export function azureLeg(env: Env): string {
  const { SYSTEM_STAGENAME: stage, SYSTEM_PHASENAME: phase, SYSTEM_JOBNAME: job } = env;
  const position = Number(env.SYSTEM_TOTALJOBSINPHASE) > 1 ? env.SYSTEM_JOBPOSITIONINPHASE : undefined;
  const parts = [stage, phase === undefined || job === phase ? undefined : job, position];
  return parts.filter((part) => part !== undefined && part !== "" && part !== "__default").join("/");
}

/** The number of a pull request whose job runs on the branch that it goes to: only the file of the event has it. */
export function githubPullRequest(env: Env): string | undefined {
  if (env.GITHUB_EVENT_NAME !== "pull_request_target") return undefined;
  try {
    const event = JSON.parse(textOf(env.GITHUB_EVENT_PATH)) as { pull_request?: { number?: unknown } };
    return String(event.pull_request?.number ?? "");
  } catch {
    return undefined;
  }
}

/** TeamCity has a branch in no variable, but in the file of the build's properties, or in one that is named there. */
export function teamCityBranch(env: Env): string | undefined {
  const build = textOf(env.TEAMCITY_BUILD_PROPERTIES_FILE, "latin1");
  const name = "teamcity.build.branch";
  return (
    property(build, name) ?? property(textOf(property(build, "teamcity.configuration.properties.file"), "latin1"), name)
  );
}

/** A value in a properties file of Java. */
function property(text: string, name: string): string | undefined {
  const line = text.split(/\r?\n/).find((one) => one.startsWith(`${name}=`));
  const value = line?.slice(name.length + 1);
  return value?.replace(/\\(?:u([0-9a-f]{4})|(.))/gi, (_, code?: string, sign?: string) =>
    code === undefined ? (sign ?? "") : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** The text of a file; empty without one. */
function textOf(path: string | undefined, encoding: "utf8" | "latin1" = "utf8"): string {
  try {
    return readFileSync(path ?? "", encoding);
  } catch {
    return "";
  }
}
