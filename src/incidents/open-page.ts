import type { Context, Vendor } from "../context.ts";
import { CliError } from "../errors.ts";
import { splitWords } from "../model/command-line.ts";
import type { Incident } from "../model/incident.ts";

/** An incident and the address of its page. @throws {CliError} `notFound`, and `failure` when it is no address of the web */
export async function findPage(
  { provider: { incidents }, connection }: Vendor<"incidents">,
  id: string,
): Promise<{ incident: Incident; address: string }> {
  const incident = await incidents.show(connection, id);
  const page = new URL(incidents.page(connection, incident));
  // The address comes from the vendor, and goes to another program.
  if (page.protocol !== "https:" && page.protocol !== "http:")
    throw new CliError("failure", `the page of ${id} is no web address: ${page.protocol}`);
  return { incident, address: page.href };
}

/** What gives a text to the clipboard of a terminal: OSC 52, in base64, so that nothing of it is a code. No terminal answers whether it took it. */
export function clipboardCode(text: string): string {
  return `\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`;
}

/** Opens an address in the browser: the one `BROWSER` names, else the desktop's. False if no program for it is found. */
export async function browse({ env }: Pick<Context, "env">, address: string): Promise<boolean> {
  try {
    if (env.BROWSER) await startBrowser(await browserCommand(env.BROWSER, address), env);
    else await openOnDesktop(address);
    return true;
  } catch {
    return false;
  }
}

async function openOnDesktop(address: string): Promise<void> {
  const { default: open } = await import("open");
  await open(address);
}

/** `firefox --new-window`, `firefox %s`, or a path with blanks in it. Without `%s` the address comes last. */
async function browserCommand(browser: string, address: string): Promise<string[]> {
  const { existsSync } = await import("node:fs");
  const words = (existsSync(browser) ? undefined : splitWords(browser)) ?? [browser];
  const isPlaced = words.some((word) => word.includes("%s"));
  return isPlaced ? words.map((word) => word.replaceAll("%s", () => address)) : [...words, address];
}

async function startBrowser([program = "", ...args]: readonly string[], env: Context["env"]): Promise<void> {
  const { spawn } = await import("node:child_process");
  const child = spawn(program, args, { stdio: "ignore", detached: true, env: { ...env } });
  await new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("spawn", resolve);
  });
  child.unref();
}
