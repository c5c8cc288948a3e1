import { describe, expect, it } from "vitest";
import { readChangeStatus } from "../../src/events/status-words.ts";

const words: Record<string, string[]> = {
  started: ["started", "in_progress", "running", "INPROGRESS", "queued", "pending"],
  succeeded: ["success", "SUCCESS", "Succeeded", "passed", "SUCCESSFUL", "fixed", " ok ", "0"],
  failed: ["failure", "FAILURE", "failed", "errored", "error", "timed_out", "timedout", "TIMED_OUT", "startup_failure"],
  canceled: ["cancelled", "Canceled", "ABORTED", "skipped", "NOT_BUILT", "neutral", "not_run", "killed", "STOPPED"],
};
words.failed?.push(
  "infrastructure_fail",
  "broken",
  "still failing",
  "expired",
  "abandoned",
  "action_required",
  "1",
  "137",
);

describe("how a job ended", () => {
  it.each(Object.entries(words).flatMap(([status, list]) => list.map((word) => [word, status])))(
    "reads %s as %s",
    (word, status) => {
      expect(readChangeStatus(word, {})).toEqual({ status });
    },
  );

  it.each(["UNSTABLE", "SucceededWithIssues"])("reads %s as succeeded, with a remark", (word) => {
    expect(readChangeStatus(word, {})).toEqual({ status: "succeeded", remark: expect.stringContaining(word) });
  });

  it.each(["", "  ", "completed", "constructor", "__proto__", "-1"])("reads `%s` as failed, with a remark", (word) => {
    expect(readChangeStatus(word, {})).toEqual({
      status: "failed",
      remark: expect.stringContaining("counts as failed"),
    });
  });

  it("takes no number for an exit code where 1 is a success", () => {
    const env = { CODEBUILD_BUILD_ID: "web:1" };
    expect(readChangeStatus("0", env)).toMatchObject({ status: "failed", remark: expect.any(String) });
  });
});
