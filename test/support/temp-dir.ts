import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A new directory that is removed after the test, once what was started in it later has ended. */
export async function tempDir(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "onduty-test-"));
  onTestFinished(() => rm(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}
