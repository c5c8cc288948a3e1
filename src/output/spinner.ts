import { sanitizeCell } from "./sanitize.ts";

/** What a spinner waits for: a promise, or a function that may change the text meanwhile. */
export type Work<T> = Promise<T> | ((setText: (text: string) => void) => Promise<T>);

/** The text of a spinner; from the third second on, with the time waited. */
export function waitText(text: string, ms: number): string {
  return ms < 2000 ? text : `${text}, ${Math.floor(ms / 1000)} s`;
}

/** Shows a spinner while `work` runs, if it runs for longer than a person notices. */
export async function spin<T>(first: string, work: Work<T>, { colored }: { colored: boolean }): Promise<T> {
  let stop: (() => void) | undefined;
  let change: (() => void) | undefined;
  let text = first;
  let ended = false;
  let ticking: NodeJS.Timeout | undefined;
  const began = performance.now();
  const shown = (): string => sanitizeCell(waitText(text, performance.now() - began));
  const timer = setTimeout(async () => {
    const { default: ora } = await import("ora");
    // It must not read the terminal: what the user types meanwhile is for the shell.
    const spinner = ora({ text: shown(), discardStdin: false, color: colored && "cyan" });
    if (ended) return;
    spinner.start();
    stop = () => spinner.stop();
    change = () => {
      spinner.text = shown();
    };
    ticking = setInterval(change, 1000);
  }, 300);
  const setText = (changed: string): void => {
    text = changed;
    change?.();
  };
  try {
    return await (typeof work === "function" ? work(setText) : work);
  } finally {
    ended = true;
    clearTimeout(timer);
    clearInterval(ticking);
    stop?.();
  }
}
