import type { Command } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { CliError, unsupported } from "../../errors.ts";
import type { Incident } from "../../model/incident.ts";
import type { Shape } from "../../output/shape.ts";
import type { Connection, Provider } from "../../providers/provider.ts";

export function addIncidentsOpen(parent: Command, ctx: Context): void {
  const command = parent
    .command("open")
    .description("Open the page of an incident in the browser, and print its address")
    .argument("<id>", "id of the incident")
    .addHelpText(
      "after",
      `
The browser is the one BROWSER names, else the desktop's. With --no-input, or without a terminal, the address is only
printed.

Examples:
  onduty incidents open inc_1
  onduty incidents open inc_1 | xargs -r curl -sI

Exit codes: 0 printed, 2 usage, 3 no answer, 4 key, 5 not found
`,
    )
    .action((id: string, _, self: Command) => openIncident(ctx, id, self.optsWithGlobals<GlobalOptions>()));
  declareTraits(command, { prints: pageShape });
}

const pageShape: Shape<{ id: string; url: string }> = { columns: [], fields: ["id", "url"] };

async function openIncident(ctx: Context, id: string, options: GlobalOptions): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(pageShape);
  const { provider, connection } = await ctx.connect(options);
  const { incidents } = provider;
  if (incidents === undefined) throw unsupported(provider.name, "incidents");
  const { incident, address } = await printer.progress(`reading ${id}`, findPage({ incidents, connection }, id.trim()));
  if (printer.format === "table") await printer.text(address);
  else await printer.object({ id: incident.id, url: address }, pageShape);
  if (!printer.isTTY || options.input === false || options.dryRun === true) return;
  if (!(await browse(ctx, address))) await printer.notice("no browser could be started");
}

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
