import { onTestFinished, vi } from "vitest";

/** A wait of the program that ends when the test says so. */
export interface HeldTime {
  /** Resolves once the program waits. */
  waits(): Promise<void>;
  /** Ends the wait, as often as that, and resolves once the program waits again. */
  pass(times?: number): Promise<void>;
  /** Ends the wait. */
  release(): Promise<void>;
}

/**
 * Holds the timers of this process that are set to exactly `ms` until the test ends: it takes no time to wait, and nothing
 * happens before the test is ready for it. Other timers go on.
 */
export function holdTime(ms: number): HeldTime {
  const held = new Map<unknown, () => void>();
  const listeners = new Set<() => void>();
  const real = { setTimeout, clearTimeout };
  const set = (run: (...args: unknown[]) => void, delay?: number, ...args: unknown[]): NodeJS.Timeout => {
    if (delay !== ms) return real.setTimeout(run, delay, ...args);
    // A timer that is far away can be cleared, and keeps the process alive, as the one it stands for.
    const timer = real.setTimeout(() => {}, 2 ** 31 - 1);
    held.set(timer, () => run(...args));
    for (const listener of listeners) listener();
    return timer;
  };
  const clear = (timer: NodeJS.Timeout | undefined): void => {
    held.delete(timer);
    real.clearTimeout(timer);
  };
  vi.stubGlobal("setTimeout", Object.assign(set, real.setTimeout));
  vi.stubGlobal("clearTimeout", clear);
  onTestFinished(() => {
    vi.unstubAllGlobals();
    for (const timer of held.keys()) real.clearTimeout(timer as NodeJS.Timeout);
  });

  async function waits(): Promise<void> {
    if (held.size > 0) return;
    await new Promise<void>((resolve) => {
      const listener = (): void => {
        listeners.delete(listener);
        resolve();
      };
      listeners.add(listener);
    });
  }

  async function release(): Promise<void> {
    await waits();
    const due = [...held];
    for (const [timer] of due) clear(timer as NodeJS.Timeout);
    for (const [, run] of due) run();
  }

  return {
    waits,
    release,
    async pass(times = 1) {
      for (let turn = 0; turn < times; turn += 1) {
        await release();
        await waits();
      }
    },
  };
}
