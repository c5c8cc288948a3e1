import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import type { Incident } from "../model/incident.ts";
import type { Connection, Provider } from "../providers/provider.ts";

/** An incident and the address of its page. @throws {CliError} `notFound`, and `failure` when it is no address of the web */
export async function findPage(
  { incidents, connection }: { incidents: NonNullable<Provider["incidents"]>; connection: Connection },
  id: string,
): Promise<{ incident: Incident; address: string }> {
  const incident = await incidents.show(connection, id);
  const page = new URL(incidents.page(connection, incident));
  // The address comes from the vendor, and goes to another program.
  if (page.protocol !== "https:" && page.protocol !== "http:")
    throw new CliError("failure", `the page of ${id} is no web address: ${page.protocol}`);
  return { incident, address: page.href };
}

/** Opens an address in the browser. False when there is no program for it. */
export async function browse(ctx: Context, address: string): Promise<boolean> {
  const [{ spawn }, { platform }] = await Promise.all([import("node:child_process"), import("node:os")]);
  const desktop: Record<string, [string, ...string[]]> = {
    darwin: ["open"],
    win32: ["rundll32", "url.dll,FileProtocolHandler"],
  };
  const [program, ...words] = ctx.env.BROWSER ? [ctx.env.BROWSER] : (desktop[platform()] ?? ["xdg-open"]);
  return new Promise((resolve) => {
    const child = spawn(program ?? "", [...words, address], { stdio: "ignore", detached: true, env: { ...ctx.env } });
    child.on("error", () => resolve(false));
    child.on("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}
