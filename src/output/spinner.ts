import { sanitizeCell } from "./sanitize.ts";

/** A spinner while `work` runs, if it runs for longer than a person notices. */
export async function spin<T>(
  first: string,
  work: Promise<T> | ((say: (text: string) => void) => Promise<T>),
  { colored }: { colored: boolean },
): Promise<T> {
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
    change = (said) => {
      spinner.text = sanitizeCell(said);
    };
  }, 300);
  const say = (said: string): void => {
    text = said;
    change?.(said);
  };
  try {
    return await (typeof work === "function" ? work(say) : work);
  } finally {
    ended = true;
    clearTimeout(timer);
    stop?.();
  }
}
