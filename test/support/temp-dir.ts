import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

const made: string[] = [];

afterEach(async () => {
  await Promise.all(made.splice(0).map((path) => rm(path, { recursive: true, force: true, maxRetries: 5 })));
});

/** A new directory that goes away after the test. */
export async function tempDir(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "onduty-test-"));
  made.push(path);
  return path;
}
