import { sanitizeCell } from "./sanitize.ts";

/** What a spinner waits for: a promise, or a function that may change the text meanwhile. */
export type Work<T> = Promise<T> | ((setText: (text: string) => void) => Promise<T>);

/** Shows a spinner while `work` runs, if it runs for longer than a person notices. */
export async function spin<T>(first: string, work: Work<T>, { colored }: { colored: boolean }): Promise<T> {
  let stop: (() => void) | undefined;
  let change: ((text: string) => void) | undefined;
  let text = first;
  let ended = false;
  const timer = setTimeout(async () => {
    const { default: ora } = await import("ora");
    // It must not read the terminal: what the user types meanwhile is for the shell.
    const spinner = ora({ text: sanitizeCell(text), discardStdin: false, color: colored && "cyan" });
    if (!ended) spinner.start();
    stop = () => spinner.stop();
    change = (changed) => {
      spinner.text = sanitizeCell(changed);
    };
  }, 300);
  const setText = (changed: string): void => {
    text = changed;
    change?.(changed);
  };
  try {
    return await (typeof work === "function" ? work(setText) : work);
  } finally {
    ended = true;
    clearTimeout(timer);
    stop?.();
  }
}
