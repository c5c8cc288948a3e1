import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Context } from "../context.ts";

/** The exit code of a shell that does not find the program. */
const notFound = 127;

/** Whether a text is longer than the terminal, and a pager is wanted: `ONDUTY_PAGER=` turns it off. */
export function needsPager(text: string, { streams: { out, in: input }, env }: Context): boolean {
  if (!out.isTTY || !input.isTTY || env.ONDUTY_PAGER === "" || env.CI || env.TERM === "dumb") return false;
  return text.split("\n").length > out.rows;
}

/** Shows a text in the user's pager: `ONDUTY_PAGER`, else `PAGER`, else less. Without one it is printed. */
export async function showInPager(text: string, { streams, env }: Context): Promise<void> {
  const command = env.ONDUTY_PAGER || env.PAGER || "less";
  // Without them less would clear the screen, and wait for q where a text is short.
  const child = spawn(command, { shell: true, stdio: ["pipe", "inherit", "inherit"], env: { LESS: "FRX", ...env } });
  child.stdin.on("error", () => {});
  child.stdin.end(text);
  const [code] = (await once(child, "close").catch(() => [notFound])) as [number | null];
  if (code === notFound) await streams.out.write(text);
}
