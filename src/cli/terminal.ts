import type { KeyTaker } from "../output/streams.ts";

const ctrlC = 3;
const ctrlZ = 26;

/** Maximum time for this process to be stopped. */
const stopMs = 100;

/** See `InputStream.takeKeys`. The terminal is put back also when the process ends before. */
export function takeTerminal(terminal: NodeJS.ReadStream, interrupt: () => void, taker: KeyTaker): () => void {
  const canStop = process.platform !== "win32";
  let stopping: NodeJS.Timeout | undefined;

  function read(bytes: Buffer): void {
    if (bytes.includes(ctrlC)) interrupt();
    else if (!bytes.includes(ctrlZ)) taker.onBytes(bytes);
    else if (canStop) stop();
  }

  function stop(): void {
    taker.onStop();
    terminal.setRawMode(false);
    // Processes that wait for us stop too, as when the terminal sends the signal.
    process.kill(0, "SIGTSTP");
    // If no shell could continue this process, the signal has no effect, and SIGCONT never comes.
    stopping = setTimeout(goOn, stopMs);
  }

  function goOn(): void {
    clearTimeout(stopping);
    // The shell has set the terminal for itself, of which Node does not know.
    terminal.setRawMode(false);
    terminal.setRawMode(true);
    taker.onContinue();
  }

  function giveBack(): void {
    clearTimeout(stopping);
    process.off("exit", giveBack);
    process.off("SIGCONT", goOn);
    terminal.off("data", read);
    terminal.setRawMode(false);
    terminal.pause();
  }

  process.once("exit", giveBack);
  if (canStop) process.on("SIGCONT", goOn);
  // A terminal that went away has no keys; that it did is seen by what is written to it.
  terminal.on("error", () => {});
  terminal.on("data", read);
  terminal.setRawMode(true);
  return giveBack;
}
