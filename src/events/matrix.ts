import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CiMetadata } from "./ci.ts";
import type { Env } from "./ci-services.ts";

/**
 * Whether this job may be one of several legs of a matrix that have one key. GitHub Actions sets no variable with the values of a
 * matrix, nor one that shows that there is a matrix: the file of the workflow does, where it is checked out. `unknown` where it is
 * not.
 */
export async function sharesKeyWithLegs(ci: CiMetadata | null, env: Env): Promise<boolean | "unknown"> {
  if (ci?.name !== "GitHub Actions" || (env.ONDUTY_JOB ?? "") !== "") return false;
  // `owner/name/.github/workflows/ci.yml@refs/heads/main`
  const path = /^[^/]+\/[^/]+\/(\.github\/workflows\/[^@]+)@/.exec(env.GITHUB_WORKFLOW_REF ?? "")?.[1];
  if (path === undefined || !env.GITHUB_WORKSPACE) return "unknown";
  const text = await readFile(join(env.GITHUB_WORKSPACE, path), "utf8").catch(() => undefined);
  return text === undefined ? "unknown" : /^\s+matrix\s*:/m.test(text);
}

export const legsWarning =
  "GitHub Actions does not show which leg of a matrix this is, so this may be the alert of another leg on the same system\n" +
  "hint: set ONDUTY_JOB: ${{ strategy.job-index }}";
