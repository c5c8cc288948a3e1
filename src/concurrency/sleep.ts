/** All sleepers under a signal share one listener: hundreds of requests may wait for the same rate limit at once. */
const sleepers = new WeakMap<EventTarget, Set<() => void>>();

/** Resolves after `ms` milliseconds, or as soon as one of the signals aborts; never rejects. */
export function sleep(ms: number, ...signals: (AbortSignal | undefined)[]): Promise<void> {
  if (signals.some((signal) => signal?.aborted)) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      for (const signal of signals) if (signal !== undefined) leave(signal, wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    for (const signal of signals) if (signal !== undefined) join(signal, wake);
  });
}

function join(signal: AbortSignal, wake: () => void): void {
  const others = sleepers.get(signal);
  if (others !== undefined) return void others.add(wake);
  sleepers.set(signal, new Set([wake]));
  signal.addEventListener("abort", wakeAll);
}

function leave(signal: AbortSignal, wake: () => void): void {
  const others = sleepers.get(signal);
  if (others?.delete(wake) !== true || others.size > 0) return;
  sleepers.delete(signal);
  signal.removeEventListener("abort", wakeAll);
}

function wakeAll({ target }: Event): void {
  for (const wake of (target && sleepers.get(target)) ?? []) wake();
}
