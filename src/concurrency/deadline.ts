import { setMaxListeners } from "node:events";

/**
 * A signal that aborts with another one, or after `ms` milliseconds with `reason`. `AbortSignal.any` does not work here: in Node 20 the
 * garbage collector takes a timeout that is part of it, which then never comes.
 */
export function deadline(
  signal: AbortSignal,
  ms: number,
  reason: Error = new DOMException("too late", "TimeoutError"),
): AbortSignal {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const stop = (): void => controller.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true, signal: controller.signal });
  setTimeout(() => controller.abort(reason), ms).unref();
  return controller.signal;
}
