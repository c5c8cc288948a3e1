import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A new directory that is removed after the test, once what was started in it later has ended. */
export async function tempDir(): Promise<string> {
  // What is done at once costs a third of what is waited for.
  const path = mkdtempSync(join(tmpdir(), "onduty-test-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}
