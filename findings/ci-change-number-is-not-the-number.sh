#!/usr/bin/env bash
# env-ci 11.2.0, with the variables that GitLab and GitHub set.
#
# Guess: pr is the number that people see and that a link needs (!7, #7), and isPr is true in every
# run for a change.
# True: on GitLab pr is the id of the change in the instance (CI_MERGE_REQUEST_ID), not the number
# in the project (CI_MERGE_REQUEST_IID), so !9001 instead of !7. On GitHub a run for a review of a change
# (pull_request_review, ref refs/pull/7/merge) is not a PR, with that ref as the branch; a run of the
# merge queue is not one either, and the queue's own branch has the number only inside its name.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  env-ci@11.2.0 >&2
cd "$dir"
seen=$(node --input-type=module <<'SCRIPT'
import envCi from "env-ci";

function show(name, env) {
  const { branch, isPr, pr } = envCi({ cwd: process.cwd(), env });
  console.log(`${name}: isPr ${isPr}, pr ${pr}, branch ${branch}`);
}
show("GitLab", { GITLAB_CI: "true", CI_MERGE_REQUEST_ID: "9001", CI_MERGE_REQUEST_IID: "7", CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main", CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: "fix" });
const github = (event, ref) => ({ GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: event, GITHUB_REF: ref, GITHUB_SHA: "0123abc", GITHUB_REPOSITORY: "example/app", GITHUB_HEAD_REF: "fix", GITHUB_BASE_REF: "main" });
show("GitHub review", github("pull_request_review", "refs/pull/7/merge"));
show("GitHub queue", github("merge_group", "refs/heads/gh-readonly-queue/main/pr-7-0123abc"));
SCRIPT
)
expected=$(cat <<'TEXT'
GitLab: isPr true, pr 9001, branch main
GitHub review: isPr false, pr undefined, branch refs/pull/7/merge
GitHub queue: isPr false, pr undefined, branch gh-readonly-queue/main/pr-7-0123abc
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "what is a PR and which number it has" "$expected" >&2
  exit 1
fi
echo "as recorded"
