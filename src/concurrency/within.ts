import { sleep } from "./sleep.ts";

/** What `work` resolves to, or `otherwise` when that takes longer than `ms` milliseconds. */
export async function within<T>(ms: number, work: Promise<T>, otherwise: T): Promise<T> {
  const ended = new AbortController();
  try {
    return await Promise.race([work, sleep(ms, ended.signal).then(() => otherwise)]);
  } finally {
    ended.abort();
  }
}
